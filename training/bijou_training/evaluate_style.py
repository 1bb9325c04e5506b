"""Content and style losses of `--style like:FILE` on five pairs of portraits and made style pictures.

    python -m bijou_training.evaluate_style --program ../target/release/bijou --portraits ../assets/portraits \
        --product cable-chain-silver --out /tmp/style

Takes the program; gives pictures in OUT and a table. All losses compare with the portrait as it is worn, without
the style: `colour` is the sliced Wasserstein distance of Oklab colours to the style picture's, `surface` the mean
relative difference of oriented detail (3 scales, 4 directions), `content` one minus the correlation of the edges
of forms with the unstyled picture's.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from bijou_training.style_pictures import make

PAIRS = (
    ("amara.jpg", "strokes", 1), ("beatriz.jpg", "washes", 0), ("chen.jpg", "weave", 0), ("david.jpg", "chalk", 1),
    ("elif.jpg", "stipple", 1),
)  # fmt: skip
SHORT = 720
"""Short side at which the program lays on a surface."""


def load(path: Path) -> np.ndarray:
    """Encoded sRGB 0..1 at the surface's scale."""
    picture = Image.open(path).convert("RGB")
    factor = SHORT / min(picture.size)
    size = tuple(round(n * factor) for n in picture.size)
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS), float) / 255.0


def oklab(encoded: np.ndarray) -> np.ndarray:
    """Ottosson 2020."""
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_lms = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                       [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
    to_lab = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                       [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
    return np.cbrt(linear @ to_lms.T) @ to_lab.T


def colour_loss(a: np.ndarray, b: np.ndarray) -> float:
    """Sliced Wasserstein distance of the colours, 64 directions, 4000 samples each."""
    rng = np.random.default_rng(1)
    a, b = (oklab(rng.choice(p.reshape(-1, 3), 4000)) for p in (a, b))
    axes = rng.standard_normal((64, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    return float(np.abs(np.sort(a @ axes.T, 0) - np.sort(b @ axes.T, 0)).mean())


def luma(picture: np.ndarray) -> np.ndarray:
    return picture @ np.array([0.2126, 0.7152, 0.0722])


def detail(picture: np.ndarray) -> np.ndarray:
    """Median size of differences in four directions at three scales: the plain surfaces, not the outlines."""
    found = []
    for sigma in (0.7, 1.4, 2.8):
        y = gaussian_filter(luma(picture), sigma) - gaussian_filter(luma(picture), 2 * sigma)
        step = max(round(sigma), 1)
        for dy, dx in ((0, step), (step, 0), (step, step), (step, -step)):
            found.append(np.median(np.abs(y - np.roll(y, (dy, dx), (0, 1)))))
    return np.array(found)


def surface_loss(a: np.ndarray, b: np.ndarray) -> float:
    p, q = detail(a), detail(b)
    return float(np.abs(p - q).sum() / q.sum())


def content_loss(a: np.ndarray, b: np.ndarray) -> float:
    def edges(picture: np.ndarray) -> np.ndarray:
        y = gaussian_filter(luma(picture), 3.0)
        return np.concatenate([np.diff(y, axis=0).ravel(), np.diff(y, axis=1).ravel()])

    return float(1.0 - np.corrcoef(edges(a), edges(b))[0, 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--product", default="cable-chain-silver")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    program = args.program.resolve()
    print("| portrait | style | colour before | after | surface before | after | content |\n|---|---|---|---|---|---|---|")
    for portrait, kind, seed in PAIRS:
        style = args.out / f"{kind}.png"
        Image.fromarray(make(kind, seed, 640)).save(style)
        name = Path(portrait).stem
        before, after = args.out / f"{name}.png", args.out / f"{name}-{kind}.png"
        for output, extra in ((before, []), (after, ["--style", f"like:{style}:1,texture=1"])):
            command = [program, "try-on", args.portraits / portrait, "--product", args.product, "-o", output, "--force"]
            subprocess.run([*command, *extra], check=True, capture_output=True)
        plain, made, wanted = load(before), load(after), load(style)
        row = [colour_loss(plain, wanted), colour_loss(made, wanted), surface_loss(plain, wanted)]
        row += [surface_loss(made, wanted), content_loss(made, plain)]
        print(f"| {name} | {kind} | " + " | ".join(f"{v:.3f}" for v in row) + " |", flush=True)


if __name__ == "__main__":
    main()
