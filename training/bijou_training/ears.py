"""Ears from close by: rendered ones and those of photographs, and training examples made of them.

Takes the renderer's folders of kind `ears` and photographs with points; gives one `Ear` for every lobe, all as the
subject's left one (right ones mirrored), and from them what the network of the closer look (ear_net.py) sees.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import hand_set_points, head_unit, left_out, read_planes, unseen
from bijou_training.ear_net import SIZE, WINDOW
from bijou_training.measure_pairs import Net
from bijou_training.neckwear import shoulder
from bijou_training.passes import detect, session
from bijou_training.trinket_net import DOWN, cells
from bijou_training.trinkets import borrowed, decoy, gloss, hung

PER_UNIT = 160.0
"""Pixels a head unit in the pictures kept in memory: the network's own at WINDOW."""
ROOM = 1.6
"""Side of a photograph's picture around the lobe, head units."""
HUNG = 0.25
"""Share of the visible lobes that something is hung on."""
LENT = 0.5
"""Share of what is hung on that is cut from a photograph, where there are any."""
CLOTH = 0.2
"""Share of the rendered ears with other cloth below, and half as many of a photograph's."""
GLOSS = 0.12
"""Share of the ears with a highlight beside the lobe that is none of an earring's."""
DECOY = 0.25
"""Share of the ears with something beside, above or far below the lobe that hangs from none: a pin, a bead."""
REACH = 7
"""So many pixels about the lobe belong to it."""
TRINKETS_FILE = Path(__file__).parent.parent / "photograph_trinkets.json"
"""{SHA-256: {"l": [[x, y, x, y, …], …], "r": …}}: outlines of the earrings that people wear in photographs already, in
their pixels; no picture comes with them. Of what is not there it is not known."""


@dataclass
class Ear:
    """One ear. `planes` uint8 [6,S,S] RGB, skin, hair, clothes of a render, [3,S,S] of a photograph; `lobe` x, y in
    its pixels; `unit`: the head unit in its pixels."""

    name: str
    planes: Tensor
    lobe: np.ndarray
    visible: bool
    trust: float
    unit: float
    about: dict = field(default_factory=dict)
    """What the renderer noted: skin, sex."""
    worn: Tensor | None = None
    """uint8 [1,S,S]: where an earring is seen; none where that is not known."""

    @property
    def real(self) -> bool:
        return self.planes.shape[0] == 3

    @property
    def bare(self) -> bool:
        return self.worn is not None and not self.worn.any()


@dataclass
class Photograph:
    """A labelled photograph. `points`: [x, y, v] by name, in its pixels; `whole`: all points are labelled, and the
    anchors may have learned them; `first`: what the anchors answer; `unit`: the head unit of that."""

    path: Path
    points: dict[str, list[float]]
    whole: bool
    first: dict[str, Any]
    unit: float


def mirrored(planes: Tensor, lobe: np.ndarray, right: bool) -> tuple[Tensor, np.ndarray]:
    """A right ear as a left one."""
    if not right:
        return planes, lobe
    return planes.flip(2).contiguous(), np.array([planes.shape[2] - lobe[0], lobe[1]])


def rendered(root: Path, seen: set[str]) -> list[Ear]:
    """The ears of finished folders that `seen` does not name yet; it does afterwards."""
    ears = []
    for folder, meta in unseen(root, "7[0-9]*", seen):
        try:
            for side in "lr":
                x, y, v = meta["points"][f"lobe_{side}"]
                both = (read_planes(folder / f"{kind}_{side}.png", "RGB") for kind in ("ear", "parts"))
                planes, lobe = mirrored(torch.cat(list(both)), np.array([x, y]), side == "r")
                ear = Ear(f"{folder.name}_{side}", planes, lobe, v == 1, 1.0, meta["unit"], meta)
                mask = folder / f"worn_{side}.png"
                if mask.exists():
                    ear.worn = mirrored(read_planes(mask, "L"), lobe, side == "r")[0]
                ears.append(ear)
        except (OSError, KeyError, ValueError) as error:
            left_out(folder, error)
    return ears


def photographed(photo: Photograph) -> list[Ear]:
    """Both ears of a photograph, as far as they are labelled."""
    picture, ears = Image.open(photo.path).convert("RGB"), []
    outlines = outlined(photo.path)
    for side in "lr":
        x, y, v = photo.points.get(f"lobe_{side}", (0, 0, -1))
        if v < 0:
            continue
        half, out = ROOM / 2 * photo.unit, round(ROOM * PER_UNIT)
        box = (x - half, y - half, x + half, y + half)
        planes, lobe = mirrored(cropped(picture, box, out), np.array([out / 2, out / 2]), side == "r")
        ear = Ear(f"{photo.path.name}_{side}", planes, lobe, v == 1, 1.0 if v == 1 else 0.3, PER_UNIT)
        if side in outlines:
            sheet = Image.new("L", picture.size)
            for line in outlines[side]:
                ImageDraw.Draw(sheet).polygon(line, fill=255)
            ear.worn = mirrored(cropped(sheet, box, out), lobe, side == "r")[0]
        ears.append(ear)
    return ears


def cropped(picture: Image.Image, box: tuple[float, ...], out: int) -> Tensor:
    """A box of a picture as uint8 [C,out,out]: twice as fine and reduced, an antialiased crop at any place between
    pixels; grey outside, black of a mask."""
    fill = (128, 128, 128) if picture.mode == "RGB" else 0
    fine = picture.transform((2 * out, 2 * out), Image.Transform.EXTENT, box, Image.Resampling.BICUBIC, fillcolor=fill)
    array = np.asarray(fine.resize((out, out), Image.Resampling.BOX))
    return torch.from_numpy((array[None] if array.ndim == 2 else array.transpose(2, 0, 1)).copy())


def outlined(path: Path) -> dict[str, list[list[float]]]:
    """The outlines of the earrings that are worn in a photograph, by side; one that nobody could judge is not there."""
    return json.loads(TRINKETS_FILE.read_text()).get(hashlib.sha256(path.read_bytes()).hexdigest(), {})


def photographs(folder: Path, net: Net) -> list[Photograph]:
    """Every labelled photograph of a folder, sorted by name: those of its anchors.json, and those whose lobes were set
    by hand. `net`: the exported anchors, which say where the program would look."""
    known = {e["image"]: e["points"] for e in json.loads((folder / "anchors.json").read_text())}
    found = []
    for path in sorted(folder.glob("*.jpg")):
        points = known.get(path.name) or hand_set_points(path)
        if points:
            picture = np.asarray(Image.open(path).convert("RGB"), np.float32).transpose(2, 0, 1) / 255
            first = detect(net, torch.from_numpy(picture.copy()))
            found.append(Photograph(path, points, path.name in known, first, head_unit(first["points"])))
    return found


def photograph_options(parser: argparse.ArgumentParser) -> None:
    """Options of a training that learns from photographs as well."""
    parser.add_argument("--real", type=Path, help="labelled photographs")
    parser.add_argument("--anchors", type=Path, default=Path("../models/anchors.onnx"), help="finds the heads in them")
    parser.add_argument("--fold", type=int, default=0, help="which fifth of the people is left out; -1: none")


def learned(args: argparse.Namespace) -> list[Photograph]:
    """The photographs that those options let it learn from."""
    found = photographs(args.real, session(args.anchors)) if args.real else []
    return [photo for i, photo in enumerate(found) if i % 5 != args.fold]


def filmed(rng: np.random.Generator, image: Tensor, gentle: bool) -> Tensor:
    """A picture as some lamp and some camera would have it."""
    if rng.random() < (0.05 if gentle else 0.2):
        image = augment.hard_shadow(rng, image)
    image = augment.colour(rng, 0.6 if gentle else 1.0)(image)
    return augment.degrade(rng, image, 0.4 if gentle else 0.8)


def ear_example(rng: np.random.Generator, ear: Ear) -> dict[str, Tensor]:
    """What the closer look sees around a place near the lobe, and where in it the lobe is."""
    away = rng.normal(0, 0.07, 2) if rng.random() < 0.6 else rng.uniform(-0.27, 0.27, 2)
    return example(rng, ear, away, HUNG)


def trinket_example(rng: np.random.Generator, ear: Ear, donors: Sequence[Ear] = ()) -> dict[str, Tensor]:
    """The same for the network that looks for earrings, which is told more exactly where the lobe is; `donors`: ears of
    photographs with earrings, which bare ones may borrow."""
    away = rng.normal(0, 0.05, 2) if rng.random() < 0.8 else rng.uniform(-0.2, 0.2, 2)
    return example(rng, ear, away + np.array([0, DOWN]), 0.45 if ear.bare else 0.0, CLOTH, donors)


def lent(rng: np.random.Generator, image: Tensor, lobe: np.ndarray, unit: float, donor: Ear) -> tuple[Tensor, Tensor]:
    """The picture with the earring of a photograph, and its coverage."""
    planes = torch.cat([donor.planes, donor.worn])
    return borrowed(rng, image, lobe, unit, planes, donor.lobe, donor.unit)


def example(
    rng: np.random.Generator,
    ear: Ear,
    away: np.ndarray,
    hang: float,
    cloth: float = 0.0,
    donors: Sequence[Ear] = (),
) -> dict[str, Tensor]:
    """A square `away` from the lobe, in head units, changed at random; on a visible lobe something is hung as often as
    `hang` says, below it there is other cloth as often as `cloth` does."""
    gentle = ear.real and rng.random() < 0.5
    side = WINDOW * ear.unit * float(np.exp(rng.normal(0, 0.1 if gentle else 0.14)))
    turn = float(rng.normal(0, 8 if gentle else 13))
    matrix = augment.placement(tuple(ear.lobe + away * ear.unit), side, turn, False, SIZE)
    planes = ear.planes.float() / 255
    image = augment.warp(planes, matrix, SIZE, "reflection")
    image, parts = image[:3], image[3:]
    worn = torch.zeros(1, SIZE, SIZE) if ear.worn is None else augment.warp(ear.worn.float() / 255, matrix, SIZE)
    place = augment.move(matrix, ear.lobe[None])[0]
    visible = float(ear.visible)
    if not ear.real and rng.random() < 0.4:
        backdrop = (1 - parts.sum(0, keepdim=True) - worn).clamp(0, 1)
        image = image * (1 - backdrop) + augment.texture(rng, SIZE) * backdrop
    unit = ear.unit * SIZE / side
    if ear.bare and rng.random() < cloth * (0.5 if ear.real else 1):
        image = shoulder(rng, image, place, unit)
    if rng.random() < GLOSS:
        image = gloss(rng, image, place, unit)
    if rng.random() < DECOY:
        decoyed, over = decoy(rng, image, place, unit)
        x, y = place.astype(int)
        # What reaches the lobe might as well hang from it.
        if not over[0, max(y - REACH, 0) : y + REACH, max(x - REACH, 0) : x + REACH].gt(0.5).any():
            image, worn = decoyed, worn * (1 - over)
    if visible and rng.random() < hang:
        lend = bool(donors) and rng.random() < LENT
        image, over = (
            lent(rng, image, place, unit, donors[rng.integers(len(donors))]) if lend else hung(rng, image, place, unit)
        )
        worn = torch.maximum(worn, over)
    if rng.random() < (0.05 if gentle else 0.2):
        mask, rgb, _ = augment.cut_out(rng, SIZE)
        image, worn = image * (1 - mask) + rgb * mask, worn * (1 - mask)
        x, y = np.clip(place, 0, SIZE - 1).astype(int)
        visible *= float(mask[0, y, x] < 0.5)
    image = filmed(rng, image, gentle)
    near = bool((np.abs(place / SIZE - 0.5) < 0.49).all())
    return {
        "image": image.clamp(0, 1) * 2 - 1,
        "points": torch.from_numpy(np.clip(place / SIZE, 0, 1).astype(np.float32))[None],
        "trust": torch.tensor([ear.trust * near * (1.0 if visible else 0.5)], dtype=torch.float32),
        "visible": torch.tensor([visible], dtype=torch.float32),
        "visible_trust": torch.ones(1),
        "worn": cells(worn),
        "worn_trust": torch.tensor([float(ear.worn is not None)]),
    }
