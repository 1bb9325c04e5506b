"""Cut stones and their settings, in the flat frame (x right, y up, z to the viewer), millimetres.

Stones lie with the girdle in z = 0; settings stand with their back on z = 0.
"""
from __future__ import annotations

import numpy as np

from .jewellery_mesh import (Shape, frames, loft, loft_closed, resample, rounded, shift, sphere, sweep, tangents,
                             total, tube, unit)

CROWN_TAN, PAVILION_TAN, TABLE, STAR, LOWER = 0.687, 0.80, 0.56, 0.80, 0.22
SMALL, SMALL_PAVILION_TAN = 2.0, 0.46   # stones under 2 mm are shallow, so that pavé stays thin
HALO_GAP, RAIL = 0.34, 0.20             # stone to halo, radius of the halo's rims (mm)


def outline(cut: str, w: float, h: float, n: int) -> np.ndarray:
    """n points (x, y) of a stone's girdle, counter-clockwise from the top, about its optical centre."""
    t = 2 * np.pi * np.arange(n) / n
    if cut in ("round", "oval"):
        x, y = -np.sin(t), np.cos(t)
    elif cut == "pear":
        x, y = -np.sin(t) * np.abs(np.sin(t / 2)) ** 0.85, np.cos(t)
        y = y + 0.22
    elif cut == "marquise":
        y = np.cos(t)
        x = -np.sign(np.sin(t)) * (1 - np.abs(y) ** 1.75)
    elif cut == "cushion":
        s, c = -np.sin(t), np.cos(t)
        x, y = np.sign(s) * np.abs(s) ** 0.62, np.sign(c) * np.abs(c) ** 0.62
    elif cut == "heart":
        x = -np.sin(t) ** 3
        y = (13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16 + 0.12
    elif cut == "emerald":
        return _octagon(w, h, 0.24 * min(w, h))
    else:
        raise ValueError(f"unknown cut {cut!r}")
    return np.stack([x / np.ptp(x) * w, y / np.ptp(y) * h], 1)


def _octagon(w, h, corner) -> np.ndarray:
    a, b, c = w / 2, h / 2, corner
    return np.array([[a - c, b], [-a + c, b], [-a, b - c], [-a, -b + c], [-a + c, -b], [a - c, -b], [a, -b + c],
                     [a, b - c]])


def gem(stone: str, cut: str, w: float, h: float, detail=1.0) -> Shape:
    """A faceted stone with its girdle in z = 0."""
    if cut == "emerald":
        return _step_cut(stone, w, h)
    small = min(w, h) < SMALL
    mains = 6 if small else 8
    if cut in ("pear", "marquise", "heart") and not small:
        mains = 10
    return _brilliant(stone, cut, w, h, mains, 1 if small else max(1, round(2 * detail)))


def _brilliant(stone, cut, w, h, mains, arc) -> Shape:
    """Table, stars, kites, upper girdle; lower girdle and pavilion mains. `arc` girdle steps a half facet."""
    n = 2 * mains * arc
    edge = outline(cut, w, h, n)
    radius = min(w, h) / 2
    full, half = edge[::2 * arc], edge[arc::2 * arc]          # at the mains, between them
    cosine = np.cos(np.pi / mains)

    def at(points, f, z):
        return np.column_stack([points * f, np.full(len(points), z * radius)])

    pavilion = SMALL_PAVILION_TAN if min(w, h) < SMALL else PAVILION_TAN
    star_z, lower_z = CROWN_TAN * (1 - STAR * cosine), -pavilion * (1 - LOWER * cosine)
    table = at(full, TABLE, CROWN_TAN * (1 - TABLE))
    star = at(half, STAR, star_z)
    girdle_top, girdle = at(edge, 1.0, 0.015), at(edge, 1.0, -0.03)
    lower = at(half, LOWER, lower_z)
    i, j = np.arange(mains), (np.arange(mains) + 1) % mains
    prev = (i - 1) % mains
    t0, s0, g0 = 0, mains, 2 * mains
    faces = [np.arange(mains)[None], np.stack([t0 + i, s0 + i, t0 + j], 1)[:, [0, 1, 2]],
             np.stack([t0 + i, s0 + prev, g0 + 2 * arc * i, s0 + i], 1)]
    step = np.arange(arc)
    for a, b in ((i, 0), (i, arc)):
        ids = (2 * arc * a[:, None] + b + np.arange(arc + 1)[None]) % n
        faces.append(np.column_stack([s0 + i, g0 + ids]))
    crown = Shape([(f"{stone}.crown", np.vstack([table, star, girdle_top]), faces)])
    g1, l0, c0 = n, 2 * n, 2 * n + mains
    k = np.arange(n)
    back = [np.stack([k, g1 + k, g1 + (k + 1) % n, (k + 1) % n], 1)]
    for b in (0, arc):
        ids = (2 * arc * i[:, None] + b + np.arange(arc + 1)[None]) % n
        back.append(np.column_stack([l0 + i, g1 + ids])[:, ::-1])
    back.append(np.stack([np.full(mains, c0), l0 + i, g1 + 2 * arc * i, l0 + prev], 1))
    culet = np.array([[0, 0, -pavilion * radius]])
    verts = np.vstack([girdle_top, girdle, lower, culet])
    return crown + Shape([(f"{stone}.pavilion", verts, back)])


def _step_cut(stone, w, h) -> Shape:
    """Emerald cut: three steps above, three below, ending in a keel."""
    r = min(w, h) / 2

    def ring(inset, z):
        i = inset * r
        return np.column_stack([_octagon(w - 2 * i, h - 2 * i, 0.24 * min(w, h) * (1 - 0.55 * inset)), np.full(8, z * r)])

    crown = loft([ring(0, 0.02), ring(0.12, 0.16), ring(0.26, 0.28), ring(0.40, 0.34)], f"{stone}.crown", (False, True))
    back = loft([ring(0.985, -0.86), ring(0.62, -0.66), ring(0.30, -0.40), ring(0, -0.04), ring(0, 0.02)],
                f"{stone}.pavilion", (True, False))
    return crown + back


def briolette(stone: str, w: float, h: float, rows=7, around=12) -> Shape:
    """Faceted drop hanging from its tip at the origin; the far side works as the mirror."""
    s = np.linspace(0, 1, rows + 1)
    z = -h * s ** 1.05
    r = w / 2 * np.clip(np.sin(np.pi * s ** 1.25), 0, None) ** 0.9 * (0.62 + 0.38 * s) / 0.86
    crown, back = [], []
    verts = []
    for row in range(rows + 1):
        a = 2 * np.pi * (np.arange(around) + 0.5 * (row % 2)) / around
        verts.append(np.column_stack([r[row] * np.sin(a), np.full(around, z[row]), r[row] * np.cos(a)]))
    verts = np.vstack(verts)
    for row in range(rows):
        for q in range(around):
            a, b = row * around + q, row * around + (q + 1) % around
            off = 0 if row % 2 == 0 else 1
            c, d = (row + 1) * around + (q + off) % around, (row + 1) * around + (q + off + 1) % around
            c0 = (row + 1) * around + (q - 1 + off) % around
            for tri in ((a, c0, c), (a, c, b)) if off == 0 else ((a, c0, c), (a, c, b)):
                front = verts[list(tri)].mean(0)[2] > 0
                (crown if front else back).append(tri)
    return Shape([(f"{stone}.crown", verts, [np.array(crown)]), (f"{stone}.pavilion", verts, [np.array(back)])])


def prongs(cut, w, h, metal, places, thick, girdle_z, base_z=0.0) -> Shape:
    """Claws at fractions (0..1, from the top, counter-clockwise) of the girdle, bent over its edge."""
    edge = outline(cut if cut != "emerald" else "cushion", w, h, 240)
    out = []
    for f in places:
        p = edge[int(round(f * 240)) % 240]
        if cut == "emerald":
            p = np.sign(p) * (np.array([w, h]) / 2 - 0.12 * min(w, h))   # middle of the cut corner
        u = unit(p)
        reach = np.linalg.norm(p)
        line = [(reach * 0.55, base_z), (reach + thick * 0.2, girdle_z - 0.3 * thick), (reach + 0.25 * thick, girdle_z + 0.6 * thick),
                (reach - 0.7 * thick, girdle_z + 1.35 * thick)]
        path = np.array([[*(u * r), z] for r, z in line])
        out.append(tube(path, np.array([0.8, 0.9, 1.0, 0.85]) * thick, metal, 8 if thick > 0.35 else 6))
    return total(out)


def bezel(cut, w, h, metal, girdle_z, wall=0.35, lip=0.25, base_z=0.0, detail=1.0) -> Shape:
    """A wall round the stone with a rounded lip over its edge."""
    n = int((44 if max(w, h) > 4 else 32) * detail ** 0.7)
    edge = np.column_stack([outline(cut, w, h, n), np.zeros(n if cut != "emerald" else 8)])
    if cut == "emerald":
        edge = resample(edge, max(w, h) / 24, closed=True)
    top = girdle_z + lip
    profile = [(-0.12, top - 0.1), (0.05, top + 0.05), (wall * 0.7, top), (wall, top - 0.25), (wall, base_z + 0.2),
               (wall * 0.6, base_z), (-0.1, base_z), (-0.12, girdle_z - 0.3)]
    t = tangents(edge, closed=True)
    out = np.cross(t, [0, 0, 1.0])
    verts = edge[:, None] + out[:, None] * np.array([p[0] for p in profile])[None, :, None]
    verts[..., 2] = np.array([p[1] for p in profile])[None]
    return loft_closed(verts, metal)


def offset_outline(cut, w, h, by, n=120) -> np.ndarray:
    """Girdle moved outward by mm, as (n, 3) points in z = 0."""
    edge = outline(cut if cut != "emerald" else "cushion", w, h, n)
    if cut == "emerald":
        edge = resample(np.column_stack([outline(cut, w, h, 8), np.zeros(8)]), (w + h) / 60, closed=True)[:, :2]
    edge = np.column_stack([edge, np.zeros(len(edge))])
    return edge + np.cross(tangents(edge, closed=True), [0, 0, 1.0]) * by


def pave(points, stone, size, metal, z=0.0, normals=None, ups=None) -> Shape:
    """Little brilliants at points with two shared beads between neighbours; girdles at z above the points."""
    k = len(points)
    normals = np.broadcast_to([0, 0, 1.0] if normals is None else normals, (k, 3))
    ups = unit(np.broadcast_to([0, 1.0, 0] if ups is None else ups, (k, 3)))
    ms = frames(points + normals * z, np.cross(ups, normals), ups, normals)
    return gem(stone, "round", size, size).repeat(ms)


def halo(cut, w, h, stone, size, metal, z) -> Shape:
    """A row of pavé round a stone: channel, brilliants, shared beads. `z` is the height of their girdles."""
    line = offset_outline(cut, w, h, HALO_GAP + size / 2)
    seats = resample(line, size * 1.08, closed=True)
    course = line if len(line) < 90 else line[::2]
    depth = SMALL_PAVILION_TAN * size / 2 + 0.04
    floor = sweep(course, [0, 0, 1.0], rounded(size + 0.35, 0.5, 0.1) + [0, z - depth - 0.5], metal)
    t = tangents(course, closed=True)
    out = np.cross(t, [0, 0, 1.0])
    rails = [tube(course + out * side * (size / 2 + 0.10) + [0, 0, z - 0.06], RAIL, metal, 8, closed=True) for side in (-1, 1)]
    t = tangents(seats, closed=True)
    between = (seats + np.roll(seats, -1, 0)) / 2
    out = np.cross(t + np.roll(t, -1, 0), [0, 0, 0.5])
    bead = sphere(size * 0.15, metal, 8)
    grains = [bead.repeat([shift(*(p + o * side * size * 0.34 + [0, 0, z + size * 0.10])) for p, o in zip(between, out)])
              for side in (-1, 1)]
    return floor + total(rails) + pave(seats, stone, size, metal, z) + total(grains)


def collet(cut, w, h, metal, girdle_z, detail=1.0) -> Shape:
    """The basket under a stone: two wires following its outline."""
    wire = min(0.28, 0.06 + 0.07 * min(w, h))
    count = int((40 if min(w, h) > 4.5 else 14) * max(1.0, detail))
    out = []
    for f, z in ((0.93, girdle_z * 0.72), (0.62, girdle_z * 0.12 + 0.2)):
        edge = outline(cut, w * f, h * f, count)
        edge = np.column_stack([edge, np.full(len(edge), z)])
        out.append(tube(edge, wire, metal, 6 if min(w, h) > 4.5 else 5, closed=True))
    return total(out)


CLAWS = {"round": (0.125, 0.375, 0.625, 0.875), "oval": (0.11, 0.39, 0.61, 0.89), "pear": (0.0, 0.28, 0.42, 0.58, 0.72),
         "marquise": (0.0, 0.25, 0.5, 0.75), "cushion": (0.125, 0.375, 0.625, 0.875),
         "emerald": (0.125, 0.375, 0.625, 0.875), "heart": (0.09, 0.30, 0.5, 0.70, 0.91)}


def set_stone(stone, cut, w, h, metal, style="prong", halo_stone=None, halo_size=1.3, detail=1.0, claws=None) -> Shape:
    """A stone in its setting, back on z = 0, centred on the stone's optical centre."""
    girdle = PAVILION_TAN * min(w, h) / 2 * 0.85 + 0.35
    out = gem(stone, cut, w, h, detail).at(z=girdle)
    if style == "prong":
        thick = float(np.clip(min(w, h) * 0.065, 0.22, 0.45))
        out = out + prongs(cut, w, h, metal, claws or CLAWS[cut], thick, girdle) + collet(cut, w, h, metal, girdle, detail)
    else:
        out = out + bezel(cut, w, h, metal, girdle, detail=detail)
    if halo_stone:
        out = out + halo(cut, w, h, halo_stone, halo_size, metal, girdle - 0.15)
    return out
