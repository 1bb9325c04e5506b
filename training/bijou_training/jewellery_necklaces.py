"""Necklaces: makers and their catalogue. With `Fit.path` they are built in the world frame, otherwise flat (mm)."""
from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from .jewellery_mesh import Shape, frames, resample, shift, sphere, total, tube, turn, unit
from .jewellery_parts import bail, beads, chain, oval_link, ring
from .jewellery_stones import set_stone


@dataclass
class Line:
    """The necklace's course in mm: points, skin normals, index of the lowest front point, ends to report."""

    points: np.ndarray
    normals: np.ndarray
    lowest: int
    end_r: np.ndarray
    end_l: np.ndarray
    front: slice            # the part in front (everything in the flat art)

    def frame(self, index: int) -> np.ndarray:
        """Hanging frame at a point: x to the subject's left, y up along the body, z outward."""
        n = self.normals[index]
        up = unit(np.asarray(self.up) - n * (np.asarray(self.up) @ n))
        return frames(self.points[index][None], np.cross(up, n)[None], up[None], n[None])[0]

    up: tuple = (0.0, 1.0, 0.0)


def course(fit, drop_mm: float, power: float, step=0.5, lift=0.8, half_width=65.0) -> Line:
    """The line of the fit, or a hanging curve of the artwork: half_width at the ends, drop_mm deep."""
    if fit.path is None:
        x = np.linspace(-half_width, half_width, 400)
        p = resample(np.stack([x, -drop_mm * (1 - np.abs(x / half_width) ** power), 0 * x], 1), step)
        n = np.tile([0, 0, 1.0], (len(p), 1))
        return Line(p, n, int(np.argmin(p[:, 1])), p[0], p[-1], slice(0, len(p)))
    raw = np.asarray(fit.path, float) * 1000.0
    s = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(raw, axis=0), axis=1))])
    count = max(2, int(s[-1] / step))
    t = np.linspace(0, s[-1], count + 1)
    pick = lambda a: np.stack([np.interp(t, s, a[:, i]) for i in range(3)], 1)
    p = pick(raw)
    if fit.normals is not None:
        n = unit(pick(np.asarray(fit.normals, float)))
    else:
        n = p - p.mean(0)
        n[:, 2] = 0
        n = unit(n) + [0, 0, 0.25]
    front = p[:, 1] <= np.median(p[:, 1])
    lowest = int(np.argmin(np.where(front, p[:, 2], np.inf)))
    if fit.outward is not None:
        near = np.exp(-((t - t[lowest]) / 25.0) ** 2)[:, None]
        n = n * (1 - near) + unit(np.asarray(fit.outward, float)) * near
    n = unit(n)
    p = p + n * lift
    cut = p[:, 1] < p[:, 1].mean()
    idx = np.nonzero(cut)[0]
    lo, hi = (idx.min(), idx.max()) if len(idx) else (0, len(p) - 1)
    right, left = (lo, hi) if p[lo, 0] < p[hi, 0] else (hi, lo)
    return Line(p, n, lowest, p[right], p[left], slice(lo, hi + 1), up=(0.0, 0.0, 1.0))


def points_of(line: Line) -> dict:
    """Attachment points (the front of the chain: ends and lowest point)."""
    return {"end_l": line.end_l, "end_r": line.end_r, "lowest": line.points[line.lowest]}


LINKS = {  # length, width, wire in mm
    "fine": (2.3, 1.6, 0.42), "medium": (3.4, 2.3, 0.62), "bold": (5.2, 4.0, 1.15),
}


def _chain(fit, line: Line, metal: str, size: str, curb=False, keep=None) -> Shape:
    length, width, wire = LINKS[size]
    fine = fit.detail > 1.5
    link = oval_link(length, width, wire, metal, 24 if fine else 14, 8 if fine else 5)
    tilt = (28.0, 28.0) if curb else (45.0, -45.0)
    pitch = (length - 2 * wire) * (0.80 if curb else 0.97)
    out = []
    for part in (keep or [slice(0, len(line.points))]):
        out.append(chain(line.points[part], line.normals[part], link, pitch, tilt))
    return total(out)


def pendant(fit, metal, stone, cut, w, h, drop_mm=92.0, power=1.9, halo_stone=None, style="prong", halo_size=1.2,
            size="fine"):
    """A fine chain with one stone."""
    line = course(fit, drop_mm, power)
    chains = _chain(fit, line, metal, size)
    body = set_stone(stone, cut, w, h, metal, style, halo_stone, halo_size, fit.detail)
    lo, hi = body.bounds()
    hang = bail(metal).at(y=-2.9) + ring(0.8, 0.45, metal).moved(turn("y", 20)).at(y=-3.3) + body.at(y=-3.7 - hi[1], z=-0.6)
    return chains + hang.moved(line.frame(line.lowest)), points_of(line)


def strand(fit, size_mm=7.5, drop_mm=74.0, power=2.2):
    """A strand of knotted pearls, slightly graduated towards the ends."""
    line = course(fit, drop_mm, power, lift=size_mm / 2)
    p = line.points
    s = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))])
    count = int(s[-1] // (size_mm + 0.25))
    at = (np.arange(count) + 0.5) * s[-1] / count
    pick = lambda a: np.stack([np.interp(at, s, a[:, i]) for i in range(3)], 1)
    where = pick(p)
    t = unit(np.gradient(where, axis=0))
    x = unit(np.cross(t, pick(line.normals)))
    ms = frames(where, x, t, np.cross(x, t))
    n = 48 if fit.detail > 1.5 else 20
    knots = (where[1:] + where[:-1]) / 2
    wire = tube(p[::6], 0.35, "pearl", 6)
    return sphere(size_mm / 2, "pearl", n).repeat(ms) + beads(knots, 0.55, "pearl", 8) + wire, points_of(line)


CATALOGUE = [
    dict(id="diamond-pendant-gold", category="necklace", name_en="Diamond pendant, gold chain", name_zh="金链单钻吊坠项链",
         metal="gold", stone="diamond", pair="single",
         maker=partial(pendant, metal="gold", stone="diamond", cut="round", w=7.0, h=7.0), price="€980"),
    dict(id="emerald-pendant-gold", category="necklace", name_en="Emerald halo pendant, gold", name_zh="金色祖母绿光环吊坠项链",
         metal="gold", stone="emerald", pair="single",
         maker=partial(pendant, metal="gold", stone="emerald", cut="pear", w=9.0, h=13.0, halo_stone="diamond", size="medium"),
         price="€1,450"),
    dict(id="pearl-strand", category="necklace", name_en="Pearl strand", name_zh="珍珠串项链", metal="gold",
         stone="pearl", pair="single", maker=strand, price="€1,200"),
]
