"""Tiaras: designed flat (arc length along the band, height, depth) and then bent round the head (mm)."""
from __future__ import annotations

import numpy as np

from .jewellery_earrings import _row
from .jewellery_mesh import Shape, circle, resample, sphere, spline, total, tube, turn
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


def _pave_wire(path, stone, metal, size, width) -> Shape:
    """A flat wire along a path, set with brilliants facing the viewer."""
    path = resample(path, 1.1)
    wire = tube(path, width / 2, metal, 6, flat=0.55, normal=[0, 0, 1.0])
    seats = resample(path, size * 1.12)[1:-1] + [0, 0, width * 0.27]
    return wire + pave(seats, stone, size, metal, 0.12)


def scroll_tiara(fit, metal, stone, height=40.0):
    """Graduated ogee arches set with brilliants, volutes at their feet, a pear swinging in each."""
    radius = fit.head_radius_mm
    half = np.radians(HALF_ANGLE) * radius
    foot = 3.6
    out = [band(metal, half, stone=stone)]
    widths = np.array([20.0, 17.5, 15.0, 12.6, 10.6])
    edges = np.concatenate([[widths[0] / 2], widths[0] / 2 + np.cumsum(widths[1:])])
    centres = np.concatenate([[0], (edges[1:] + edges[:-1]) / 2])
    for i, (x, w) in enumerate(zip(centres, widths)):
        tall = (height - foot - 9.0) * (1 - i / 5.6) ** 1.05
        w2 = w / 2
        motif = []
        for s in (1, -1):
            arch = spline([(s * w2 * 0.96, 0), (s * w2 * 0.92, tall * 0.36), (s * w2 * 0.42, tall * 0.74), (0.25 * s, tall)], 30)
            motif.append(_pave_wire(arch, stone, metal, 1.45, 2.0))
            r = w2 * 0.30
            curl = scroll((s * 0.2, r * 1.1), 1.2, r, s, 26)
            lead = np.vstack([[s * 0.2, -0.4, 0], curl])
            motif.append(tube(lead, np.linspace(0.62, 0.42, len(lead)), metal, 7))
            motif.append(beads([curl[-1]], r * 0.30, metal, 10))
        pw = w * 0.26
        pear = set_stone(stone, "pear", pw, pw * 1.5, metal, "bezel", detail=fit.detail / 2)
        y = tall - 2.2 - pear.bounds()[1][1] if tall > pw * 2.2 + 3 else tall * 0.62
        motif.append(pear.at(y=y, z=-0.8) + tube([[0, tall, 0], [0, y + pw * 0.8, 0]], 0.3, metal, 6))
        size = 3.9 - 0.4 * i
        motif.append(set_stone(stone, "round", size, size, metal, "bezel", detail=fit.detail / 2).at(y=tall + size * 0.55, z=-0.6))
        top = set_stone(stone, "pear", size * 1.05, size * 1.6, metal, "prong", detail=fit.detail / 2)
        motif.append(top.at(y=tall + size * 1.25 - top.bounds()[0][1], z=-0.6))
        one = total(motif).at(y=foot)
        out += [one.at(x=x)] if i == 0 else [one.at(x=x), one.at(x=-x)]
    for x in edges[:-1]:
        joint = set_stone(stone, "round", 2.6, 2.6, metal, "bezel", detail=fit.detail / 2)
        out += [joint.at(s * x, foot + 2.2, 0.2) for s in (1, -1)]
    return _finish(total(out), radius, half)


def leaf_tiara(fit, metal, height=36.0):
    """Two laurel branches meeting in the middle, pearls as berries."""
    radius = fit.head_radius_mm
    half = np.radians(HALF_ANGLE) * radius
    x = np.linspace(0, half, 90)
    rise = 2.3 + 5.2 * np.exp(-x / 22.0)
    stem = np.stack([x, rise + 0.6 * np.sin(x / 5.0), 0 * x], 1)
    side = [tube(stem, np.linspace(0.95, 0.6, 90), metal, 8), tube(np.stack([x, 0 * x + 0.6, 0 * x - 0.4], 1), 0.75, metal, 8)]
    pearls = []
    ball = sphere(1.0, "pearl", 24 if fit.detail > 1.5 else 16)
    for k, along in enumerate(np.arange(6.0, half - 5, 6.0)):
        i = int(np.searchsorted(x, along))
        grow = 1 - along / half
        long = 8.5 + 12.5 * grow ** 1.2
        lean = 26 + 36 * (1 - grow)
        up = leaf(long, long * 0.27, metal, 1.3, 0.5).moved(turn("z", -lean)).at(*stem[i])
        down = leaf(long * 0.50, long * 0.17, metal, 0.8, 0.4).moved(turn("z", -lean - 42)).at(*stem[i])
        side += [up.at(z=0.5 * (k % 2)), down.at(z=0.9)]
        size = 1.25 + 1.0 * grow
        tip = stem[i] + np.array([np.sin(np.radians(lean - 24)), np.cos(np.radians(lean - 24)), 0]) * long * 0.66 + [0, 0, 1.6]
        pearls.append(ball.repeat([np.diag([size, size, size, 1.0])]).at(*tip))
        side.append(tube([stem[i], (stem[i] + tip) / 2 + [0, 0, 0.3], tip], 0.3, metal, 6))
        side.append(tube([stem[i], [along, 0.6, -0.4]], 0.45, metal, 6))
    branch = total(side + pearls)
    other = Shape([(m, v * [-1, 1, 1], [a[:, ::-1] for a in f]) for m, v, f in branch.parts])
    out = [branch, other]
    crown = np.array([0, 9.0, 0.4])
    for angle, long in ((0, height - 10), (17, height - 15), (-17, height - 15), (38, height - 20), (-38, height - 20)):
        out.append(leaf(long, long * 0.32, metal, 1.6, 0.6).moved(turn("z", -angle)).at(*(crown + [0, 0, 0.25 * abs(angle) / 17])))
    ring_at = circle(4.4, 10) + crown + [0, 0, 2.2]
    out.append(beads(ring_at, 0.85, metal, 12))
    out.append(sphere(4.0, "pearl", 48 if fit.detail > 1.5 else 28).at(*(crown + [0, 0, 3.0])))
    return _finish(total(out), radius, half)


def fringe_tiara(fit, metal, stone, accent, height=34.0):
    """A fringe of tapering rays set with brilliants, coloured drops on every second."""
    radius = fit.head_radius_mm
    half = np.radians(HALF_ANGLE) * radius
    out = [band(metal, half, stone=accent)]
    count = 15
    for k in range(-count, count + 1):
        x = k * (half - 2.5) / count
        tall = 5.0 + (height - 14.0) * np.cos(k / count * np.pi / 2) ** 1.1
        tall *= 1.0 if k % 2 == 0 else 0.70
        ray = np.array([[x, 3.4, 0], [x, 3.4 + tall, 0]])
        out.append(_pave_wire(ray, accent, metal, 1.5, 2.0))
        if k % 2 == 0:
            w = 2.6 + 2.0 * tall / height * 1.5
            top = set_stone(stone, "pear", w, w * 1.45, metal, "prong", detail=fit.detail / 2)
            out.append(top.at(x, 3.8 + tall - top.bounds()[0][1], -0.8))
        else:
            out.append(set_stone(accent, "round", 2.3, 2.3, metal, "bezel", detail=fit.detail / 2).at(x, 4.4 + tall, -0.5))
    return _finish(total(out), radius, half)


def _tiara(*row, **options):
    return _row(*row, category="tiara", **options)


CATALOGUE = [
    _tiara("diamond-scroll-tiara-silver", "Diamond scroll tiara, silver", "银色钻石卷纹皇冠", "silver", "diamond", "single",
           "€4,800", scroll_tiara, stone="diamond"),
    _tiara("leaf-tiara-gold", "Laurel tiara with pearls, gold", "金色月桂珍珠皇冠", "gold", "pearl", "single", "€2,900", leaf_tiara),
    _tiara("sapphire-fringe-tiara-silver", "Sapphire fringe tiara, silver", "银色蓝宝石流苏皇冠", "silver", "sapphire", "single",
           "€5,600", fringe_tiara, held_out=True, stone="sapphire", accent="diamond"),
]
