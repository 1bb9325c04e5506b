"""Style pictures made of nothing but a seed: brush strokes, hatching, washes, paper, weave, stipple, grain.

Takes a kind and a seed; gives RGB [H,W,3] uint8. Five of them are the reference styles `evaluate_style.py` reports
on. No picture of anybody's is involved.

    python -m bijou_training.style_pictures --out /tmp/styles --each 1
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, map_coordinates

Rng = np.random.Generator

PALETTES = (
    ((28, 42, 84), (62, 98, 148), (142, 170, 188), (232, 196, 120), (246, 232, 200)),
    ((54, 24, 20), (140, 54, 36), (204, 116, 62), (232, 190, 138), (250, 236, 214)),
    ((20, 36, 30), (56, 92, 66), (132, 148, 92), (208, 196, 140), (244, 238, 214)),
    ((44, 30, 58), (112, 72, 116), (186, 120, 140), (232, 178, 172), (250, 230, 220)),
    ((18, 18, 20), (78, 76, 76), (140, 136, 132), (202, 198, 190), (244, 242, 236)),
    ((10, 50, 62), (24, 120, 132), (110, 184, 172), (240, 170, 110), (250, 224, 178)),
)


def smooth(rng: Rng, size: int, cells: float) -> np.ndarray:
    """Smooth noise, about 0 with deviation 1; `cells` swings across the picture."""
    field = gaussian_filter(rng.standard_normal((size, size)), size / cells / 2.5, mode="wrap")
    return (field - field.mean()) / (field.std() + 1e-9)


def rough(rng: Rng, size: int, cells: float) -> np.ndarray:
    """The same over four octaves."""
    field = sum(smooth(rng, size, cells * 2**i) * 0.6**i for i in range(4))
    return (field - field.mean()) / field.std()


def tones(rng: Rng, size: int) -> np.ndarray:
    """Light and dark of a composition, 0..1, with some hard borders."""
    field = smooth(rng, size, rng.uniform(1.5, 4.0))
    if rng.random() < 0.5:
        field = 0.5 * field + np.tanh(4.0 * smooth(rng, size, rng.uniform(1.5, 3.0)))
    return 1.0 / (1.0 + np.exp(-1.2 * field))


def coloured(rng: Rng, tone: np.ndarray) -> np.ndarray:
    """Tones 0..1 as colours of a palette, float RGB 0..1."""
    palette = np.array(PALETTES[rng.integers(len(PALETTES))], float) / 255.0
    at = np.clip(tone, 0, 1) * (len(palette) - 1)
    low = np.minimum(at.astype(int), len(palette) - 2)
    part = (at - low)[..., None]
    return palette[low] * (1 - part) + palette[low + 1] * part


def strokes(rng: Rng, size: int) -> np.ndarray:
    """Painted strokes along a field, with bristles and relief."""
    scale = 2
    big = size * scale
    angle = smooth(rng, size, rng.uniform(1.0, 3.0)) * rng.uniform(0.4, 1.6) + rng.uniform(0, np.pi)
    tone = tones(rng, size)
    jitter = rng.uniform(0.04, 0.16)
    colour = coloured(rng, tone)
    sheet = Image.fromarray((colour * 255).astype(np.uint8)).resize((big, big))
    draw = ImageDraw.Draw(sheet)
    width = rng.uniform(2.5, 8.0)
    length = width * rng.uniform(2.5, 6.0)
    for _ in range(int(2.2 * size * size / (width * length))):
        x, y = rng.uniform(0, size, 2)
        a = angle[int(y), int(x)]
        shade = rng.normal(0, jitter) + rng.normal(0, 0.03, 3)
        ink = tuple(int(v) for v in np.clip((colour[int(y), int(x)] + shade) * 255, 0, 255))
        points = []
        for t in np.linspace(-0.5, 0.5, 5):
            points.append(((x + np.cos(a) * length * t) * scale, (y + np.sin(a) * length * t) * scale))
            a += rng.normal(0, 0.08)
        draw.line(points, ink, int(width * scale), joint="curve")
    painted = np.asarray(sheet.resize((size, size), Image.Resampling.BOX), float) / 255.0
    bristle = along(rng.standard_normal((size, size)), angle, 9)
    light = painted.mean(2) + 0.1 * bristle
    relief = gaussian_filter(light, 0.7, order=(0, 1)) + gaussian_filter(light, 0.7, order=(1, 0))
    return painted + rng.uniform(0.2, 0.9) * relief[..., None] + rng.uniform(0, 0.05) * bristle[..., None]


def along(noise: np.ndarray, angle: np.ndarray, steps: int) -> np.ndarray:
    """Noise averaged along a field (line integral convolution); deviation 1."""
    rows, columns = np.mgrid[: noise.shape[0], : noise.shape[1]].astype(float)
    total = np.zeros_like(noise)
    for t in range(-steps, steps + 1):
        total += map_coordinates(noise, [rows + np.sin(angle) * t, columns + np.cos(angle) * t], order=1, mode="wrap")
    return total / total.std()


def hatching(rng: Rng, size: int) -> np.ndarray:
    """Pen or pencil lines; darker tones are crossed more often."""
    tone = np.clip(tones(rng, size) * 1.1 + 0.05, 0, 1)
    rows, columns = np.mgrid[:size, :size].astype(float)
    ink = np.zeros((size, size))
    period, first = rng.uniform(3.5, 8.0), rng.uniform(0, np.pi)
    layers = rng.integers(1, 4)
    for layer in range(layers):
        a = first + layer * rng.uniform(0.8, 1.3)
        bend = smooth(rng, size, 3) * period * rng.uniform(0.2, 1.2)
        phase = (columns * np.sin(a) + rows * np.cos(a) + bend) / period
        want = np.clip((1 - tone) * layers - layer, 0, 1) * 0.75
        pressure = 0.1 * along(rng.standard_normal((size, size)), np.full((size, size), -a), 6)
        line = 0.5 + 0.5 * np.cos(2 * np.pi * phase)
        ink = np.maximum(ink, np.clip((line - (1 - want) + 0.12 * pressure) * 5, 0, 1) * (want > 0.02))
    paper = 0.94 + 0.02 * rough(rng, size, 40)
    grain = np.clip(1.0 + 0.25 * rough(rng, size, size / 4), 0.3, 1.2)
    dark = rng.uniform(0.6, 0.95)
    tint = coloured(rng, np.full((1, 1), rng.choice([0.0, 0.2])))[0, 0]
    return paper[..., None] * (1 - (ink * grain * dark)[..., None] * (1 - tint))


def washes(rng: Rng, size: int) -> np.ndarray:
    """Transparent washes one over the other, dark rims, pigment on rough paper."""
    light = np.ones((size, size, 3)) * 0.97
    grain = rough(rng, size, size / 6)
    palette = np.array(PALETTES[rng.integers(len(PALETTES))], float) / 255.0
    for _ in range(rng.integers(3, 7)):
        shape = rough(rng, size, rng.uniform(2, 5)) - rng.uniform(-0.6, 0.6)
        inside = np.clip(shape * rng.uniform(6, 20), 0, 1)
        rim = np.clip(1 - np.abs(shape) * rng.uniform(8, 18), 0, 1) * (shape > 0)
        pigment = inside * rng.uniform(0.2, 0.5) + rim * rng.uniform(0.1, 0.35)
        pigment = pigment * (1 + 0.15 * rough(rng, size, 6) + 0.12 * grain)
        light *= 1 - np.clip(pigment, 0, 1)[..., None] * (1 - palette[rng.integers(0, 4)])
    return light + rng.uniform(0.01, 0.04) * grain[..., None]


def weave(rng: Rng, size: int) -> np.ndarray:
    """Thin paint on canvas: threads over and under, and dry strokes that catch on them."""
    rows, columns = np.mgrid[:size, :size].astype(float)
    period = rng.uniform(3.0, 6.0)
    x = columns / period + 0.15 * smooth(rng, size, 30)
    y = rows / period + 0.15 * smooth(rng, size, 30)
    over = np.cos(np.pi * (np.floor(x) + np.floor(y))) * np.abs(np.sin(np.pi * x) * np.sin(np.pi * y))
    base = tones(rng, size) + 0.08 * along(rng.standard_normal((size, size)), np.full((size, size), 0.3), 12)
    return coloured(rng, base) + rng.uniform(0.06, 0.2) * over[..., None]


def stipple(rng: Rng, size: int) -> np.ndarray:
    """Dots of the brush or the pen."""
    tone = tones(rng, size)
    colour = coloured(rng, tone)
    light = rng.random() < 0.5
    paper = colour.mean((0, 1)) * 0.5 + 0.45 if light else colour
    sheet = Image.fromarray(np.uint8(np.clip(paper + np.zeros((size, size, 3)), 0, 1) * 255)).resize((2 * size, 2 * size))
    draw = ImageDraw.Draw(sheet)
    radius = rng.uniform(1.2, 3.5)
    for _ in range(int(1.6 * size * size / (3 * radius * radius))):
        x, y = rng.uniform(0, size, 2)
        if light and rng.random() < tone[int(y), int(x)] * 0.8:
            continue
        r = 2 * radius * rng.uniform(0.7, 1.2)
        ink = colour[int(y), int(x)] * (0.5 if light else 1) + rng.normal(0, 0.1) + rng.normal(0, 0.03, 3)
        draw.ellipse((2 * x - r, 2 * y - r, 2 * x + r, 2 * y + r), tuple(int(v) for v in np.clip(ink * 255, 0, 255)))
    return np.asarray(sheet.resize((size, size), Image.Resampling.BOX), float) / 255.0


def chalk(rng: Rng, size: int) -> np.ndarray:
    """Chalk and pastel dragged over rough paper."""
    angle = smooth(rng, size, 1.5) * 0.5 + rng.uniform(0, np.pi)
    drag = along(rng.standard_normal((size, size)), angle, int(rng.integers(4, 14)))
    tooth = rough(rng, size, size / rng.uniform(3, 8))
    tone = tones(rng, size)
    cover = np.clip(0.5 + rng.uniform(0.4, 0.9) * (0.5 * drag + tooth + 3 * (tone - 0.5)), 0, 1)
    colour = coloured(rng, tone)
    ground = coloured(rng, np.full((1, 1), rng.uniform(0.1, 0.9)))[0, 0] * 0.6 + 0.2
    return ground * (1 - cover[..., None]) + colour * cover[..., None]


def grain(rng: Rng, size: int) -> np.ndarray:
    """A fast film or a soft print: clumped grain over soft forms."""
    clump = gaussian_filter(rng.standard_normal((size, size)), rng.uniform(0.5, 1.4))
    return coloured(rng, tones(rng, size) + rng.uniform(0.02, 0.1) * clump / clump.std())


KINDS: dict[str, Callable[[Rng, int], np.ndarray]] = {
    f.__name__: f for f in (strokes, hatching, washes, weave, stipple, chalk, grain)
}


def make(kind: str, seed: int, size: int = 256) -> np.ndarray:
    """One style picture, uint8 RGB."""
    rng = np.random.default_rng((seed, sorted(KINDS).index(kind)))
    return np.uint8(np.clip(KINDS[kind](rng, size), 0, 1) * 255 + 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--size", type=int, default=256)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for seed in range(args.each):
            Image.fromarray(make(kind, seed, args.size)).save(args.out / f"{kind}-{seed}.png")


if __name__ == "__main__":
    main()
