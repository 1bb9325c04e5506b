"""A pair in other light: its lamps brighter, dimmer, off or of another colour, from what each gives to every pixel.

Light adds up, so one rendered pair is as many as there are ways to turn its lamps (light stages: Debevec and others
2000). Takes planes of a pair [14,S,S] in 0..1, sRGB-encoded (dataset.Sample), and the lamps' shares (scene.shares).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bijou_training import augment

OFF = 0.2
"""How often a lamp beside the key is as good as off."""
TURNED, TINTED = 0.5, 0.08
"""Spread of a lamp's strength and of its colour, natural logarithms."""
UNDER = 25
"""Side of the window, pixels, in which light under a piece is told from light beside it."""
LEAST, MOST = 0.02, 8.0
"""Bounds of the factor on any pixel's light."""


def lamps(rng: np.random.Generator) -> Tensor:
    """Factors [4,3] on the light of key, fill, rim and room."""
    strength = np.exp(rng.normal(0, TURNED, (4, 1)))
    strength[1:3] *= np.where(rng.random((2, 1)) < OFF, 0.1, 1.0)
    return torch.from_numpy((strength * np.exp(rng.normal(0, TINTED, (4, 3)))).astype(np.float32))


def relit(rng: np.random.Generator, planes: Tensor, shadows: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
    """Planes and their shadows [2,S,S] (shadows.py) under other lamps, the skin on the whole as light as it was;
    `shares` [6,S,S]: of key, fill and rim, in the bare and in the worn picture. What stands behind keeps its light."""
    turned = lamps(rng)
    bare, worn = (
        torch.einsum("gc,ghw->chw", turned, torch.cat([s, (1 - s.sum(0, keepdim=True)).clamp(0, 1)]))
        for s in (shares[:3], shares[3:])
    )
    person = planes[11:14].sum(0, keepdim=True).clamp(0, 1)
    skin = planes[11:12] if planes[11].sum() > 100 else person
    seen = planes[:3] * skin
    # light as it is seen: the power of an sRGB-encoded value is close to its luminance
    before, after = (augment.power(seen, 2.2).sum(), (augment.power(seen, 2.2) * bare).sum())
    gain = (before + 1e-3) / (after + 1e-3)
    bare, worn = ((x * gain).clamp(LEAST, MOST) for x in (bare, worn))
    bare_factor, worn_factor = augment.power(bare, 1 / 2.2), augment.power(worn, 1 / 2.2)
    visible = torch.minimum(planes[10:11], planes[9:10])
    there = torch.maximum(person, visible)
    out = planes.clone()
    out[:3] = (planes[:3] * (1 + (bare_factor - 1) * person)).clamp(0, 1)
    out[3:6] = (planes[3:6] * (1 + (worn_factor - 1) * there)).clamp(0, 1)
    free = 1 - visible
    beside = (worn_factor.mean(0, keepdim=True) / bare_factor.mean(0, keepdim=True)) ** (person * free)
    # under the piece as it is beside it
    under = (augment.box(beside * free, UNDER) + 1e-3) / (augment.box(free, UNDER) + 1e-3)
    return out, (shadows * torch.cat([beside, beside * free + under * visible])).clamp(0, 1)
