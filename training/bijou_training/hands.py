"""Heads with hands before them: rendered ones, photographs without, and training examples made of both.

Takes the renderer's samples of kind `arms` and photographs with nothing before the head; gives a `Head` for each, and
from them what the network that looks for hands (hand_net.py) sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import head_box, head_unit, left_out, read_planes, unseen
from bijou_training.ears import Photograph, cropped, filmed
from bijou_training.hand_net import DOWN, SIZE, WINDOW
from bijou_training.neckwear import woven
from bijou_training.networks import POINTS
from bijou_training.trinket_net import cells

PER_UNIT = SIZE / WINDOW
ROOM = 3.6
"""Side of a photograph's picture around the head, head units."""
LENT = 0.6
"""Share of the photographs that a rendered hand is laid over."""
WOVEN = 0.3
"""Share of the rendered ones in other cloth."""
FACE = 0.25
"""Radius, head units, of the face's middle, whose colour is the skin's."""
SHADE = 0.35
"""The most that a hand takes of the light beside it."""


@dataclass
class Head:
    """One head. `planes` uint8 [6,S,S] RGB, skin, hair, clothes of a render, [3,S,S] of a photograph; `middle`: x, y in
    its pixels of the middle of the network's square; `face`: of that of eyes and chin; `unit`: the head unit in its
    pixels; `before` uint8 [1,S,S]: where a hand or an arm is seen."""

    name: str
    planes: Tensor
    middle: np.ndarray
    face: np.ndarray
    unit: float
    before: Tensor

    @property
    def real(self) -> bool:
        return self.planes.shape[0] == 3

    @property
    def bare(self) -> bool:
        return not self.before.any()


def head(name: str, planes: Tensor, points: np.ndarray, before: Tensor) -> Head:
    """With what its points [18,>=2], in its pixels, tell."""
    middle, face = (np.array(head_box(points, down)[:2]) for down in (DOWN, 0.5))
    return Head(name, planes, middle, face, head_unit(points), before)


def rendered(root: Path, seen: set[str]) -> list[Head]:
    """The heads of finished folders that `seen` does not name yet; it does afterwards."""
    heads = []
    for folder, meta in unseen(root, "8[0-9]*", seen):
        try:
            points = np.array([meta["points"][name][:2] for name in POINTS])
            planes = torch.cat([read_planes(folder / f"{kind}.png", "RGB") for kind in ("bare", "parts")])
            heads.append(head(folder.name, planes, points, read_planes(folder / "before.png", "L")))
        except (OSError, KeyError, ValueError) as error:
            left_out(folder, error)
    return heads


def photographed(photo: Photograph) -> list[Head]:
    """The head of a photograph, as the anchors answer it. Nothing is before any of those there are."""
    picture = Image.open(photo.path).convert("RGB")
    x, y, _ = head_box(photo.first["points"], DOWN)
    half, out = ROOM / 2 * photo.unit, round(ROOM * PER_UNIT)
    corner = np.array([x - half, y - half])
    planes = cropped(picture, (*corner, *(corner + 2 * half)), out)
    points = (photo.first["points"] - corner) * out / (2 * half)
    return [head(photo.path.name, planes, points, torch.zeros_like(planes[:1]))]


def seen_by(subject: Head, matrix: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    """Picture, parts and what is before the head through a window; mid grey outside the picture."""
    inside = augment.warp(torch.cat([subject.planes.float() / 255, torch.ones_like(subject.planes[:1])]), matrix, SIZE)
    image = inside[:3] + 0.5 * (1 - inside[-1:])
    return image, inside[3:-1], augment.warp(subject.before.float() / 255, matrix, SIZE)


def skin(image: Tensor, place: np.ndarray, radius: float) -> Tensor:
    """Median colour [3,1,1] of a disc of a picture."""
    rows, columns = torch.meshgrid(*[torch.arange(image.shape[1])] * 2, indexing="ij")
    disc = (columns + 0.5 - place[0]) ** 2 + (rows + 0.5 - place[1]) ** 2 < max(radius, 1.5) ** 2
    return (image[:, disc].median(1).values if disc.any() else image.mean((1, 2)))[:, None, None]


def lent(rng: np.random.Generator, image: Tensor, face: np.ndarray, unit: float, donor: Head) -> tuple[Tensor, Tensor]:
    """The picture with the hand of a rendered head, in the colour of its own skin, and its coverage."""
    side = SIZE * donor.unit / unit * float(np.exp(rng.normal(0, 0.15)))
    turn, flip = float(rng.normal(0, 12)), bool(rng.random() < 0.5)
    matrix = augment.placement(tuple(donor.face + rng.normal(0, 0.18, 2) * donor.unit), side, turn, flip, SIZE)
    matrix = matrix @ np.array([[1, 0, SIZE / 2 - face[0]], [0, 1, SIZE / 2 - face[1]], [0, 0, 1]])
    planes = augment.warp(torch.cat([donor.planes[:3], donor.before]).float() / 255, matrix, SIZE)
    rgb, cover = planes[:3], planes[3:]
    there = augment.move(matrix, donor.face[None])[0]
    factor = skin(image, face, FACE * unit) / skin(rgb, there, FACE * unit).clamp(min=0.05)
    rgb = augment.colour(rng, 0.4)((rgb * factor.clamp(0.4, 2.5)).clamp(0, 1)).clamp(0, 1)
    away = [round(v) for v in rng.normal(0, 4, 2)]
    shade = torch.roll(augment.blur(cover, rng.uniform(2, 9)), away, (1, 2)) * rng.uniform(0, SHADE)
    return image * (1 - shade) * (1 - cover) + rgb * cover, cover


def hand_example(rng: np.random.Generator, subject: Head, donors: Sequence[Head] = ()) -> dict[str, Tensor]:
    """What the network sees of a head, and where something is before it; `donors`: rendered heads with hands, which
    photographs may borrow."""
    gentle = subject.real and rng.random() < 0.5
    away = rng.normal(0, 0.08, 2)
    side = WINDOW * subject.unit * float(np.exp(rng.normal(0, 0.12)))
    flip, turn = bool(rng.random() < 0.5), float(rng.normal(0, 8))
    matrix = augment.placement(tuple(subject.middle + away * subject.unit), side, turn, flip, SIZE)
    image, parts, before = seen_by(subject, matrix)
    if not subject.real and rng.random() < 0.5:
        backdrop = (1 - parts.sum(0, keepdim=True) - before).clamp(0, 1)
        image = image * (1 - backdrop) + augment.texture(rng, SIZE) * backdrop
    if not subject.real and rng.random() < WOVEN:
        clothes = parts[2:]
        image = image * (1 - clothes) + woven(rng, SIZE) * (0.3 + 0.7 * image.mean(0, keepdim=True)) * clothes
    if subject.real and donors and rng.random() < LENT:
        face, unit = augment.move(matrix, subject.face[None])[0], subject.unit * SIZE / side
        image, over = lent(rng, image, face, unit, donors[rng.integers(len(donors))])
        before = torch.maximum(before, over)
    image = filmed(rng, image, gentle)
    if rng.random() < 0.3:
        # the picture's lower edge
        edge = int(rng.uniform(0.5, 1) * SIZE)
        image[:, edge:], before[:, edge:] = 0.5, 0
    return {"image": image.clamp(0, 1) * 2 - 1, "worn": cells(before), "worn_trust": torch.ones(1)}
