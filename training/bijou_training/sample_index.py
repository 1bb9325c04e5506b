"""The data set's index: one JSON line a sample, from which any sample can be rendered again.

    python -m bijou_training.render --out data --split train --again 500600

`index.jsonl` beside the samples holds for each: its folder, what it was made from (kind, split, seed, head, number,
samples a pixel, versions of the renderer), its masks' files, its points and SHA-256 of its pictures. Lines are
appended by whichever process rendered the sample; the last line of a folder counts.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
from PIL import Image

NAME = "index.jsonl"
MASKS = {
    "pair": {"visible": "visible.png", "parts": "parts.png"},
    "portrait": {"parts": "parts.png"},
    "arms": {"parts": "parts.png", "before": "before.png"},
    "ears": {f"{mask}_{side}": f"{mask}_{side}.png" for mask in ("parts", "worn") for side in "lr"},
}
VERSION = 4
"""Counted up when the same numbers render another picture. 2: more designs. 3: surroundings, headwear, hidden pieces.
4: every sample in its own surroundings."""


def line(folder: Path, split: str, samples: int | None) -> dict:
    """What the index says of one finished sample. `samples` none: rendered before the index was kept."""
    meta = json.loads((folder / "meta.json").read_text())
    made = {"kind": meta["kind"], "split": split, "seed": meta["seed"], "head": meta["head"], "number": meta["sample"]}
    pictures = sorted(folder.glob("*.png"))
    return {
        "id": folder.name, "version": meta["version"], **made, "samples": samples or 4, "size": meta["size"],
        "masks": {"of": ["red skin", "green hair", "blue clothes"], **MASKS[meta["kind"]]},
        "parameters": {k: v for k, v in meta.items() if k not in ("points", "version", *made, "sample", "size")},
        "points": meta["points"], "sha256": {p.name: fingerprint(p) for p in pictures},
    }  # fmt: skip


def fingerprint(path: Path) -> str:
    """SHA-256 of a picture's pixels, whatever the file's compression."""
    picture = Image.open(path)
    return hashlib.sha256(f"{picture.mode} {picture.size}".encode() + picture.tobytes()).hexdigest()


def append(root: Path, entry: dict) -> None:
    """Adds a line in one write, so that several processes may append."""
    handle = os.open(root / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, (json.dumps(entry) + "\n").encode())
    finally:
        os.close(handle)


def read(root: Path) -> dict[str, dict]:
    """All entries by folder name; a torn last line is passed over."""
    path = root / NAME
    entries = {}
    for text in path.read_text().splitlines() if path.exists() else ():
        try:
            entry = json.loads(text)
            entries[entry["id"]] = entry
        except (ValueError, KeyError):
            continue
    return entries


def complete(root: Path, split: str) -> int:
    """Adds the finished samples that the index does not name yet; gives how many."""
    known, added = read(root), 0
    for path in sorted(root.glob("[0-9]*/meta.json")):
        if path.parent.name.isdigit() and path.parent.name not in known:
            append(root, line(path.parent, split, None))
            added += 1
    return added


def compare(a: Path, b: Path) -> list[str]:
    """One sentence for each picture of sample `a` that `b` has otherwise; empty: identical."""
    said = []
    for path in sorted(a.glob("*.png")):
        left, right = (np.asarray(Image.open(p), np.int16) for p in (path, b / path.name))
        if left.shape != right.shape:
            said.append(f"{path.name}: {left.shape} and {right.shape}")
        elif (left != right).any():
            far = np.abs(left - right)
            said.append(f"{path.name}: {np.mean(far > 0):.2%} of the values differ, by {far.max()} at most")
    metas = [json.loads((p / "meta.json").read_text()) for p in (a, b)]
    said += [f"meta.json: {k} differs" for k in metas[0] if k != "version" and metas[0][k] != metas[1].get(k)]
    return said
