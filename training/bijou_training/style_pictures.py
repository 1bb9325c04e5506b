"""Style pictures made of nothing but seeds: brush strokes, hatching, washes, paper, weave, stipple, grain.

Takes a kind, its manner (a seed: how wide the brush, how dense the lines) and a ground (lights and darks, and the
way strokes run); gives RGB [H,W,3] uint8. On a made-up ground they are the reference pictures `evaluate_style.py`
reports on; on the ground of a portrait they are what the texture network learns to paint. No picture of anybody's is
involved.

    python -m bijou_training.style_pictures --out /tmp/styles --each 1
    python -m bijou_training.style_pictures --out /tmp/styles --each 2 --on ../assets/portraits/amara.jpg
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
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
GREYS = ((0, 0, 0), (255, 255, 255))
EDGE = 0.1
"""How far tones may change along a stroke before it ends."""


@dataclass
class Ground:
    """What is painted: tones [H,W] 0..1, the direction of forms [H,W] in radians, how sure it is [H,W] 0..1, and
    the colours of dark to light."""

    tone: np.ndarray
    form: np.ndarray
    sure: np.ndarray
    palette: tuple[tuple[int, int, int], ...]

    @property
    def size(self) -> int:
        return len(self.tone)

    def flow(self, angle: np.ndarray) -> np.ndarray:
        """`angle` where the ground has no forms, along them where it has."""
        double = (1 - self.sure) * np.exp(2j * angle) + self.sure * np.exp(2j * self.form)
        return np.angle(double) / 2

    def coloured(self, tone: np.ndarray) -> np.ndarray:
        """Tones 0..1 as colours, float RGB 0..1."""
        palette = np.array(self.palette, float) / 255.0
        at = np.clip(tone, 0, 1) * (len(palette) - 1)
        low = np.minimum(at.astype(int), len(palette) - 2)
        part = (at - low)[..., None]
        return palette[low] * (1 - part) + palette[low + 1] * part


def made_up(rng: Rng, size: int) -> Ground:
    """A composition of light and dark with some hard borders, in a palette."""
    tone = tones(rng, size)
    return Ground(tone, np.zeros((size, size)), np.zeros((size, size)), PALETTES[rng.integers(len(PALETTES))])


def of_picture(lightness: np.ndarray) -> Ground:
    """The ground of a picture's lightness [S,S]: forms run along its structure tensor's lesser axis."""
    soft = gaussian_filter(lightness, 1.5)
    dy, dx = np.gradient(soft)
    xx, xy, yy = (gaussian_filter(p, 5.0) for p in (dx * dx, dx * dy, dy * dy))
    spread = np.hypot(xx - yy, 2 * xy)
    sure = np.clip(spread / (xx + yy + 1e-9) * np.sqrt(spread) * 60.0, 0, 1)
    return Ground(lightness, 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2, sure, GREYS)


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


def strokes(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """Painted strokes along a field, with bristles and relief; a stroke ends where a form does."""
    size, scale = ground.size, 2
    swing = smooth(hand, size, manner.uniform(1.0, 3.0)) * manner.uniform(0.4, 1.6) + manner.uniform(0, np.pi)
    angle = ground.flow(swing)
    jitter = manner.uniform(0.03, 0.12)
    width = manner.uniform(2.5, 8.0)
    length = width * manner.uniform(2.5, 6.0)
    colour = ground.coloured(ground.tone)
    sheet = Image.fromarray((colour * 255).astype(np.uint8)).resize((size * scale, size * scale))
    draw = ImageDraw.Draw(sheet)
    for _ in range(int(2.2 * size * size / (width * length))):
        x, y = hand.uniform(0, size, 2)
        shade = hand.normal(0, jitter) + hand.normal(0, 0.03, 3)
        ink = tuple(int(v) for v in np.clip((colour[int(y), int(x)] + shade) * 255, 0, 255))
        points = stroke(hand, ground.tone, angle, (x, y), length)
        draw.line([(px * scale, py * scale) for px, py in points], ink, int(width * scale), joint="curve")
    painted = np.asarray(sheet.resize((size, size), Image.Resampling.BOX), float) / 255.0
    bristle = along(hand.standard_normal((size, size)), angle, 9)
    light = painted.mean(2) + 0.1 * bristle
    relief = gaussian_filter(light, 0.7, order=(0, 1)) + gaussian_filter(light, 0.7, order=(1, 0))
    return painted + manner.uniform(0.2, 0.9) * relief[..., None] + manner.uniform(0, 0.05) * bristle[..., None]


def stroke(rng: Rng, tone: np.ndarray, angle: np.ndarray, start: tuple[float, float], length: float) -> list:
    """The points of a stroke through `start`, both ways, as far as the tone stays."""
    last = len(tone) - 1
    here = tone[int(start[1]), int(start[0])]
    arms = []
    for way in (-1, 1):
        (x, y), arm, step, before = start, [], way * length / 8, None
        for _ in range(4):
            a = angle[int(y), int(x)] + rng.normal(0, 0.08)
            # a direction has two angles; the stroke goes on, it does not turn round
            if before is not None and np.cos(a - before) < 0:
                step = -step
            x, y, before = x + np.cos(a) * step, y + np.sin(a) * step, a
            if not (0 <= x <= last and 0 <= y <= last) or abs(tone[int(y), int(x)] - here) > EDGE:
                break
            arm.append((x, y))
        arms.append(arm)
    points = [*reversed(arms[0]), start, *arms[1]]
    return points if len(points) > 1 else [start, (start[0] + 0.5, start[1] + 0.5)]


def along(noise: np.ndarray, angle: np.ndarray, steps: int) -> np.ndarray:
    """Noise averaged along a field (line integral convolution); deviation 1."""
    rows, columns = np.mgrid[: noise.shape[0], : noise.shape[1]].astype(float)
    total = np.zeros_like(noise)
    for t in range(-steps, steps + 1):
        total += map_coordinates(noise, [rows + np.sin(angle) * t, columns + np.cos(angle) * t], order=1, mode="wrap")
    return total / total.std()


def hatching(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """Pen or pencil lines; darker tones are crossed more often."""
    size = ground.size
    tone = np.clip(ground.tone * 1.1 + 0.05, 0, 1)
    rows, columns = np.mgrid[:size, :size].astype(float)
    ink = np.zeros((size, size))
    period, first = manner.uniform(3.5, 8.0), manner.uniform(0, np.pi)
    layers, turn, bent = manner.integers(1, 4), manner.uniform(0.8, 1.3), manner.uniform(0.2, 1.2)
    for layer in range(layers):
        a = first + layer * turn
        bend = smooth(hand, size, 3) * period * bent
        phase = (columns * np.sin(a) + rows * np.cos(a) + bend) / period + hand.uniform()
        want = np.clip((1 - tone) * layers - layer, 0, 1) * 0.75
        pressure = 0.1 * along(hand.standard_normal((size, size)), np.full((size, size), -a), 6)
        line = 0.5 + 0.5 * np.cos(2 * np.pi * phase)
        ink = np.maximum(ink, np.clip((line - (1 - want) + 0.12 * pressure) * 5, 0, 1) * (want > 0.02))
    paper = 0.94 + 0.02 * rough(hand, size, 40)
    grain = np.clip(1.0 + 0.25 * rough(hand, size, size / 4), 0.3, 1.2)
    dark = manner.uniform(0.6, 0.95)
    tint = ground.coloured(np.zeros((1, 1)))[0, 0]
    return paper[..., None] * (1 - (ink * grain * dark)[..., None] * (1 - tint))


def washes(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """Transparent washes one over the other, each where the ground is darker, dark rims, pigment on rough paper."""
    size = ground.size
    layers, hard, wander = manner.integers(3, 7), manner.uniform(8, 25), manner.uniform(0.02, 0.08)
    rims, settle = manner.uniform(0.1, 0.35), manner.uniform(0.06, 0.18)
    grain = rough(hand, size, size / manner.uniform(3, 8))
    light = np.full((size, size, 3), 0.97)
    for level in np.linspace(0.95, 0.15, layers):
        shape = level - ground.tone + wander * rough(hand, size, size / 40)
        inside = np.clip(shape * hard + 0.5, 0, 1)
        rim = np.clip(1 - np.abs(shape) * 2 * hard, 0, 1) * (shape > 0)
        pigment = (inside + rims * rim) * (1 + 0.15 * rough(hand, size, 6) + settle * grain)
        light = light - np.clip(pigment, 0, 1.4)[..., None] * (0.85 / layers)
    return ground.coloured(light.mean(2)) + manner.uniform(0.01, 0.04) * grain[..., None]


def weave(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """Thin paint on canvas: threads over and under, and dry strokes that catch on them."""
    size = ground.size
    rows, columns = np.mgrid[:size, :size].astype(float)
    period = manner.uniform(3.0, 6.0)
    x = columns / period + 0.15 * smooth(hand, size, 30)
    y = rows / period + 0.15 * smooth(hand, size, 30)
    over = np.cos(np.pi * (np.floor(x) + np.floor(y))) * np.abs(np.sin(np.pi * x) * np.sin(np.pi * y))
    dry = along(hand.standard_normal((size, size)), ground.flow(np.full((size, size), 0.3)), 12)
    return ground.coloured(ground.tone + 0.08 * dry) + manner.uniform(0.06, 0.2) * over[..., None]


def stipple(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """Dots of the brush or the pen."""
    size, tone = ground.size, ground.tone
    colour = ground.coloured(tone)
    light = manner.random() < 0.5
    paper = colour.mean((0, 1)) * 0.5 + 0.45 if light else colour
    paper = np.clip(paper + np.zeros((size, size, 3)), 0, 1)
    sheet = Image.fromarray(np.uint8(paper * 255)).resize((2 * size, 2 * size))
    draw = ImageDraw.Draw(sheet)
    radius = manner.uniform(1.2, 3.5)
    for _ in range(int(1.6 * size * size / (3 * radius * radius))):
        x, y = hand.uniform(0, size, 2)
        if light and hand.random() < tone[int(y), int(x)] * 0.8:
            continue
        r = 2 * radius * hand.uniform(0.7, 1.2)
        ink = colour[int(y), int(x)] * (0.5 if light else 1) + hand.normal(0, 0.1) + hand.normal(0, 0.03, 3)
        draw.ellipse((2 * x - r, 2 * y - r, 2 * x + r, 2 * y + r), tuple(int(v) for v in np.clip(ink * 255, 0, 255)))
    return np.asarray(sheet.resize((size, size), Image.Resampling.BOX), float) / 255.0


def chalk(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """Chalk and pastel dragged over rough paper."""
    size = ground.size
    angle = ground.flow(smooth(hand, size, 1.5) * 0.5 + manner.uniform(0, np.pi))
    drag = along(hand.standard_normal((size, size)), angle, int(manner.integers(4, 14)))
    tooth = rough(hand, size, size / manner.uniform(3, 8))
    cover = np.clip(0.5 + manner.uniform(0.4, 0.9) * (0.5 * drag + tooth + 3 * (ground.tone - 0.5)), 0, 1)
    colour = ground.coloured(ground.tone)
    paper = ground.coloured(np.full((1, 1), manner.uniform(0.1, 0.9)))[0, 0] * 0.6 + 0.2
    return paper * (1 - cover[..., None]) + colour * cover[..., None]


def grain(manner: Rng, hand: Rng, ground: Ground) -> np.ndarray:
    """A fast film or a soft print: clumped grain over soft forms."""
    clump = gaussian_filter(hand.standard_normal((ground.size, ground.size)), manner.uniform(0.5, 1.4))
    return ground.coloured(ground.tone + manner.uniform(0.02, 0.1) * clump / clump.std())


KINDS: dict[str, Callable[[Rng, Rng, Ground], np.ndarray]] = {
    f.__name__: f for f in (strokes, hatching, washes, weave, stipple, chalk, grain)
}


def paint(kind: str, manner: int, hand: Rng, ground: Ground) -> np.ndarray:
    """A ground painted, uint8 RGB. The manner alone decides how, the hand where each stroke falls."""
    rng = np.random.default_rng((manner, sorted(KINDS).index(kind)))
    return np.uint8(np.clip(KINDS[kind](rng, hand, ground), 0, 1) * 255 + 0.5)


def make(kind: str, seed: int, size: int = 256) -> np.ndarray:
    """One style picture on a made-up ground, uint8 RGB."""
    hand = np.random.default_rng((seed, 77, sorted(KINDS).index(kind)))
    return paint(kind, seed, hand, made_up(hand, size))


def lightness(path: Path, short: int) -> np.ndarray:
    """The middle square of a picture, `short` pixels a side: luma, encoded 0..1."""
    picture = Image.open(path).convert("RGB")
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side)).resize((short, short), Image.Resampling.LANCZOS)
    return np.asarray(square, float) / 255.0 @ np.array([0.2126, 0.7152, 0.0722])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--on", type=Path, help="paint this picture instead of a made-up ground")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for seed in range(args.each):
            if args.on:
                ground = of_picture(lightness(args.on, args.size))
                made = paint(kind, seed, np.random.default_rng((seed, 78)), ground)
            else:
                made = make(kind, seed, args.size)
            Image.fromarray(made).save(args.out / f"{kind}-{seed}.png")


if __name__ == "__main__":
    main()
