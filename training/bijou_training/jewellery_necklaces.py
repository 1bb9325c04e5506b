"""Necklaces: makers and their catalogue. With `Fit.path` they are built in the world frame, otherwise flat (mm)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .jewellery_earrings import _row
from .jewellery_mesh import Shape, circle, frames, lathe, resample, sphere, total, tube, turn, unit
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
    "fine": (2.3, 1.6, 0.42), "medium": (3.4, 2.3, 0.62), "bold": (5.6, 4.2, 1.05),
}


def _chain(fit, line: Line, metal: str, size: str, keep=None) -> Shape:
    length, width, wire = LINKS[size]
    fine = fit.detail > 1.5
    link = oval_link(length, width, wire, metal, 24 if fine else 14, 8 if fine else 5)
    parts = keep if keep is not None else [slice(0, len(line.points))]
    return total(chain(line.points[part], line.normals[part], link, 0.97 * (length - 2 * wire)) for part in parts)


def pendant(fit, metal, stone, cut, w, h, drop_mm=92.0, power=2.05, halo_stone=None, style="prong", halo_size=1.2,
            size="fine"):
    """A fine chain with one stone."""
    line = course(fit, drop_mm, power)
    chains = _chain(fit, line, metal, size)
    body = set_stone(stone, cut, w, h, metal, style, halo_stone, halo_size, fit.detail)
    lo, hi = body.bounds()
    hang = bail(metal).at(y=-2.9) + ring(0.8, 0.45, metal).moved(turn("y", 20)).at(y=-3.3) + body.at(y=-3.7 - hi[1], z=-0.6)
    return chains + hang.moved(line.frame(line.lowest)), points_of(line)


def strand(fit, metal, size_mm=7.5, drop_mm=74.0, power=2.2):
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


def pearl_pendant(fit, metal, size_mm=10.0, accent="diamond", drop_mm=88.0, power=2.05):
    """A pearl under a granulated cap and a small stone, on a fine chain."""
    line = course(fit, drop_mm, power)
    r = size_mm / 2
    gem = set_stone(accent, "round", 3.0, 3.0, metal, "bezel", detail=fit.detail).at(y=-5.0)
    cap = lathe([(0, 0.2), (r * 0.30, 0.05), (r * 0.55, -0.75), (r * 0.5, -0.8), (r * 0.3, -0.3)][::-1], metal, 28)
    cap = cap.moved(turn("x", -90)).at(y=-7.4, z=r * 0.8)
    grains = beads(circle(r * 0.555, 18)[:, [0, 2, 1]] + [0, -8.15, r * 0.8], 0.32, metal, 8)
    pearl = sphere(r, "pearl", 56 if fit.detail > 1.5 else 28).at(y=-7.5 - r, z=r * 0.8)
    hang = bail(metal).at(y=-2.9) + gem + cap + grains + pearl + ring(0.6, 0.4, metal).at(y=-7.0, z=r * 0.5)
    return _chain(fit, line, metal, "fine") + hang.moved(line.frame(line.lowest)), points_of(line)


def plain_chain(fit, metal, size="bold", drop_mm=84.0, power=2.25):
    """A bold cable chain."""
    line = course(fit, drop_mm, power, lift=1.2)
    return _chain(fit, line, metal, size), points_of(line)


def stations(line: Line, step: float, reach: float) -> tuple[np.ndarray, np.ndarray, list[slice]]:
    """Frames every `step` mm within `reach` mm of the lowest point (x along the chain to the subject's left, z
    outward), their distance from it, and the stretches of chain left over."""
    p = line.points
    s = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))])
    mid = s[line.lowest]
    reach = min(reach, mid - step / 2, s[-1] - mid - step / 2)
    count = int(reach // step)
    at = mid + np.arange(-count, count + 1) * step
    pick = lambda a: np.stack([np.interp(at, s, a[:, i]) for i in range(3)], 1)
    where, z = pick(p), unit(pick(line.normals))
    x = np.gradient(where, axis=0)
    x = unit(x - z * np.sum(x * z, 1, keepdims=True))
    if np.cross(z[count], x[count]) @ np.asarray(line.up) < 0:
        x = -x
    lo, hi = np.searchsorted(s, [at[0] - step / 2, at[-1] + step / 2])
    rest = [part for part in (slice(0, lo + 1), slice(max(hi - 1, 0), len(p))) if len(p[part]) > 6]
    return frames(where, x, np.cross(z, x), z), at - mid, rest


def choker(fit, metal, stone, accent="diamond", drop_mm=50.0, power=2.2):
    """Oval stones standing across the line, pairs of brilliants between."""
    line = course(fit, drop_mm, power, lift=0.4)
    ms, d, rest = stations(line, 3.9, 88.0)
    kind = np.round(np.abs(d) / 3.9).astype(int) % 3
    big = set_stone(stone, "oval", 5.0, 7.0, metal, "prong", detail=fit.detail / 2)
    small = set_stone(accent, "round", 3.0, 3.0, metal, "bezel", detail=fit.detail / 2)
    pair = small.at(y=1.75) + small.at(y=-1.75)
    joints = ring(0.9, 0.42, metal, 14, 6)
    between = (ms[1:, :3, 3] + ms[:-1, :3, 3]) / 2
    links = frames(between, ms[:-1, :3, 0], ms[:-1, :3, 1], ms[:-1, :3, 2])
    out = big.repeat(ms[kind == 0]) + pair.repeat(ms[kind != 0]) + joints.at(z=0.6).repeat(links)
    return out + _chain(fit, line, metal, "medium", keep=rest), points_of(line)


def collar(fit, metal, stone, accent="diamond", drop_mm=66.0, power=2.2):
    """A row of brilliants with a fan of pear-shaped drops, largest in the middle."""
    line = course(fit, drop_mm, power, lift=0.5)
    ms, d, rest = stations(line, 5.0, 92.0)
    row = set_stone(accent, "round", 3.6, 3.6, metal, "bezel", detail=fit.detail / 2)
    out = [row.repeat(ms)]
    between = frames((ms[1:, :3, 3] + ms[:-1, :3, 3]) / 2, ms[:-1, :3, 0], ms[:-1, :3, 1], ms[:-1, :3, 2])
    out.append(ring(0.75, 0.42, metal, 14, 6).at(z=0.6).repeat(between))
    index = np.round(d / 5.0).astype(int)
    for m, k in zip(ms, index):
        near = max(0.0, 1 - abs(k) / 13)
        if near <= 0:
            continue
        if k % 2:
            small = set_stone(accent, "marquise", 1.9 + 0.9 * near, 4.2 + 2.2 * near, metal, "bezel", detail=fit.detail / 2)
            out.append((small.at(y=-3.0 - small.bounds()[1][1]) + ring(0.55, 0.36, metal, 12, 5).at(y=-2.6, z=0.8)).moved(m))
            continue
        w, h = 4.2 + 4.6 * near ** 1.3, 5.8 + 7.4 * near ** 1.3
        body = set_stone(stone, "pear", w, h, metal, "prong", detail=fit.detail / 2)
        knot = set_stone(accent, "round", 2.1, 2.1, metal, "bezel", detail=fit.detail / 2).at(y=-4.0)
        out.append((knot + ring(0.5, 0.36, metal, 12, 5).at(y=-2.5, z=0.8) + ring(0.5, 0.36, metal, 12, 5).at(y=-5.6, z=0.8)
                    + body.at(y=-5.9 - body.bounds()[1][1], z=-0.2)).moved(m))
    return total(out) + _chain(fit, line, metal, "medium", keep=rest), points_of(line)


def _necklace(*row, **options):
    return _row(*row, category="necklace", **options)


CATALOGUE = [
    _necklace("diamond-pendant-gold", "Diamond pendant, gold chain", "金链单钻吊坠项链", "gold", "diamond", "single", "€980",
              pendant, stone="diamond", cut="round", w=7.0, h=7.0),
    _necklace("ruby-heart-rose-gold", "Ruby heart, rose gold chain", "玫瑰金红宝石心形项链", "rose_gold", "ruby", "single",
              "€890", pendant, held_out=True, stone="ruby", cut="heart", w=10.0, h=9.6),
    _necklace("emerald-pendant-gold", "Emerald halo pendant, gold", "金色祖母绿光环吊坠项链", "gold", "emerald", "single",
              "€1,450", pendant, stone="emerald", cut="pear", w=9.0, h=13.0, halo_stone="diamond", size="medium"),
    _necklace("cable-chain-silver", "Bold cable chain, silver", "银色粗十字链", "silver", "none", "single", "€240", plain_chain),
    _necklace("pearl-pendant-rose-gold", "Pearl pendant, rose gold chain", "玫瑰金珍珠吊坠项链", "rose_gold", "pearl", "single",
              "€420", pearl_pendant),
    _necklace("pearl-strand", "Pearl strand", "珍珠串项链", "gold", "pearl", "single", "€1,200", strand),
    _necklace("sapphire-choker-silver", "Sapphire choker, silver", "银色蓝宝石颈链", "silver", "sapphire", "single", "€3,200",
              choker, stone="sapphire"),
    _necklace("emerald-collar-gold", "Emerald statement collar, gold", "金色祖母绿华丽项链", "gold", "emerald", "single", "€6,900",
              collar, stone="emerald"),
]
