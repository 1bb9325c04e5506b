"""Shadows of chains, tiaras and nose studs: what the network answers and the program casts, beside the rendered one.

    python -m bijou_training.measure_shadow --data data/test --model ../models/tryon.onnx

Takes pairs; prints Markdown: what share of the squared darkening, beside the product on skin, cloth and hair, each
leaves unexplained (1: as good as no shadow). The program's is that of `src/restore/contact.rs`; the numbers are read
from there, and were fitted on training renders.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bijou_training.dataset import Rendered, Sample
from bijou_training.examples import pair_example
from bijou_training.passes import session

SOURCE = Path(__file__).resolve().parents[2] / "src" / "restore" / "contact.rs"
KINDS = {"necklace": "CHAIN", "tiara": "BAND", "nose_stud": "STUD"}
AROUND_MM = 20.0
"""So far from the product is looked."""
FOR_A_PLANE = 400
"""Pixels of skin that tell where the light comes from; fewer do not."""

Plane = NDArray[np.float64]


def constants() -> dict[str, list[float]]:
    """The program's own numbers."""
    found = re.findall(r"^const (\w+): [^=]+ = \[?([0-9., ]+)\]?;", SOURCE.read_text(encoding="utf-8"), re.M)
    return {name: [float(v) for v in values.split(",")] for name, values in found}


def linear(v: Plane) -> Plane:
    """Encoded sRGB to linear light."""
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def brighter(planes: Plane, mm: float) -> float:
    """By how much skin gets brighter to the right, the natural logarithm of its luminance for each mm."""
    skin = (planes[11] > 0.7) & (planes[9] <= 0)
    if skin.sum() < FOR_A_PLANE:
        return 0.0
    y, x = np.nonzero(skin)
    light = np.log(np.tensordot([0.2126, 0.7152, 0.0722], linear(planes[:3]), 1)[skin] + 0.003)
    plane = np.stack([np.ones(x.size), x * mm, y * mm], 1)
    return float(np.linalg.lstsq(plane, light, rcond=None)[0][1])


def cast(planes: Plane, seen: Plane, category: str, mm: float, c: dict[str, list[float]]) -> Plane:
    """The program's shadow: the share of the encoded value that it takes."""
    name = KINDS[category]
    aside = -c["LEAN"][0] * brighter(planes, mm) if name == "CHAIN" else 0.0
    right = float(np.clip(aside, -c["ASIDE_MM"][0], c["ASIDE_MM"][0]))
    *spread, down = c[f"{name}_MM"]
    moved = ndimage.shift(seen, (down / mm, right / mm), order=1)
    near, wide = (ndimage.gaussian_filter(moved, sigma / mm) for sigma in spread)
    return c[name][0] * near + c[name][1] * wide


def unexplained(sample: Sample, network: Plane, c: dict[str, list[float]]) -> tuple[float, ...]:
    """Squared darkening beside one product: all of it, what the network's shadow leaves of it, what the program's does.
    Square millimetres of darkness."""
    planes = sample.planes.double().numpy() / 255
    mm, seen = sample.meta["mm_per_px"], np.minimum(planes[9], planes[10])
    true = 1 - (planes[3:6].mean(0) + 0.02) / (planes[:3].mean(0) + 0.02)
    beside = (ndimage.maximum_filter(seen, 3) < 0.02) & (planes[11:14].max(0) > 0.8)
    beside &= ndimage.distance_transform_edt(planes[9] < 0.5) * mm < AROUND_MM
    made = cast(planes, seen, sample.meta["category"], mm, c)
    # single pixels are the renderer's noise
    true = true.clip(-0.3, 0.6)
    left = (true, true - (1 - network), true - made)
    return tuple(float((error[beside] ** 2).sum()) * mm * mm for error in left)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    net, numbers = session(args.model), constants()
    sums: dict[str, list[tuple[float, ...]]] = {}
    for sample in Rendered(args.data, "pair").scan():
        category = sample.meta["category"]
        if category not in KINDS:
            continue
        example = pair_example(np.random.default_rng(0), sample, plain=True)
        shadow = net(example["condition"][None].numpy())["shadow"][0, 0]
        sums.setdefault(category, []).append(unexplained(sample, shadow.astype(np.float64), numbers))
    print("| pieces | n | the network | the program |\n|---|---|---|---|")
    for category, values in sums.items():
        whole, network, program = np.sum(values, 0)
        print(f"| {category} | {len(values)} | {network / whole:.2f} | {program / whole:.2f} |")


if __name__ == "__main__":
    main()
