"""Earrings laid on ears for training: a lobe under a large pearl or a gold clip is a lobe all the same.

Takes a picture [3,S,S] 0..1 and the place of a lobe in it; gives the picture with something hung there, and where: the
shop's own artwork by its hook, a shaded disc or drop, a ring, a plate, a polished drop, or some of them on a wire.
Flat, as nobody learns from it what light does.
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


def polish(rng: np.random.Generator, across: np.ndarray, hard: float) -> np.ndarray:
    """How bright polished metal is where its surface turns by `across` (-1..1): surroundings that nobody knows, their
    borders the sharper the nearer `hard` is to 1."""
    stops = np.sort(rng.uniform(-1, 1, rng.integers(3, 9)))
    levels = rng.choice([0.12, 0.35, 0.6, 0.8, 1.0, 1.25], len(stops) + 1) * rng.uniform(0.8, 1.1)
    width = 0.02 + 0.5 * (1 - hard)
    bright = np.full_like(across, levels[0])
    for stop, before, after in zip(stops, levels, levels[1:], strict=False):
        bright += (after - before) * np.clip((across - stop) / width + 0.5, 0, 1)
    return bright


def painted(rng: np.random.Generator, alpha: np.ndarray, bright: np.ndarray) -> Tensor:
    """A metal or any colour where `alpha` is, premultiplied RGBA [4,S,S]; deeper in colour where it is dark."""
    colour = METALS[rng.integers(len(METALS))] if rng.random() < 0.8 else rng.random(3)
    deep = colour[:, None, None] ** (1 + 0.5 * np.clip(1 - bright, 0, 1))
    rgb = np.clip(deep * bright, 0, 1) * alpha
    return torch.from_numpy(np.concatenate([rgb, alpha[None]]).astype(np.float32))


def plate(rng: np.random.Generator, place: np.ndarray, unit: float, size: int) -> Tensor:
    """A square, a lozenge, a bar or another flat thing with three to six corners, premultiplied RGBA [4,S,S]."""
    mm = unit / UNIT_MM
    half = rng.uniform(3.5, 12) * mm
    tall = half * float(np.exp(rng.normal(0.1, 0.45)))
    corners = rng.choice([3, 4, 4, 4, 5, 6])
    start = rng.choice([0, np.pi / corners]) + rng.normal(0, 0.25)
    y, x = np.mgrid[0:size, 0:size] + 0.5
    u = (x - place[0] - rng.normal(0, 0.15) * half) / half
    v = (y - place[1] - rng.uniform(-0.2, 0.9) * tall) / tall
    normals = [(np.cos(a), np.sin(a)) for a in start + 2 * np.pi * np.arange(corners) / corners]
    sides = np.stack([0.8 - (u * a + v * b) for a, b in normals])
    inside = sides.min(0)
    alpha = np.clip(inside * min(half, tall) + 0.5, 0, 1)
    way = rng.uniform(0, 2 * np.pi)
    bright = polish(rng, np.clip(u * np.cos(way) + v * np.sin(way), -1, 1) * rng.uniform(0.2, 0.8), rng.random())
    if rng.random() < 0.6:
        # a bevel, each of whose sides is as bright as it likes
        rim = np.clip((rng.uniform(0.08, 0.5) - inside) * min(half, tall) + 0.5, 0, 1)
        bright = bright * (1 - rim) + rng.uniform(0.3, 1.3, corners)[sides.argmin(0)] * rim
    if rng.random() < 0.4:
        bright = bright * (0.6 + 0.8 * augment.texture(rng, size, 1)[0].numpy())
    return painted(rng, alpha, bright)


def bulb(rng: np.random.Generator, place: np.ndarray, unit: float, size: int) -> Tensor:
    """A long polished drop, bead or leaf that begins at a place, premultiplied RGBA [4,S,S]."""
    mm = unit / UNIT_MM
    length = rng.uniform(7, 38) * mm
    wide = max(length * rng.uniform(0.1, 0.35), 1.2 * mm)
    lean = rng.normal(0, 0.08)
    y, x = np.mgrid[0:size, 0:size] + 0.5
    v = (y - place[1] + rng.uniform(0, 4) * mm) / length
    along = np.clip(v, 1e-3, 1 - 1e-3)
    outline = wide * np.sin(np.pi * along ** rng.uniform(0.6, 2.4)) ** rng.uniform(0.5, 1.3)
    across = (x - place[0] - lean * v * length) / np.maximum(outline, 0.5)
    alpha = np.clip((1 - np.abs(across)) * outline + 0.5, 0, 1) * ((v > 0) & (v < 1)) * np.clip(outline * 2, 0, 1)
    turn = np.clip(across + rng.normal(0, 0.4) * (along - 0.5), -1, 1)
    bright = polish(rng, turn, rng.random()) * (1 - rng.uniform(0, 0.5) * np.abs(across) ** 3)
    middle = rng.uniform(-0.5, 0.5), rng.uniform(0.2, 0.8)
    glint = ((across - middle[0]) * wide) ** 2 + ((v - middle[1]) * length * 0.6) ** 2
    bright = bright + rng.uniform(0, 1) * np.exp(-glint / (rng.uniform(0.5, 2.5) * mm) ** 2)
    return painted(rng, alpha, bright)


def dangle(rng: np.random.Generator, place: np.ndarray, unit: float, size: int) -> Tensor:
    """One to three things below a place, one under the other on a wire, premultiplied RGBA [4,S,S]."""
    mm = unit / UNIT_MM
    y, x = np.mgrid[0:size, 0:size] + 0.5
    sheet, here = torch.zeros(4, size, size), place.astype(float).copy()
    for _ in range(rng.integers(1, 4)):
        reach = rng.uniform(2, 20) * mm
        end = here + np.array([rng.normal(0, 0.06) * reach, reach])
        thick = max(rng.uniform(0.4, 1.4) * mm, 0.7)
        middle = here[0] + (end[0] - here[0]) * (y - here[1]) / reach
        alpha = np.clip(thick / 2 - np.abs(x - middle) + 0.5, 0, 1) * ((y >= here[1]) & (y < end[1]))
        if rng.random() < 0.3:
            alpha = alpha * (np.mod(y / mm, 2) < 1.3)
        wire = painted(rng, alpha, polish(rng, np.clip((x - middle) / thick, -1, 1), 0.5))
        make = (button, plate, bulb)[rng.integers(3)]
        for layer in (wire, make(rng, end, unit * rng.uniform(0.25, 0.8), size)):
            sheet = layer + sheet * (1 - layer[3:])
        here = end + np.array([0, rng.uniform(1, 8) * mm])
        if here[1] > size:
            break
    return sheet


def gloss(rng: np.random.Generator, image: Tensor, place: np.ndarray, unit: float) -> Tensor:
    """The picture with a highlight on the skin near a place, bright and soft, which is no earring."""
    mm = unit / UNIT_MM
    y, x = np.mgrid[0 : image.shape[1], 0 : image.shape[2]] + 0.5
    middle, turn = place + rng.normal(0, 7, 2) * mm, rng.uniform(0, np.pi)
    u, v = x - middle[0], y - middle[1]
    u, v = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
    spread = rng.uniform(0.8, 3, 2) * mm
    light = torch.from_numpy(np.exp(-((u / spread[0]) ** 2) - (v / spread[1]) ** 2).astype(np.float32))[None]
    tint = torch.tensor(1 - rng.uniform(0, 0.25) * np.array([0, 0.6, 1.0]), dtype=torch.float32).view(3, 1, 1)
    return image + (tint - image).clamp(min=0) * light * float(rng.uniform(0.2, 0.9))


def hung(rng: np.random.Generator, image: Tensor, place: np.ndarray, unit: float) -> tuple[Tensor, Tensor]:
    """The picture with an earring at `place` (x, y), `unit` pixels being one head unit, and its coverage [1,S,S]."""
    make = MAKERS[rng.integers(len(MAKERS))]
    layer = make(rng, place, unit, image.shape[1])
    tone = augment.colour(rng, 1.0)
    return image * (1 - layer[3:]) + tone(layer[:3]) * layer[3:].gt(0), layer[3:]


def borrowed(
    rng: np.random.Generator,
    image: Tensor,
    place: np.ndarray,
    unit: float,
    planes: Tensor,
    there: np.ndarray,
    unit_there: float,
) -> tuple[Tensor, ...]:
    """The picture with what a photograph's `planes` (uint8 RGB, coverage, further ones) show about `there`, laid
    at about `place`, its coverage, and each further plane as it lies there (Ghiasi and others 2021,
    "Simple Copy-Paste")."""
    size = image.shape[1]
    side = size * unit_there / unit * float(np.exp(rng.normal(0, 0.1)))
    turn, flip = float(rng.normal(0, 4)), bool(rng.random() < 0.3)
    matrix = augment.placement(tuple(there + rng.normal(0, 0.03, 2) * unit_there), side, turn, flip, size)
    # that window has it in its middle
    matrix = matrix @ np.array([[1, 0, size / 2 - place[0]], [0, 1, size / 2 - place[1]], [0, 0, 1]])
    planes = augment.warp(planes.float() / 255, matrix, size)
    rgb, cover = augment.colour(rng, 0.7)(planes[:3]).clamp(0, 1), planes[3:4]
    return image * (1 - cover) + rgb * cover, cover, *planes[4:, None]


def decoy(rng: np.random.Generator, image: Tensor, place: np.ndarray, unit: float) -> tuple[Tensor, Tensor]:
    """The same with something where no earring of the lobe at `place` is."""
    mm = unit / UNIT_MM
    aside = (-1) ** rng.integers(2) * rng.uniform(16, 40)
    beside, below = (aside, rng.uniform(-20, 50)), (rng.uniform(-25, 25), rng.uniform(28, 65))
    away = (beside, below, (aside / 2, rng.uniform(-45, -28)))[rng.integers(3)]
    return hung(rng, image, place + np.array(away) * mm, unit)


MAKERS = (shop, shop, button, button, ring, plate, plate, bulb, bulb, dangle)
"""As often as they stand there."""
