"""The closer look as the program does it: on each ear of a head that the anchors found, with an exported file.

Takes a picture [3,H,W] 0..1, the anchors' answer and the network; gives the answer with its lobes moved. The same
rule as `src/anchors/ears.rs`.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import head_unit
from bijou_training.ear_net import SIZE, WINDOW
from bijou_training.measure_pairs import Net
from bijou_training.networks import POINTS
from bijou_training.passes import upright

FIRST = 0.25
"""Share of the anchors' own answer that stays in the place of a lobe: both err in ways of their own."""


def look_at_ear(
    net: Net, planes: Tensor, place: np.ndarray, unit: float, right: bool, turn: float = 0.0
) -> tuple[np.ndarray, float, float]:
    """Where a lobe is, its sigma (both in the picture's pixels) and its probability of being visible."""
    side = WINDOW * unit
    window = augment.placement(tuple(place), side, turn, right, SIZE)
    inside = augment.warp(torch.cat([planes, torch.ones_like(planes[:1])]), window, SIZE)
    image = inside[:3] + 0.5 * (1 - inside[3:])
    out = {k: v[0] for k, v in net(image[None].numpy() * 2 - 1).items()}
    point = window @ np.array([*(out["points"][0] * SIZE), 1.0])
    return point[:2], float(out["sigma"][0]) * side, float(out["visible"][0])


def closer(net: Net, planes: Tensor, first: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The anchors' answer with both lobes as the closer look sees them."""
    out = {k: np.array(v, copy=True) for k, v in first.items()}
    unit, turn = head_unit(first["points"]), upright(first["pose"][2])
    for name in ("lobe_l", "lobe_r"):
        i = POINTS.index(name)
        place, sigma, visible = look_at_ear(net, planes, first["points"][i], unit, name == "lobe_r", turn)
        out["points"][i], out["sigma"][i] = place + FIRST * (first["points"][i] - place), sigma
        out["visible"][i] = (first["visible"][i] + visible) / 2
    return out
