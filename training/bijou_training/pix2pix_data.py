"""A Pix2Pix data set of anybody's own: where its pairs lie, and how they become training examples.

Takes a folder in one of four forms and gives (A, B) pictures as float tensors [3,S,S] in -1..1:

    DATA/train/x.jpg                     A and B side by side, A left (also val/, test/)
    DATA/A/train/x.jpg, DATA/B/train/x.jpg
    DATA/train/A/x.jpg, DATA/train/B/x.jpg     or DATA/trainA/x.jpg, DATA/trainB/x.jpg
    DATA/000000/meta.json …              the renderer's own: A is the product laid on flat, B is it worn
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from bijou_training import augment

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Pair:
    """One pair; `b` is none where both halves lie in one picture."""

    name: str
    a: Path
    b: Path | None
    rendered: bool = False


def pictures(folder: Path) -> dict[str, Path]:
    """Picture files of a folder by name without ending."""
    if not folder.is_dir():
        return {}
    return {p.stem: p for p in sorted(folder.iterdir()) if p.suffix.lower() in PICTURES and not p.name.startswith(".")}


def partners(a: Path, b: Path) -> list[Pair]:
    """Pairs of two folders; refuses pictures without a partner."""
    left, right = pictures(a), pictures(b)
    alone = sorted(set(left) ^ set(right))
    if alone:
        where = b if alone[0] in left else a
        raise SystemExit(
            f"{alone[0]}: {len(alone)} pictures have no partner; {where} holds none of that name. "
            "Give both halves of a pair the same name, or take the lone ones out."
        )
    return [Pair(name, left[name], right[name]) for name in sorted(left)]


def find(root: Path, split: str) -> list[Pair]:
    """The pairs of one split, in whichever form the folder has; empty where it has none."""
    for a, b in (("A/{}", "B/{}"), ("{}/A", "{}/B"), ("{}A", "{}B")):
        folders = root / a.format(split), root / b.format(split)
        if all(f.is_dir() for f in folders):
            return partners(*folders)
    if (root / split).is_dir():
        return [Pair(name, path, None) for name, path in pictures(root / split).items()]
    return []


def rendered(root: Path) -> list[Pair]:
    """The renderer's pairs."""
    metas = sorted(root.glob("[0-9]*/meta.json"))
    return [Pair(m.parent.name, m.parent, None, True) for m in metas if json.loads(m.read_text())["kind"] == "pair"]


def splits(root: Path) -> dict[str, list[Pair]]:
    """Training, validation and test pairs. Without a `val` folder every tenth training pair (at least one, where
    there are two) validates; the last ones of the renderer's own, whose heads follow each other."""
    if not root.is_dir():
        raise SystemExit(f"{root}: there is no such folder")
    found = {split: find(root, split) for split in SPLITS}
    if not found["train"]:
        found["train"] = rendered(root) or rendered(root / "train")
        found["test"] = found["test"] or rendered(root / "test")
    if not found["train"]:
        raise SystemExit(
            f"{root}: no pairs found. Expected train/ with pictures that show A and B side by side, or A/train and "
            "B/train (or trainA and trainB) with equal names; see training/YOUR_OWN_PAIRS.md"
        )
    if not found["val"] and len(found["train"]) > 1:
        many = max(1, len(found["train"]) // 10)
        if found["train"][0].rendered:
            found["val"], found["train"] = found["train"][-many:], found["train"][:-many]
        else:
            found["val"] = found["train"][::10]
            found["train"] = [p for i, p in enumerate(found["train"]) if i % 10]
    return found


def opened(path: Path) -> Image.Image:
    """A picture in RGB; one that cannot be read ends the program with its name."""
    try:
        return Image.open(path).convert("RGB")
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise SystemExit(f"{path}: cannot be read as a picture ({error}); mend it or take it out") from error


def fitted(image: Image.Image, size: int, stretch: bool) -> np.ndarray:
    """A square of `size` pixels: the middle of the picture, or all of it stretched."""
    if not stretch:
        side = min(image.size)
        x, y = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((x, y, x + side, y + side))
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


@lru_cache(maxsize=4096)
def load(pair: Pair, size: int, stretch: bool) -> Tensor:
    """A over B as uint8 [6,size,size]."""
    if pair.rendered:
        bare, worn = (np.asarray(opened(pair.a / f"{n}.png"), np.float32) for n in ("bare", "worn"))
        product = np.asarray(Image.open(pair.a / "product.png").convert("RGBA"), np.float32)
        alpha = product[..., 3:] / 255
        flat = (bare * (1 - alpha) + product[..., :3] * alpha + 0.5).astype(np.uint8)
        halves = [Image.fromarray(flat), Image.fromarray(worn.astype(np.uint8))]
    elif pair.b is None:
        whole = opened(pair.a)
        half = whole.width // 2
        if half < 16 or whole.width % 2:
            raise SystemExit(f"{pair.a}: is {whole.width} pixels wide; A and B side by side need an even width")
        halves = [whole.crop((0, 0, half, whole.height)), whole.crop((half, 0, 2 * half, whole.height))]
    else:
        halves = [opened(pair.a), opened(pair.b)]
        if halves[0].size != halves[1].size:
            raise SystemExit(f"{pair.name}: A is {halves[0].size}, B is {halves[1].size}; aligned pairs have one size")
    planes = np.concatenate([fitted(h, size, stretch) for h in halves], 2)
    return torch.from_numpy(planes.transpose(2, 0, 1).copy())


def example(
    rng: np.random.Generator, pair: Pair, size: int, stretch: bool, flip: bool, way: Callable[[Tensor], Tensor]
) -> Tensor:
    """A random view of a pair, the same for both halves: shift, zoom, turn, mirror, tone; [6,S,S] in -1..1."""
    planes = way(load(pair, size, stretch)).float() / 255
    side = size * float(rng.uniform(0.82, 1.0))
    room = (size - side) / 2
    centre = tuple(size / 2 + rng.uniform(-room, room, 2))
    window = augment.placement(centre, side, float(rng.normal(0, 2)), flip and bool(rng.random() < 0.5), size)
    planes = augment.warp(planes, window, size, "reflection")
    tone = augment.colour(rng, 0.25)
    return torch.cat([tone(planes[:3]), tone(planes[3:])]) * 2 - 1
