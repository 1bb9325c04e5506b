"""What is worn around a neck and is no necklace, laid on necks for training: ties and collars, hems, scarves, pins, and
cloth with dots and checks.

Takes a picture [3,S,S] 0..1 and the place of the throat's pit in it; gives the picture with something laid there and,
of clothes, what they cover [1,S,S]: a necklace may go under them.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from bijou_training import augment
from bijou_training.strands import course
from bijou_training.trinkets import UNIT_MM, hung


def woven(rng: np.random.Generator, size: int) -> Tensor:
    """Cloth [3,S,S]: dots, checks, stripes, tweed, or the flat grounds and noises of `augment.texture`."""
    if rng.random() < 0.3:
        return augment.texture(rng, size)
    y, x = np.mgrid[0:size, 0:size] - size / 2
    turn, period = rng.uniform(0, np.pi), rng.uniform(3, 26)
    u, v = (x * np.cos(turn) + y * np.sin(turn)) / period, (y * np.cos(turn) - x * np.sin(turn)) / period
    kind = rng.integers(4)
    if kind == 3:
        rough = augment.blur(
            torch.from_numpy(rng.normal(0, 1, (1, size, size)).astype(np.float32)), rng.uniform(0.6, 1.6)
        )
        mask = (
            ((rough - rough.quantile(rng.uniform(0.4, 0.9))) / rough.std() * rng.uniform(1, 5)).clamp(0, 1)[0].numpy()
        )
    elif kind == 0:
        v = v + 0.5 * (np.floor(u) % 2) * (rng.random() < 0.5)
        mask = np.clip((rng.uniform(0.15, 0.42) - np.hypot(u % 1 - 0.5, v % 1 - 0.5)) * period + 0.5, 0, 1)
    else:
        mask = np.clip((np.abs(u % 1 - 0.5) - rng.uniform(0.1, 0.4)) * period + 0.5, 0, 1)
        if kind == 1:
            mask = (mask + np.clip((np.abs(v % 1 - 0.5) - rng.uniform(0.1, 0.4)) * period + 0.5, 0, 1)) / 2
    one, other = rng.random((2, 3, 1, 1)) * rng.uniform(0.3, 1, (2, 1, 1, 1))
    return torch.from_numpy((one + (other - one) * mask).astype(np.float32))


def laid(rng: np.random.Generator, under: Tensor, points: np.ndarray, cloth: Tensor) -> Tensor:
    """A picture and what is covered of it [4,S,S] with cloth over the polygon of `points` [K,2], pixels, and its shadow
    beside."""
    size = under.shape[1]
    sheet = Image.new("L", (2 * size, 2 * size))
    ImageDraw.Draw(sheet).polygon([tuple(2 * p) for p in points], fill=255)
    small = np.asarray(sheet.resize((size, size), Image.Resampling.BOX), np.float32) / 255
    cover = torch.from_numpy(small)[None]
    shade = torch.roll(augment.blur(cover, 1.2), (1, round(rng.normal(0, 1))), (1, 2))
    picture = under[:3] * (1 - 0.4 * shade) * (1 - cover) + cloth * cover
    return torch.cat([picture, torch.maximum(under[3:], cover)])


def uncovered(image: Tensor) -> Tensor:
    """A picture of which nothing is covered, as `laid` takes it."""
    return torch.cat([image, torch.zeros_like(image[:1])])


def tied(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float) -> Tensor:
    """The picture, and what is covered of it, with a shirt's collar and perhaps a tie: their edges are no chain's."""
    size, mm = image.shape[1], unit / UNIT_MM * rng.uniform(0.85, 1.2)
    place = notch + np.array([rng.normal(0, 8), rng.uniform(-35, 15)]) * mm

    def over(under: Tensor, points: list[tuple[float, float]], cloth: Tensor) -> Tensor:
        return laid(rng, under, place + np.array(points) * mm, cloth)

    if rng.random() < 0.75:
        knot, blade, deep = rng.uniform(11, 19), rng.uniform(14, 34), rng.uniform(18, 32)
        cloth = woven(rng, size)
        image = over(image, [(-knot * 0.6, deep), (knot * 0.6, deep), (blade, 150), (-blade, 150)], cloth)
        image = over(image, [(-knot, 0), (knot, 0), (knot * 0.6, deep), (-knot * 0.6, deep)], cloth * 0.9)
    plain = torch.from_numpy(rng.uniform(0.4, 1, (3, 1, 1)).astype(np.float32))
    shirt = woven(rng, size) if rng.random() < 0.3 else plain
    wide, high = rng.uniform(40, 70), rng.uniform(35, 75)
    for side in (-1, 1):
        tip = (side * rng.uniform(15, 55), rng.uniform(35, 70))
        leaf = [(side * 2, 2), tip, (side * wide, -high + 35), (side * wide, -high)]
        image = over(image, leaf, shirt)
    return image


def folded(rng: np.random.Generator, size: int) -> Tensor:
    """Cloth [3,S,S] of one colour or woven, with folds."""
    plain = torch.from_numpy((rng.random((3, 1, 1)) * rng.uniform(0.1, 1)).astype(np.float32)).expand(3, size, size)
    cloth = woven(rng, size) if rng.random() < 0.5 else plain
    return cloth * (0.75 + 0.5 * augment.texture(rng, size, 1)) if rng.random() < 0.5 else cloth


def hemmed(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float) -> Tensor:
    """The same with cloth below a neckline that hangs like a necklace, with or without a hem: no cord."""
    size, mm = image.shape[1], unit / UNIT_MM
    path, far = course(rng, notch, mm), 3 * size
    beyond = [path[-1] + [far, 0.5 * far], path[-1] + [far, far], path[0] + [-far, far], path[0] + [-far, 0.5 * far]]
    image = laid(rng, image, np.concatenate([path, beyond]), folded(rng, size))
    if rng.random() < 0.6:
        wide = np.array([rng.normal(0, 0.5), rng.uniform(1, 9)]) * mm
        image = laid(rng, image, np.concatenate([path, path[::-1] + wide]), folded(rng, size))
    return image


def shawl(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float) -> Tensor:
    """The same with a scarf or a lapel on one side or on both, as wide as no necklace is."""
    size, mm = image.shape[1], unit / UNIT_MM
    path, cloth = course(rng, notch, mm), folded(rng, size)
    wide = np.array([rng.uniform(14, 60), rng.uniform(6, 50)]) * mm
    for side in rng.permutation(2)[: 1 + (rng.random() < 0.7)]:
        half = path[: len(path) // 2] if side else path[len(path) // 2 :]
        outward = wide * [-1 if side else 1, 1]
        image = laid(rng, image, np.concatenate([half, half[::-1] + outward]), cloth)
    return image


def shoulder(rng: np.random.Generator, image: Tensor, lobe: np.ndarray, unit: float) -> Tensor:
    """The picture of an ear with cloth below it: a collar or a shoulder, or a scarf's edge beside."""
    size, mm = image.shape[1], unit / UNIT_MM
    below, far = lobe + np.array([rng.normal(0, 15), rng.uniform(18, 60)]) * mm, 3 * size
    slope = np.array([1, np.clip(rng.normal(0, 0.3), -0.3, 0.3)])
    corner = np.array([rng.uniform(0, 20), rng.uniform(-15, 15)]) * mm
    edge = np.stack([below - far * slope, below - corner, below + corner, below + far * slope * [1, -0.5]])
    ends = np.array([[edge[-1, 0], far], [edge[0, 0], far]])
    return laid(rng, uncovered(image), np.concatenate([edge, ends]), folded(rng, size))[:3]


def pinned(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float) -> tuple[Tensor, Tensor]:
    """The picture with something on a lapel or a shoulder that hangs from no neck, and its coverage."""
    aside, down = (-1) ** rng.integers(2) * rng.uniform(40, 95), rng.uniform(-20, 80)
    return hung(rng, image, notch + np.array([aside, down]) * unit / UNIT_MM, unit)


def dressed(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float) -> tuple[Tensor, Tensor]:
    """The picture with one of the clothes above, and what that covers."""
    return torch.split((tied, tied, hemmed, shawl)[rng.integers(4)](rng, uncovered(image), notch, unit), [3, 1])
