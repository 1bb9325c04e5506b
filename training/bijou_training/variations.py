"""A pair as the program will lay it on: a little misplaced, of a wrong size, or as the shop's flat artwork.

Takes the planes of a pair [14,S,S] in 0..1 (dataset.Sample) and a numpy Generator; gives such planes, in which the
worn picture has moved with the product, so that the truth is what the laid-on product should have become.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import Sample

PRODUCTS = Path(__file__).resolve().parents[2] / "assets" / "products"
MARK = 9
"""Side of the window, pixels, in which light and occlusion of a piece are taken as even."""


def premultiplied(planes: Tensor) -> Tensor:
    """The planes with the product's colour times its coverage, for resampling; `straight` undoes it."""
    return torch.cat([planes[:6], planes[6:9] * planes[9:10], planes[9:]])


def straight(planes: Tensor) -> Tensor:
    """The planes with the product's straight colour."""
    return torch.cat([planes[:6], planes[6:9] / planes[9:10].clamp(min=1 / 255), planes[9:]])


def rewear(planes: Tensor, shadow: Tensor, worn: Tensor, product: Tensor, alpha: Tensor, visible: Tensor) -> Tensor:
    """Planes whose worn picture is the bare one under a shadow and a product of the colours `worn`."""
    visible = torch.minimum(visible, alpha).clamp(0, 1)
    picture = planes[:3] * shadow * (1 - visible) + worn * visible
    return torch.cat([planes[:3], picture.clamp(0, 1), product, alpha, visible, planes[11:]])


def misplaced(rng: np.random.Generator, planes: Tensor, shadow: Tensor) -> Tensor:
    """The product a few pixels beside its place and a few percent too large or too small."""
    size = planes.shape[1]
    moved = torch.cat([premultiplied(planes)[3:11], shadow])
    centre = np.array([size / 2, size / 2]) + rng.normal(0, 0.008, 2) * size
    side = size * np.exp(rng.normal(0, 0.05))
    window = augment.placement(tuple(centre), side, float(rng.normal(0, 1.5)), False, size)
    moved = augment.warp(moved, window, size, "border")
    alpha = moved[6:7]
    return rewear(planes, moved[8:9], moved[:3], moved[3:6] / alpha.clamp(min=1 / 255), alpha, moved[7:8])


@functools.lru_cache(maxsize=64)
def artwork(design: str) -> tuple[Tensor, float, tuple[float, float]] | None:
    """A design's picture [4,H,W], premultiplied, its millimetres a pixel and its hook; none: it is not in the shop."""
    folder = PRODUCTS / design
    if not (folder / "product.toml").exists():
        return None
    description = tomllib.loads((folder / "product.toml").read_text(encoding="utf-8"))
    hook = description["attach"].get("hook")
    if hook is None:
        return None
    picture = Image.open(folder / "front.png").convert("RGBA")
    planes = torch.from_numpy(np.asarray(picture, np.float32).transpose(2, 0, 1).copy()) / 255
    planes[:3] *= planes[3:]
    return planes, description["width_mm"] / picture.width, tuple(hook)


def laid_flat(sample: Sample, planes: Tensor, shadow: Tensor) -> Tensor | None:
    """The shop's picture of an earring hung at its hook instead of the piece as the camera saw it; lit as the worn
    piece is on the whole, hidden where that is hidden. None where there is no such picture."""
    meta = sample.meta
    found = artwork(meta["design"]) if meta["category"] == "earring" and "hook" in meta["attach"] else None
    if found is None:
        return None
    picture, mm, hook = found
    size = planes.shape[1]
    scale = meta["mm_per_px"] / mm
    mirror = -1.0 if meta["piece"].endswith("_r") else 1.0
    x, y = meta["attach"]["hook"]
    window = np.array([[scale * mirror, 0, hook[0] - scale * mirror * x], [0, scale, hook[1] - scale * y], [0, 0, 1]])
    flat = augment.warp(picture, window, size)
    alpha = flat[3:]
    if alpha.sum() < 20:
        return None
    product = flat[:3] / alpha.clamp(min=1 / 255)
    seen = planes[10:11]
    spread = functools.partial(augment.box, side=4 * MARK + 1)
    own = spread(planes[9:10])
    # where the piece itself has no say, its neighbourhood's mean has
    share = torch.where(own > 0.002, spread(seen) / own.clamp(min=1e-3), seen.sum() / planes[9:10].sum().clamp(min=1))
    weight = spread(seen)
    lit = (spread(planes[3:6] * seen) + 1e-3) / (spread(planes[6:9] * seen) + 1e-3)
    whole = (planes[3:6] * seen).sum((1, 2), keepdim=True) / (planes[6:9] * seen).sum((1, 2), keepdim=True).clamp(min=1)
    lit = torch.where(weight > 0.002, lit, whole).clamp(0.1, 1.8)
    return rewear(planes, shadow, (product * lit).clamp(0, 1), product, alpha, alpha * share.clamp(0, 1))


def varied(rng: np.random.Generator, sample: Sample, planes: Tensor, shadow: Tensor) -> Tensor:
    """The planes, now and then as flat artwork, now and then misplaced. `shadow`: as it is beside the piece
    (shadows.py), under the piece as well."""
    if rng.random() < 0.25:
        flat = laid_flat(sample, planes, shadow)
        planes = planes if flat is None else flat
    if rng.random() < 0.35:
        planes = misplaced(rng, planes, shadow)
    return planes
