"""Part maps of photographs, from areas drawn by hand.

Takes a photograph and its areas (`photograph_parts.json`, by the SHA-256 of the photograph's file; no picture comes
with them); gives planes as rendered portraits have them. Areas are drawn some pixels off; their edges are moved to
those of the picture by a random walker (Grady 2006, as scikit-image has it) that starts from what is well inside.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from scipy.ndimage import distance_transform_edt, maximum_filter
from skimage.segmentation import random_walker
from torch import Tensor

from bijou_training.networks import PARTS

AREAS_FILE = Path(__file__).parent.parent / "photograph_parts.json"
"""{SHA-256: [[part, [x, y, x, y, …]], …]} in the photograph's pixels, later areas over earlier ones."""
UNSURE = 10 / 1024
"""How far an edge may be off, as a share of the picture's longer side."""
THIN = 0.6
"""What of an area's depth is certain where it is thinner than that."""
EDGES = 600.0
"""The random walker's beta: how much a difference of colours keeps it from crossing."""


def areas_of(path: Path) -> list[tuple[str, list[float]]]:
    """The areas of a photograph; none where it is not known."""
    if not AREAS_FILE.exists():
        return []
    return json.loads(AREAS_FILE.read_text()).get(hashlib.sha256(path.read_bytes()).hexdigest(), [])


def drawn(areas: list[tuple[str, list[float]]], size: tuple[int, int], scale: float) -> np.ndarray:
    """Which part each pixel is of, uint8 [H,W] as in PARTS, as it was drawn."""
    canvas = Image.new("L", size, 0)
    pen = ImageDraw.Draw(canvas)
    for part, line in areas:
        pen.polygon([v * scale for v in line], fill=PARTS.index(part))
    return np.asarray(canvas)


def snapped(areas: list[tuple[str, list[float]]], planes: Tensor, scale: float) -> np.ndarray:
    """Which part each pixel of the square uint8 photograph [3,S,S] is of; `scale` is its size over the areas'."""
    size = planes.shape[1]
    rough = drawn(areas, (size, size), scale)
    seeds = np.zeros_like(rough, np.int32)
    present = np.unique(rough)
    for label, k in enumerate(present, 1):
        depth = distance_transform_edt(rough == k)
        # thin areas keep their middle
        deepest = maximum_filter(depth, 2 * round(UNSURE * size) + 1)
        seeds[depth > np.minimum(UNSURE * size, THIN * deepest)] = label
    if len(present) == 1:
        return rough
    picture = planes.permute(1, 2, 0).numpy().astype(np.float64) / 255
    found = random_walker(picture, seeds, beta=EDGES, mode="bf", channel_axis=2, tol=1e-4)
    return present[found - 1]


def part_planes(path: Path, planes: Tensor, scale: float) -> Tensor | None:
    """Skin, hair and clothes of a photograph, uint8 [3,S,S]; None where nobody has drawn them."""
    areas = areas_of(path)
    if not areas:
        return None
    found = torch.from_numpy(snapped(areas, planes, scale))
    return torch.stack([(found == k).to(torch.uint8) * 255 for k in range(1, len(PARTS))])
