"""The surface of a picture: noise of its spectrum, and a few numbers on how it is made.

Takes a lightness [256,256] 0..1; gives what the texture network is told of a reference picture. `src/style/texture.rs`
is the same in Rust, step for step.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.ndimage import uniform_filter

SIDE = 256
FORM = 5
"""Radius within which lightness counts as the form of things, not as their surface."""
RADII = (1, 2, 4, 8)
"""Radii that part the surface into bands."""
MARK_NAMES = [f"{what}.{r}" for r in RADII for what in ("strength", "plainness", "lean")] + ["tone"]
MARKS = len(MARK_NAMES)


def mean(plane: np.ndarray, radius: int) -> np.ndarray:
    """Mean over squares of `radius` pixels to each side, cut at the borders, twice."""
    side = 2 * radius + 1
    weight = uniform_filter(np.ones_like(plane), side, mode="constant")
    for _ in range(2):
        plane = uniform_filter(plane, side, mode="constant") / weight
    return plane


def detail(lightness: np.ndarray) -> np.ndarray:
    """What is finer than forms, their outlines held down, faded out towards the borders."""
    fine = lightness - mean(lightness, FORM)
    most = 2.0 * max(float(np.median(np.abs(fine))), 1e-6)
    edge = np.minimum(np.arange(SIDE), SIDE - 1 - np.arange(SIDE)) / (SIDE / 8.0)
    fade = np.minimum(edge, 1.0)
    return np.clip(fine, -most, most) * fade[:, None] * fade[None, :]


def noise(lightness: np.ndarray, seed: int) -> np.ndarray:
    """Random-phase noise of the surface's spectrum, mean 0, deviation 1, repeating every SIDE pixels."""
    size = np.abs(np.fft.fft2(detail(lightness)))
    phases = np.fft.fft2(np.random.default_rng(seed).uniform(-1, 1, (SIDE, SIDE)))
    spectrum = size * phases / np.maximum(np.abs(phases), 1e-12)
    spectrum[0, 0] = 0
    made = np.fft.ifft2(spectrum).real
    return made / max(float(made.std()), 1e-9)


def marks(lightness: np.ndarray) -> np.ndarray:
    """For every band how strong it is (log of the mean size), how plain (mean over root mean square, lower for few
    strong marks on little), and whether light or dark marks stand out (-1..1); last whether fine marks are in the
    light or the dark (-1..1). Known ways of drawing differ in these, whatever is drawn."""
    levels = [lightness, *(mean(lightness, r) for r in RADII)]
    found = []
    for finer, coarser in pairwise(levels):
        band = finer - coarser
        size, square = np.abs(band).mean(), (band**2).mean() + 1e-12
        found += [np.log(size + 1e-3), size / np.sqrt(square), (band * np.abs(band)).mean() / square]
    fine = np.abs(levels[0] - levels[2])
    tone = levels[-1]
    spread = np.sqrt(((fine - fine.mean()) ** 2).mean() * ((tone - tone.mean()) ** 2).mean()) + 1e-9
    found.append(((fine - fine.mean()) * (tone - tone.mean())).mean() / spread)
    return np.array(found, np.float32)
