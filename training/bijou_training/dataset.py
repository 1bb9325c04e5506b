"""Samples in memory: the rendered pairs and portraits, and labelled real photographs.

Takes the folders of the training contract (training/data/<split>/<NNNNNN>/); gives uint8 tensors and
points in pixels (origin top left, pixel centres at +0.5). Folders may grow while training runs: call
`scan` again. Also the head box, the one definition of the second pass's crop (training/README.md).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from bijou_training.hand_parts import part_planes
from bijou_training.networks import POINTS
from bijou_training.shadows import shadows

EYE_L, EYE_R, CHIN = POINTS.index("eye_l"), POINTS.index("eye_r"), POINTS.index("chin")
SWAP = [
    POINTS.index(p[:-1] + {"l": "r", "r": "l"}[p[-1]]) if p[-2:] in ("_l", "_r") else i for i, p in enumerate(POINTS)
]
"""Index of the point that each point becomes in a mirrored picture."""
ROUGH = {"neck_l": 0.9, "neck_r": 0.9, "notch": 0.6, "hairline": 0.4, "chin": 0.8}
"""How far hand-set points are trusted, where not fully."""
BOX_SIDE, BOX_DOWN, BOX_EYES = 2.8, 0.35, 1.6


def head_box(points: np.ndarray, down: float = BOX_DOWN) -> tuple[float, float, float]:
    """Centre x, y and side of the square head crop, from [18,>=2] points (any unit, y down).

    m = middle of the eyes, D = the head's unit, centre = m + down (chin - m), side = 2.8 D.
    """
    eye_l, eye_r, chin = (points[i, :2].astype(float) for i in (EYE_L, EYE_R, CHIN))
    middle = (eye_l + eye_r) / 2
    x, y = middle + down * (chin - middle)
    return float(x), float(y), BOX_SIDE * head_unit(points)


def head_unit(points: np.ndarray) -> float:
    """Size of a head, from [18,>=2] points: max(|chin - m|, 1.6 |eye_l - eye_r|), m the middle of the eyes."""
    eye_l, eye_r, chin = (points[i, :2].astype(float) for i in (EYE_L, EYE_R, CHIN))
    return float(max(np.linalg.norm(chin - (eye_l + eye_r) / 2), BOX_EYES * np.linalg.norm(eye_l - eye_r)))


@dataclass
class Sample:
    """One picture. `planes` uint8 [C,S,S]: portraits RGB + skin, hair, clothes (C=6, or 3 for a photograph whose parts
    nobody has drawn); pairs bare RGB, worn RGB, product RGBA, visible, skin, hair, clothes (C=14)."""

    name: str
    planes: Tensor
    points: np.ndarray
    """[18,4] x, y in pixels of `planes`, visibility 1/0/-1, trust 0..1 (0: unknown)."""
    pose: np.ndarray
    """[3] yaw, pitch, roll in degrees (NaN: unknown); roll is the eye line's angle, clockwise positive."""
    meta: dict = field(default_factory=dict)
    shadows: Tensor | None = None
    """uint8 [2,S,S] of a pair: what the piece takes of the light beside it (shadows.py)."""
    shares: Tensor | None = None
    """uint8 [6,S,S] of a pair: of its light the lamps' shares, bare and worn (scene.py); none: rendered without."""

    @property
    def real(self) -> bool:
        """Whether it is a photograph."""
        return "file" in self.meta

    @property
    def parted(self) -> bool:
        """Whether it is known what is skin, hair and clothes."""
        return self.planes.shape[0] > 3


def eye_line(points: np.ndarray) -> float:
    """Degrees, clockwise in the picture, of the line from the subject's right eye to the left eye."""
    dx, dy = points[EYE_L, :2] - points[EYE_R, :2]
    return float(np.degrees(np.arctan2(dy, dx)))


def read_planes(path: Path, mode: str) -> Tensor:
    """A picture as uint8 [C,H,W]."""
    array = np.asarray(Image.open(path).convert(mode))
    array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    return torch.from_numpy(np.array(array, order="C"))


def read_sample(folder: Path) -> Sample:
    """One rendered sample; raises OSError, KeyError or ValueError where a part is missing or odd."""
    meta = json.loads((folder / "meta.json").read_text())
    names = [("bare.png", "RGB")]
    if meta["kind"] == "pair":
        names += [("worn.png", "RGB"), ("product.png", "RGBA"), ("visible.png", "L")]
    planes = torch.cat([read_planes(folder / n, m) for n, m in [*names, ("parts.png", "RGB")]])
    points = np.array([[*meta["points"].get(p, (0, 0, -1)), float(p in meta["points"])] for p in POINTS], np.float32)
    pose = np.array([meta["yaw"], meta["pitch"], eye_line(points)], np.float32)
    sample = Sample(folder.name, planes, points, pose, meta)
    if meta["kind"] == "pair":
        sample.shadows = shadows(planes)
        lit = [folder / f"light_{which}.png" for which in ("bare", "worn")]
        sample.shares = torch.cat([read_planes(p, "RGB") for p in lit]) if all(p.exists() for p in lit) else None
    return sample


def unseen(root: Path, folders: str, seen: set[str]) -> Iterator[tuple[Path, dict]]:
    """The finished samples in folders of a pattern that `seen` does not name yet, with what the renderer noted; it does
    afterwards. What cannot be read is said and left out."""
    for path in sorted(root.glob(f"{folders}/meta.json")):
        folder = path.parent
        if folder.name in seen or not folder.name.isdigit():
            continue
        seen.add(folder.name)
        try:
            yield folder, json.loads(path.read_text())
        except (OSError, ValueError) as error:
            left_out(folder, error)


def left_out(folder: Path, error: Exception) -> None:
    """Says that a sample cannot be learned from."""
    print(f"{folder}: left out: {error}", flush=True)


class Rendered:
    """The finished samples of one kind below a folder; `scan` adds those that appeared since."""

    def __init__(self, root: Path, kind: str) -> None:
        self.root, self.kind = root, kind
        self.seen: set[str] = set()
        self.samples: list[Sample] = []

    def scan(self) -> list[Sample]:
        new = [p.parent for p in sorted(self.root.glob("[0-9]*/meta.json"))]
        new = [f for f in new if f.name.isdigit() and f.name not in self.seen]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for folder, sample in zip(new, pool.map(self.read, new), strict=True):
                self.seen.add(folder.name)
                self.samples += [sample] if sample else []
        return self.samples

    def read(self, folder: Path) -> Sample | None:
        """A sample of this kind; none of another kind, nor where it cannot be read, which is said."""
        try:
            if json.loads((folder / "meta.json").read_text())["kind"] != self.kind:
                return None
            return read_sample(folder)
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            left_out(folder, error)
            return None


def square_photograph(path: Path, size: int) -> tuple[Tensor, float]:
    """A photograph at the top left of a grey square, with its parts where they were drawn, uint8 [3 or 6,size,size],
    and its scale."""
    picture = Image.open(path).convert("RGB")
    scale = size / max(picture.size)
    small = picture.resize([round(s * scale) for s in picture.size], Image.Resampling.LANCZOS)
    square = Image.new("RGB", (size, size), (128, 128, 128))
    square.paste(small, (0, 0))
    planes = torch.from_numpy(np.asarray(square).transpose(2, 0, 1).copy())
    parts = part_planes(path, planes, scale)
    return (planes if parts is None else torch.cat([planes, parts])), scale


def set_by_hand(given: dict[str, list[float]], scale: float) -> np.ndarray:
    """Points [18,4] of a sample from {name: [x, y, v]}; what is hidden was only guessed and is trusted less."""
    points = np.zeros((len(POINTS), 4), np.float32)
    points[:, 2] = -1
    for name, (x, y, v) in given.items():
        points[POINTS.index(name)] = (x * scale, y * scale, v, ROUGH.get(name, 1.0) * (1.0 if v == 1 else 0.3))
    return points


def real_photographs(folder: Path, size: int = 512, fold: int = 0) -> tuple[list[Sample], list[Sample]]:
    """Labelled photographs for the adaptation and, every fifth by name from `fold` (0..4) on, held out for
    measuring; -1 holds none out. Every name is another person."""
    training, held_out = [], []
    entries = sorted(json.loads((folder / "anchors.json").read_text()), key=lambda e: e["image"])
    for i, entry in enumerate(entries):
        planes, scale = square_photograph(folder / entry["image"], size)
        points = set_by_hand(entry["points"], scale)
        pose = np.array([np.nan, np.nan, eye_line(points)], np.float32)
        sample = Sample(entry["image"], planes, points, pose, {"file": str(folder / entry["image"])})
        (held_out if i % 5 == fold else training).append(sample)
    return training, held_out


POINTS_FILE = Path(__file__).parent.parent / "photograph_points.json"
"""Points set by hand in further photographs, by the SHA-256 of their files; no picture comes with them."""


def hand_set_points(path: Path) -> dict[str, list[float]]:
    """Lobes, sides of the neck and notch [x, y, v] of a photograph in its pixels, where POINTS_FILE has them."""
    return json.loads(POINTS_FILE.read_text()).get(hashlib.sha256(path.read_bytes()).hexdigest(), {})


def further_photographs(folder: Path, size: int = 512, fold: int = -1) -> tuple[list[Sample], list[Sample]]:
    """The photographs beside anchors.json that it does not name, whose lobes and neck at most are known yet; those to
    learn from and, every fifth by name from `fold` on, those held out, as in `real_photographs`."""
    named = {e["image"] for e in json.loads((folder / "anchors.json").read_text())}
    training, held_out = [], []
    for i, path in enumerate(p for p in sorted(folder.glob("*.jpg")) if p.name not in named):
        planes, scale = square_photograph(path, size)
        points = set_by_hand(hand_set_points(path), scale)
        sample = Sample(path.name, planes, points, np.full(3, np.nan, np.float32), {"file": str(path)})
        (held_out if i % 5 == fold else training).append(sample)
    return training, held_out
