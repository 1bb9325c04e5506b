"""Necks from close by: rendered ones and those of photographs, and training examples made of them.

Takes the renderer's pairs of necklaces and photographs with points; gives a `Neck` for each, and from them what the
network that looks for necklaces (strand_net.py) sees.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import head_unit, left_out, read_sample, unseen
from bijou_training.ears import Photograph, cropped, filmed
from bijou_training.neckwear import dressed, pinned, woven
from bijou_training.networks import PARTS, POINTS
from bijou_training.networks import SIZE as ANCHORS
from bijou_training.strand_net import SIZE, WINDOW, cells
from bijou_training.strands import strung
from bijou_training.trinkets import borrowed

NOTCH = POINTS.index("notch")
PER_UNIT = SIZE / WINDOW
"""Pixels a head unit in the pictures kept in memory: the network's own."""
ROOM = 3.2
"""Side of a photograph's picture around the throat, head units."""
STRUNG = 0.5
"""Share of the bare necks that something is hung on."""
PINNED = 0.25
"""Share of the necks with a pin beside."""
WOVEN = 0.35
"""Share of the rendered ones in other cloth."""
DRESSED = 0.5
"""Share of the bare rendered ones that get a tie, another neckline or a scarf; of photographs half as many, of those
with a necklace fewer."""
BENEATH = 0.5
"""Share of what is hung on that goes under the clothes there, where it is known where they are."""
LENT = 0.5
"""Share of what is hung on that is cut from a photograph, where there are any."""
STRANDS_FILE = Path(__file__).parent.parent / "photograph_necklaces.json"
"""{SHA-256: [[[x, y, radius], …], …]}: lines along the necklaces that people wear in photographs already, in their
pixels; none where the neck is bare. No picture comes with them. Of what is not there it is not known."""


@dataclass
class Neck:
    """One neck. `planes` uint8 [6,S,S] RGB, skin, hair, clothes of a render, [3,S,S] of a photograph; `notch` x, y in
    its pixels; `unit`: the head unit in its pixels; `worn` uint8 [1,S,S]: where a necklace is seen; of a photograph
    `shown` uint8 [1,S,S]: what of it lies inside, and `clothes` uint8 [1,S,S], as the anchors see them."""

    name: str
    planes: Tensor
    notch: np.ndarray
    unit: float
    worn: Tensor
    shown: Tensor | None = None
    clothes: Tensor | None = None

    @property
    def real(self) -> bool:
        return self.planes.shape[0] == 3

    @property
    def bare(self) -> bool:
        return not self.worn.any()


def rendered(root: Path, seen: set[str]) -> list[Neck]:
    """The necks of finished pairs that `seen` does not name yet, with a necklace and without; it does afterwards."""
    necks = []
    for folder, meta in unseen(root, "[0-4]*", set(seen)):
        if meta.get("category") != "necklace":
            continue
        seen.add(folder.name)
        try:
            sample = read_sample(folder)
        except (OSError, KeyError, ValueError) as error:
            left_out(folder, error)
            continue
        unit, notch, parts = head_unit(sample.points), sample.points[NOTCH, :2], sample.planes[-3:]
        for which, first in (("bare", 0), ("worn", 3)):
            worn = sample.planes[10:11] if which == "worn" else torch.zeros_like(parts[:1])
            planes = torch.cat([sample.planes[first : first + 3], parts])
            necks.append(Neck(f"{folder.name}_{which}", planes, notch, unit, worn))
    return necks


def photographed(photo: Photograph) -> list[Neck]:
    """The neck of a photograph where it is known what is worn there; around the throat as the anchors answer it."""
    lines = json.loads(STRANDS_FILE.read_text()).get(hashlib.sha256(photo.path.read_bytes()).hexdigest())
    if lines is None:
        return []
    picture = Image.open(photo.path).convert("RGB")
    (x, y), half, out = photo.first["points"][NOTCH][:2], ROOM / 2 * photo.unit, round(ROOM * PER_UNIT)
    box, sheet = (x - half, y - half, x + half, y + half), Image.new("L", picture.size)
    for line in lines:
        draw_line(sheet, line)
    planes, worn = cropped(picture, box, out), cropped(sheet, box, out)
    shown = cropped(Image.new("L", picture.size, 255), box, out)
    clothes = clothes_of(photo.first["lower"], box, out)
    return [Neck(photo.path.name, planes, np.array([out / 2, out / 2]), PER_UNIT, worn, shown, clothes)]


def clothes_of(look: dict[str, np.ndarray], box: tuple[float, ...], out: int) -> Tensor:
    """What a pass of the anchors says is clothes in a box of the picture, uint8 [1,out,out]."""
    parts = torch.from_numpy(look["parts"])
    to_parts = np.diag([parts.shape[2] / ANCHORS, parts.shape[1] / ANCHORS, 1])
    step = (box[2] - box[0]) / out
    from_box = np.array([[step, 0, box[0]], [0, step, box[1]], [0, 0, 1]])
    seen = augment.warp(parts, to_parts @ np.linalg.inv(look["window"]) @ from_box, out, "border")
    return (seen[PARTS.index("clothes")][None] * 255).round().to(torch.uint8)


def times(neck: Neck) -> int:
    """How often a photograph's neck is shown: a quarter of the people wear a necklace, and half of what is learned of
    them shall be those."""
    return 1 if neck.bare else 3


def draw_line(sheet: Image.Image, line: list[list[float]]) -> None:
    """A string of discs [x, y, radius] and what is between them, white."""
    draw = ImageDraw.Draw(sheet)
    for (x, y, r), (u, v, q) in zip(line, line[1:] or line, strict=False):
        for t in np.linspace(0, 1, max(2, round(np.hypot(u - x, v - y) / max(min(r, q) / 2, 1)))):
            a, b, own = x + (u - x) * t, y + (v - y) * t, r + (q - r) * t
            draw.ellipse([a - own, b - own, a + own, b + own], fill=255)


def seen_by(neck: Neck, matrix: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    """Picture, parts and necklace through a window; mid grey outside the picture."""
    inside = augment.warp(torch.cat([neck.planes.float() / 255, torch.ones_like(neck.planes[:1])]), matrix, SIZE)
    image = inside[:3] + 0.5 * (1 - inside[-1:])
    return image, inside[3:-1], augment.warp(neck.worn.float() / 255, matrix, SIZE)


def lent(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float, donor: Neck) -> tuple[Tensor, Tensor]:
    """The picture with the necklace of a photograph, and its coverage; grey where that photograph ends."""
    planes = torch.cat([donor.planes, donor.worn, donor.shown])
    image, cover, shown = borrowed(rng, image, notch, unit, planes, donor.notch, donor.unit)
    return image * shown + 0.5 * (1 - shown), cover


def strand_example(rng: np.random.Generator, neck: Neck, donors: Sequence[Neck] = ()) -> dict[str, Tensor]:
    """What the network sees around a place near the throat, and where a necklace is; `donors`: photographs of people
    with necklaces, which bare necks may borrow."""
    gentle = neck.real and rng.random() < 0.5
    away = rng.normal(0, 0.07 if neck.real else 0.12, 2)
    side = WINDOW * neck.unit * float(np.exp(rng.normal(0, 0.1 if gentle else 0.15)))
    flip, turn = bool(rng.random() < 0.5), float(rng.normal(0, 6 if gentle else 10))
    matrix = augment.placement(tuple(neck.notch + away * neck.unit), side, turn, flip, SIZE)
    image, parts, worn = seen_by(neck, matrix)
    notch, unit = augment.move(matrix, neck.notch[None])[0], neck.unit * SIZE / side
    if not neck.real and rng.random() < 0.4:
        backdrop = (1 - parts.sum(0, keepdim=True) - worn).clamp(0, 1)
        image = image * (1 - backdrop) + augment.texture(rng, SIZE) * backdrop
    if not neck.real and rng.random() < WOVEN:
        clothes = (parts[2:] - worn).clamp(0, 1)
        image = image * (1 - clothes) + woven(rng, SIZE) * (0.3 + 0.7 * image.mean(0, keepdim=True)) * clothes
    cloth = torch.zeros_like(worn) if neck.real else (parts[2:] - worn).clamp(0, 1)
    if rng.random() < DRESSED * (0.5 if neck.real else 1) * (1 if neck.bare else 0.4):
        image, over = dressed(rng, image, notch, unit)
        cloth, worn = torch.maximum(cloth, over), worn * (1 - over)
    if neck.bare and rng.random() < STRUNG:
        under = image
        if donors and rng.random() < LENT:
            image, over = lent(rng, image, notch, unit, donors[rng.integers(len(donors))])
        else:
            image, over = strung(rng, image, notch, unit)
        if rng.random() < BENEATH:
            image, over = image + (under - image) * cloth, over * (1 - cloth)
        worn = torch.maximum(worn, over)
    if rng.random() < PINNED:
        image, over = pinned(rng, image, notch, unit)
        worn = worn * (1 - over)
    if rng.random() < (0.05 if gentle else 0.15):
        mask, rgb, _ = augment.cut_out(rng, SIZE)
        image, worn = image * (1 - mask) + rgb * mask, worn * (1 - mask)
    image = filmed(rng, image, gentle)
    if rng.random() < 0.4:
        # the picture's lower edge
        edge = int(rng.uniform(0.25, 1) * SIZE)
        image[:, edge:], worn[:, edge:] = 0.5, 0
    return {"image": image.clamp(0, 1) * 2 - 1, "worn": cells(worn), "worn_trust": torch.ones(1)}
