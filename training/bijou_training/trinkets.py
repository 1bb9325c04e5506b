"""Earrings laid on ears for training: a lobe under a large pearl or a gold clip is a lobe all the same.

Takes a picture [3,S,S] 0..1 and the place of a lobe in it; gives the picture with something hung there, and where: the
shop's own artwork by its hook, a shaded disc or drop, or a ring. Flat, as nobody learns from it what light does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from bijou_training import augment

PRODUCTS = Path(__file__).parents[2] / "assets" / "products"
UNIT_MM = 112.0
"""About a head unit in millimetres."""
ART_SIDE = 160
METALS = np.array([[0.92, 0.72, 0.35], [0.85, 0.85, 0.88], [0.9, 0.62, 0.5], [0.95, 0.9, 0.86], [0.1, 0.1, 0.12]])
"""Gold, silver, rose gold, pearl and jet, sRGB-encoded."""


@cache
def artworks() -> list[tuple[Tensor, np.ndarray, float]]:
    """Every earring of the shop: premultiplied RGBA [4,H,W], its hook in pixels, millimetres a pixel."""
    found = []
    for path in sorted(PRODUCTS.glob("*/product.toml")):
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        if about["category"] != "earring":
            continue
        art = Image.open(path.parent / about["art"]["file"]).convert("RGBA")
        scale = ART_SIDE / max(art.size)
        small = art.resize([max(1, round(s * scale)) for s in art.size], Image.Resampling.LANCZOS)
        planes = torch.from_numpy(np.asarray(small, np.float32).transpose(2, 0, 1).copy()) / 255
        planes[:3] *= planes[3:]
        found.append((planes, np.array(about["attach"]["hook"]) * scale, about["height_mm"] / small.height))
    return found


def shop(rng: np.random.Generator, place: np.ndarray, unit: float, size: int) -> Tensor:
    """An artwork hung at a place, premultiplied RGBA [4,S,S]."""
    art, hook, mm = artworks()[rng.integers(len(artworks()))]
    scale = unit / UNIT_MM * mm * float(np.exp(rng.normal(0, 0.2)))  # picture pixels a pixel of the artwork
    turn, flip = np.radians(rng.normal(0, 8)), (-1) ** rng.integers(2)
    inverse = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) / scale
    inverse[0] *= flip
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = inverse, hook - inverse @ place
    return augment.warp(art, matrix, size)


def button(rng: np.random.Generator, place: np.ndarray, unit: float, size: int) -> Tensor:
    """A shaded disc or drop about a place, premultiplied RGBA [4,S,S]: pearls, clips, stones."""
    mm = unit / UNIT_MM
    wide = rng.uniform(3, 11) * mm
    high = wide * float(np.exp(rng.uniform(0, 0.9))) if rng.random() < 0.5 else wide
    y, x = np.mgrid[0:size, 0:size] + 0.5
    # fixed at its upper third where it is long, in its middle where it is round
    u = (x - place[0] - rng.normal(0, 0.1) * wide) / wide
    v = (y - place[1] - (high - wide) * 0.6 - rng.uniform(-0.1, 0.3) * wide) / high
    narrow = 1 + rng.uniform(0, 0.5) * np.clip(-v, 0, 1) if high > 1.3 * wide else 1.0
    r = np.hypot(u * narrow, v)
    alpha = np.clip((1 - r) * min(wide, high) + 0.5, 0, 1)
    light = rng.normal(0, 0.4, 2)
    bright = np.clip(1 - rng.uniform(0.4, 1.1) * np.hypot(u - light[0], v - light[1]) ** 2, 0.08, 1)
    bright += rng.uniform(0, 1.2) * np.exp(-((u - light[0]) ** 2 + (v - light[1]) ** 2) / rng.uniform(0.01, 0.12))
    if rng.random() < 0.5:
        bright = bright * (0.75 + 0.5 * augment.texture(rng, size, 1)[0].numpy())
    colour = METALS[rng.integers(len(METALS))] if rng.random() < 0.75 else rng.random(3)
    rgb = np.clip(colour[:, None, None] * bright * rng.uniform(0.5, 1.15), 0, 1) * alpha
    return torch.from_numpy(np.concatenate([rgb, alpha[None]]).astype(np.float32))


def ring(rng: np.random.Generator, place: np.ndarray, unit: float, size: int) -> Tensor:
    """A hoop below a place, seen at some angle, premultiplied RGBA [4,S,S]; some of it is behind the lobe."""
    mm = unit / UNIT_MM
    radius, thick = rng.uniform(4, 18) * mm, max(rng.uniform(0.8, 2.6) * mm, 0.8)
    narrow = rng.uniform(0.25, 1.0)
    y, x = np.mgrid[0:size, 0:size] + 0.5
    u, v = (x - place[0]) / narrow, y - place[1] - radius + thick
    r = np.hypot(u, v)
    slope = np.hypot(u / narrow, v) / np.maximum(r, 1e-3)
    alpha = np.clip(thick / 2 - np.abs(r - radius) / np.maximum(slope, 1), -0.5, 0.5) + 0.5
    if rng.random() < 0.6:
        # above the place the lobe is in front of one half
        alpha *= (y > place[1]) | ((x - place[0]) * (-1) ** rng.integers(2) > 0)
    angle = np.arctan2(v, u)
    bright = 0.55 + 0.5 * np.cos(angle * rng.integers(1, 4) + rng.uniform(0, 6.3)) * rng.uniform(0.2, 1)
    colour = METALS[rng.integers(len(METALS))]
    rgb = np.clip(colour[:, None, None] * bright * rng.uniform(0.5, 1.2), 0, 1) * alpha
    return torch.from_numpy(np.concatenate([rgb, alpha[None]]).astype(np.float32))


def hung(rng: np.random.Generator, image: Tensor, place: np.ndarray, unit: float) -> tuple[Tensor, Tensor]:
    """The picture with an earring at `place` (x, y), `unit` pixels being one head unit, and its coverage [1,S,S]."""
    make = (shop, shop, button, button, ring)[rng.integers(5)]
    layer = make(rng, place, unit, image.shape[1])
    tone = augment.colour(rng, 1.0)
    return image * (1 - layer[3:]) + tone(layer[:3]) * layer[3:].gt(0), layer[3:]
