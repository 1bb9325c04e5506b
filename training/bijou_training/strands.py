"""Necklaces laid on necks for training: strings of beads, chains, links, rows of stones and cords, with or without a
pendant.

Takes a picture [3,S,S] 0..1 and the place of the throat's pit in it; gives the picture with something laid there, and
where. Flat, as nobody learns from it what light does; trinkets.py has the same for ears, neckwear.py what is none.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bijou_training import augment
from bijou_training.trinkets import METALS, UNIT_MM, bulb, button, dangle, plate, polish

STEPS = 600
"""Points along a string."""


class Sheet:
    """Premultiplied RGBA [4,S,S] that small things are laid on, one over the other; with `holes` [S,S], where they are
    and what they go around."""

    def __init__(self, size: int) -> None:
        self.planes = np.zeros((4, size, size), np.float32)
        self.holes = np.zeros((size, size), np.float32)

    def lay(self, place: np.ndarray, reach: float, draw) -> None:
        """Lays what `draw(u, v)`, pixels from `place`, gives: colour [3,h,w], coverage [h,w], and that with its hole
        filled."""
        size = self.planes.shape[1]
        low = np.clip(np.floor(place - reach).astype(int), 0, size)
        end = np.clip(np.ceil(place + reach).astype(int) + 1, 0, size)
        if (end <= low).any():
            return
        y, x = np.mgrid[low[1] : end[1], low[0] : end[0]] + 0.5
        rgb, alpha, filled = draw(x - place[0], y - place[1])
        here = np.s_[low[1] : end[1], low[0] : end[0]]
        part = self.planes[:, *here]
        part *= 1 - alpha
        part += np.concatenate([np.clip(rgb, 0, 1) * alpha, alpha[None]])
        self.holes[here] = np.maximum(self.holes[here], filled)


def course(rng: np.random.Generator, notch: np.ndarray, mm: float) -> np.ndarray:
    """How a string hangs: [STEPS,2] x, y in pixels from one visible end to the other."""
    wide = rng.uniform(34, 78) * mm * np.exp(rng.normal(0, 0.15, 2))
    high = rng.uniform(25, 95) * mm * np.exp(rng.normal(0, 0.12, 2))
    low = notch + np.array([rng.normal(0, 6), rng.uniform(-28, 80)]) * mm
    # a side goes under a lapel, hair or the jaw somewhere
    ends = np.where(rng.random(2) < 0.3, rng.uniform(0.1, 0.7, 2), rng.uniform(0.7, 1, 2))
    t = np.linspace(-ends[0], ends[1], STEPS)
    side, power = (t > 0).astype(int), rng.uniform(1.2, 3.2)
    return low + np.stack([wide[side] * t, -high[side] * np.abs(t) ** power], 1)


def along(path: np.ndarray) -> np.ndarray:
    """How far each point is along a string, pixels."""
    return np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def palette(rng: np.random.Generator) -> np.ndarray:
    """One to four colours of beads or stones, sRGB-encoded."""
    some = rng.random((rng.integers(1, 5), 3)) * rng.uniform(0.3, 1.1)
    metal = METALS[rng.integers(len(METALS))][None]
    return np.clip([metal, metal, some, np.concatenate([metal, some])][rng.integers(4)], 0, 1)


def beads(rng: np.random.Generator, sheet: Sheet, path: np.ndarray, mm: float) -> None:
    """A string of pearls, beads or stones, all alike or in turns, often larger in the middle."""
    radius = float(np.exp(rng.uniform(np.log(1.3), np.log(10)))) * mm
    grow, colours = rng.uniform(0, 0.8) * (rng.random() < 0.5), palette(rng)
    mixed, gap = rng.random() < 0.4, rng.uniform(0.95, 1.25) * (1 + (rng.random() < 0.15) * rng.uniform(0, 2))
    light, shade = rng.normal(0, 0.4, 2), rng.uniform(0.3, 0.9)
    shine, sharp = rng.uniform(0, 1.2), rng.uniform(0.01, 0.12)
    flat, longer = rng.random() < 0.15, rng.uniform(0.8, 1.7) if rng.random() < 0.3 else 1.0
    # now and then a long one after some short ones
    turns = np.array([1.0] * rng.integers(1, 5) + [rng.uniform(1.5, 6)]) if rng.random() < 0.2 else np.array([longer])
    s, place = along(path), 0.0
    for k in range(400):
        middle = 1 - abs(2 * int(np.searchsorted(s, place)) / STEPS - 1)
        own = max(radius * (1 + grow * middle) * (np.exp(rng.normal(0, 0.3)) if mixed else 1.0), 0.6)
        colour, long = colours[rng.integers(len(colours)) if mixed else k % len(colours)], turns[k % len(turns)]
        # one half of it lies before its middle, the other behind
        place += own * long * gap
        i = int(np.searchsorted(s, place))
        if i >= len(s) - 1:
            return
        way = path[i + 1] - path[i]
        way = way / max(np.linalg.norm(way), 1e-6)
        hue = np.clip(colour * rng.uniform(0.85, 1.1), 0, 1)[:, None, None]

        def draw(u: np.ndarray, v: np.ndarray, own=own, way=way, hue=hue, long=long) -> tuple[np.ndarray, ...]:
            a, b = (u * way[0] + v * way[1]) / (own * long), (v * way[0] - u * way[1]) / own
            r = np.maximum(np.abs(a), np.abs(b)) if flat else np.hypot(a, b)
            alpha = np.clip((1 - r) * own + 0.5, 0, 1)
            spot = (u / own - light[0]) ** 2 + (v / own - light[1]) ** 2
            return hue * np.clip(1 - shade * spot, 0.08, 1) + shine * np.exp(-spot / sharp), alpha, alpha

        sheet.lay(path[i], own * max(long, 1) * (1.5 if flat else 1) + 1, draw)
        place += own * long * gap


def strip(rng: np.random.Generator, sheet: Sheet, path: np.ndarray, mm: float) -> None:
    """A chain, a cord or a ribbon: as bright here and there as its links turn."""
    thick = max(float(np.exp(rng.uniform(np.log(0.5), np.log(7)))) * mm, 0.5)
    colour = METALS[rng.integers(len(METALS))] if rng.random() < 0.8 else rng.random(3)
    s, period = along(path), max(rng.uniform(0.8, 2.5) * thick, 1.5)
    turning = np.sin(s / period * np.pi) ** 2
    deep, narrow = rng.uniform(0, 0.8), rng.uniform(0, 0.6) * (rng.random() < 0.6)
    slow = polish(rng, np.linspace(-1, 1, STEPS), 0.4)
    bright = np.clip(slow * (1 - deep * turning), 0.05, 1.4)
    apart = max(thick / 3, 0.4)
    for place in np.arange(0, s[-1], apart):
        i = min(int(np.searchsorted(s, place)), STEPS - 1)
        own = thick / 2 * (1 - narrow * turning[i])
        hue = (colour * bright[i] * rng.uniform(0.8, 1.1))[:, None, None]

        def draw(u: np.ndarray, v: np.ndarray, own=own, hue=hue) -> tuple[np.ndarray, ...]:
            r = np.hypot(u, v)
            alpha = np.clip(own - r + 0.5, 0, 1)
            return hue * (1 - 0.4 * np.clip(v / max(own, 1), -1, 1)), alpha, alpha

        sheet.lay(path[i], own + 1.5, draw)


def links(rng: np.random.Generator, sheet: Sheet, path: np.ndarray, mm: float) -> None:
    """A chain of links wide enough to look through, every other seen from its edge."""
    half = float(np.exp(rng.uniform(np.log(2), np.log(11)))) * mm
    tall, thick = half * rng.uniform(0.45, 1.0), max(half * rng.uniform(0.15, 0.45), 0.7)
    colours, shine = palette(rng), rng.uniform(0, 0.7)
    edge = rng.uniform(0.12, 0.35) if rng.random() < 0.6 else rng.uniform(0.5, 1)
    s, place = along(path), 0.0
    for k in range(200):
        i = int(np.searchsorted(s, place))
        if i >= len(s) - 1:
            return
        way = path[i + 1] - path[i]
        way = way / max(np.linalg.norm(way), 1e-6)
        high = max(tall * (edge if k % 2 else 1.0), thick / 2)
        hue = (colours[k % len(colours)] * rng.uniform(0.7, 1.1))[:, None, None]
        phase, waves = rng.uniform(0, 2 * np.pi), rng.integers(1, 4)

        def draw(
            u: np.ndarray, v: np.ndarray, way=way, high=high, hue=hue, phase=phase, waves=waves
        ) -> tuple[np.ndarray, ...]:
            a, b = (u * way[0] + v * way[1]) / half, (v * way[0] - u * way[1]) / high
            r = np.hypot(a, b)
            # pixels from the outline, about: by the slope of its distance
            off = (1 - r) * r / np.maximum(np.hypot(a / half, b / high), 1e-6)
            filled = np.clip(off + 0.5, 0, 1)
            bright = 0.65 + 0.35 * np.cos(waves * np.arctan2(b, a) + phase)
            return hue * bright + shine * bright**8, filled * np.clip(thick - off + 0.5, 0, 1), filled

        sheet.lay(path[i], half + 1.5, draw)
        place += 2 * half - thick * rng.uniform(0.8, 1.3)


def strung(rng: np.random.Generator, image: Tensor, notch: np.ndarray, unit: float) -> tuple[Tensor, Tensor]:
    """The picture with a necklace below `notch` (x, y), `unit` pixels being one head unit, and where [1,S,S]."""
    size, mm = image.shape[1], unit / UNIT_MM
    sheet, path = Sheet(size), course(rng, notch, mm)
    make = MAKERS[rng.integers(len(MAKERS))]
    for k in range(rng.choice([1, 1, 1, 1, 2, 3])):
        again = make if rng.random() < 0.8 else MAKERS[rng.integers(len(MAKERS))]
        again(rng, sheet, path + k * np.array([rng.normal(0, 1.5), rng.uniform(4, 16)]) * mm, mm)
    layer = torch.from_numpy(sheet.planes)
    if rng.random() < 0.35:
        pendant = (button, plate, bulb, dangle)[rng.integers(4)]
        over = pendant(rng, path[path[:, 1].argmax()], unit * rng.uniform(0.5, 1.6), size)
        layer = over + layer * (1 - over[3:])
    tone, cover = augment.colour(rng, 1.0), layer[3:]
    if rng.random() < 0.7:
        # its shadow, which is not it
        away = [round(v) for v in rng.normal(0, 2.0, 2) * mm]
        shade = torch.roll(augment.blur(cover, max(rng.uniform(0.7, 3) * mm, 0.5)), away, (1, 2))
        image = image * (1 - rng.uniform(0.1, 0.55) * shade)
    worn = torch.maximum(cover, torch.from_numpy(sheet.holes)[None])
    return image * (1 - cover) + tone(layer[:3]) * cover.gt(0), worn


MAKERS = (beads, beads, beads, strip, strip, links)
"""As often as they stand there."""
