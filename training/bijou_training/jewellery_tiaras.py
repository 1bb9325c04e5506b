"""Tiaras: designed flat (arc length along the band, height, depth) and then bent round the head (mm)."""
from __future__ import annotations

from functools import partial

import numpy as np

from .jewellery_mesh import Shape, resample, shift, sphere, total, tube, turn
from .jewellery_parts import beads, leaf, scroll
from .jewellery_stones import pave, set_stone

HALF_ANGLE = 60.0   # the band covers this to both sides
DIP = 10.0          # its ends lie this much lower than its middle
LEAN = 0.16         # how far the top leans forward for each mm of height


def bent(shape: Shape, radius: float) -> Shape:
    """Flat (x = arc length, y = height, z = out) to the round band."""
    return Shape([(m, bend(v, radius), f) for m, v, f in shape.parts])


def bend(v: np.ndarray, radius: float) -> np.ndarray:
    """Points of the flat layout on the round band; the middle's lower edge is the origin."""
    a = v[:, 0] / radius
    r = radius + v[:, 2] + LEAN * v[:, 1]
    y = v[:, 1] - DIP * (1 - np.cos(a)) / (1 - np.cos(np.radians(HALF_ANGLE)))
    return np.column_stack([r * np.sin(a), y, r * np.cos(a) - radius])


def _finish(shape: Shape, radius: float, half: float):
    ends = bend(np.array([[-half, 1.5, 0], [half, 1.5, 0], [0, 0, 0]]), radius)
    return bent(shape, radius), {"end_r": ends[0], "end_l": ends[1], "base": ends[2]}


def band(metal, half, height=2.6, stone=None, size=1.9) -> Shape:
    """Two rails, with a row of stones between when given."""
    x = np.linspace(-half, half, 120)
    rails = [tube(np.stack([x, 0 * x + y, 0 * x], 1), 0.55, metal, 8) for y in (0.6, height + 0.6)]
    out = total(rails)
    if stone:
        seats = np.arange(-half + 1.5, half - 1.4, size * 1.12)
        p = np.stack([seats, 0 * seats + height / 2 + 0.6, 0 * seats], 1)
        out = out + pave(p, stone, size, metal, 0.3)
        plate = tube(np.stack([x, 0 * x + height / 2 + 0.6, 0 * x - 0.5], 1), height / 2, metal, 8, flat=0.3, normal=[0, 0, 1.0])
        out = out + plate + beads(p + [size * 0.56, 0, 0.4], 0.28, metal)
    return out


def scroll_tiara(fit, metal, stone, height=38.0):
    """Scrolls rising to the middle, each with a brilliant, pear drops at the tops."""
    radius = fit.head_radius_mm
    half = np.radians(HALF_ANGLE) * radius
    out = [band(metal, half, stone=stone)]
    steps = 5
    for i in range(steps + 1):
        x = i * half / (steps + 0.9)
        tall = height * (1 - 0.62 * (i / steps) ** 0.9) * 0.72
        for hand in ((1, -1) if True else ()):
            for side in ((1, -1) if i else (1,)):
                r = min(5.2, tall * 0.19)
                foot = np.array([x * side, 3.2])
                stem = np.array([[foot[0], foot[1], 0], [foot[0] + hand * 0.4, foot[1] + tall * 0.35, 0.2],
                                 [foot[0] + hand * 0.9, foot[1] + tall * 0.62, 0.3]])
                curl = scroll((stem[-1][0], stem[-1][1]), 1.15, r, hand)
                path = np.vstack([stem[:-1], curl])
                out.append(tube(path, np.linspace(0.75, 0.5, len(path)), metal, 8))
                centre = curl[-1]
                out.append(set_stone(stone, "round", 2.4, 2.4, metal, "bezel", detail=fit.detail).at(*centre))
        top = 3.2 + tall * 0.62 + min(5.2, tall * 0.19) + 0.5
        for side in ((1, -1) if i else (1,)):
            w = 6.5 if i == 0 else 4.6 - 0.35 * i
            h = w * 1.5
            out.append(set_stone(stone, "pear", w, h, metal, "prong", detail=fit.detail).at(x * side, top + h * 0.55, -0.5))
            out.append(tube([[x * side, 3.0, 0], [x * side, top + h * 0.2, 0.1]], 0.5, metal, 8))
    return _finish(total(out), radius, half)


CATALOGUE = [
    dict(id="diamond-scroll-tiara-silver", category="tiara", name_en="Diamond scroll tiara, silver", name_zh="银色钻石卷纹皇冠",
         metal="silver", stone="diamond", pair="single", maker=partial(scroll_tiara, metal="silver", stone="diamond"),
         price="€4,800"),
]
