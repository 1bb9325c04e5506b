"""Small vectorised mesh kit for jewellery (numpy only, millimetres).

Everything is modelled in the *flat frame* of a product picture: x to the right, y up, z towards the viewer.
A `Shape` is a bag of (material key, vertices, faces) that can be moved, repeated and added.
"""
from __future__ import annotations

import numpy as np


class Shape:
    """Parts of one or more materials; vertices in mm, faces as arrays of triangles, quads or larger polygons."""

    def __init__(self, parts=()):
        self.parts = list(parts)

    def __add__(self, other: "Shape") -> "Shape":
        return Shape(self.parts + other.parts)

    def moved(self, matrix: np.ndarray) -> "Shape":
        """A copy under one 4x4 matrix."""
        return Shape([(m, v @ matrix[:3, :3].T + matrix[:3, 3], f) for m, v, f in self.parts])

    def at(self, x=0.0, y=0.0, z=0.0) -> "Shape":
        """A copy shifted by millimetres."""
        return self.moved(shift(x, y, z))

    def repeat(self, matrices) -> "Shape":
        """Copies under every 4x4 matrix of a (k, 4, 4) array."""
        matrices = np.asarray(matrices, float)
        parts = []
        if not len(matrices):
            return Shape()
        for m, v, f in self.parts:
            k, n = len(matrices), len(v)
            allv = np.einsum("kij,nj->kni", matrices[:, :3, :3], v) + matrices[:, None, :3, 3]
            offset = (np.arange(k) * n)[:, None, None]
            parts.append((m, allv.reshape(-1, 3), [(a[None] + offset).reshape(-1, a.shape[1]) for a in f]))
        return Shape(parts)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest corner in mm."""
        allv = np.concatenate([v for _, v, _ in self.parts])
        return allv.min(0), allv.max(0)

    def triangles(self) -> int:
        """Number of triangles after triangulation."""
        return sum(len(a) * (a.shape[1] - 2) for _, _, f in self.parts for a in f)

    def merged(self) -> dict[str, tuple[np.ndarray, list[np.ndarray]]]:
        """One (vertices, faces) for each material."""
        out: dict[str, tuple[list, list, int]] = {}
        for m, v, f in self.parts:
            vs, fs, n = out.get(m, ([], [], 0))
            out[m] = (vs + [v], fs + [a + n for a in f], n + len(v))
        return {m: (np.concatenate(vs), fs) for m, (vs, fs, _) in out.items()}


def total(shapes) -> Shape:
    """All shapes in one."""
    return Shape([p for s in shapes for p in s.parts])


# ---- matrices -------------------------------------------------------------------------------------------------

def shift(x=0.0, y=0.0, z=0.0) -> np.ndarray:
    """Translation by mm."""
    m = np.eye(4)
    m[:3, 3] = x, y, z
    return m


def turn(axis: str, degrees: float) -> np.ndarray:
    """Rotation about x, y or z, counter-clockwise seen from the axis' tip."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    m = np.eye(4)
    m[i, i] = m[j, j] = c
    m[i, j], m[j, i] = -s, s
    return m


def scale(x=1.0, y=None, z=None) -> np.ndarray:
    """Scaling, uniform when only x is given."""
    return np.diag([x, x if y is None else y, x if z is None else z, 1.0])


def unit(v) -> np.ndarray:
    """Normalised along the last axis."""
    v = np.asarray(v, float)
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)


def frames(origins, xs, ys, zs) -> np.ndarray:
    """(k, 4, 4) matrices from origins and axes (each (k, 3))."""
    m = np.zeros((len(origins), 4, 4))
    m[:, :3, 0], m[:, :3, 1], m[:, :3, 2], m[:, :3, 3] = xs, ys, zs, origins
    m[:, 3, 3] = 1
    return m


# ---- curves ---------------------------------------------------------------------------------------------------

def tangents(path: np.ndarray, closed=False) -> np.ndarray:
    """Unit tangents by central differences."""
    if closed:
        return unit(np.roll(path, -1, 0) - np.roll(path, 1, 0))
    return unit(np.gradient(path, axis=0))


def resample(path: np.ndarray, step: float, closed=False) -> np.ndarray:
    """Points evenly spaced by about `step` mm (whole number of steps)."""
    if closed:
        path = np.vstack([path, path[:1]])
    s = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    n = max(2, int(round(s[-1] / step)))
    t = np.linspace(0, s[-1], n + 1)
    out = np.stack([np.interp(t, s, path[:, i]) for i in range(path.shape[1])], 1)
    return out[:-1] if closed else out


def spline(points, n=48) -> np.ndarray:
    """Smooth curve through control points (centripetal enough: chord-length cubic)."""
    from scipy.interpolate import CubicSpline
    p = np.asarray(points, float)
    if p.shape[1] == 2:
        p = np.hstack([p, np.zeros((len(p), 1))])
    s = np.concatenate([[0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(p, axis=0), axis=1)))])
    return CubicSpline(s, p)(np.linspace(0, s[-1], n))


def circle(radius: float, n=32, start=0.0, sweep=360.0) -> np.ndarray:
    """Points (n, 3) on a circle in the xy plane; a full turn leaves out the last point."""
    full = abs(sweep) >= 360
    t = np.radians(start + np.linspace(0, sweep, n, endpoint=not full))
    return np.stack([radius * np.cos(t), radius * np.sin(t), 0 * t], 1)


# ---- surfaces -------------------------------------------------------------------------------------------------

def _grid(nu: int, nv: int, close_u: bool, close_v: bool) -> np.ndarray:
    """Quads over an nu x nv lattice of vertices (index u * nv + v)."""
    u = np.arange(nu if close_u else nu - 1)[:, None]
    v = np.arange(nv if close_v else nv - 1)[None]
    u1, v1 = (u + 1) % nu, (v + 1) % nv
    return np.stack([u * nv + v, u1 * nv + v, u1 * nv + v1, u * nv + v1], -1).reshape(-1, 4)


def loft(rings, material: str, caps=(True, True)) -> Shape:
    """Skin between rings of equal point count (each (n, 3), counter-clockwise seen from the last ring's side)."""
    rings = np.asarray(rings, float)
    k, n, _ = rings.shape
    verts, faces = rings.reshape(-1, 3), [_grid(k, n, False, True)[:, ::-1]]
    around = np.arange(n)
    for end, cap in ((0, caps[0]), (k - 1, caps[1])):
        if cap:
            centre = len(verts)
            verts = np.vstack([verts, rings[end].mean(0)])
            a, b = end * n + around, end * n + (around + 1) % n
            tri = np.stack([a, b, np.full(n, centre)], 1)
            faces.append(tri if end else tri[:, ::-1])
    return Shape([(material, verts, faces)])


def loft_closed(rings, material: str) -> Shape:
    """Rings (k, n, 3) joined end to end, a torus-like skin."""
    rings = np.asarray(rings, float)
    k, n, _ = rings.shape
    return Shape([(material, rings.reshape(-1, 3), [_grid(k, n, True, True)[:, ::-1]])])


def lathe(profile, material: str, n=32) -> Shape:
    """Surface of revolution about z from (radius, z) pairs, bottom to top; radius 0 closes it."""
    profile = np.asarray(profile, float)
    ring = circle(1.0, n)
    return loft([ring * [r, r, 0] + [0, 0, z] for r, z in np.maximum(profile, [1e-4, -1e9])], material, (False, False))


def sphere(radius: float, material: str, n=24) -> Shape:
    """Ball about the origin; poles along y (so that a drilled pearl's poles lie on its wire)."""
    t = np.linspace(0, np.pi, max(4, n * 5 // 8) + 1)
    return lathe(np.stack([radius * np.sin(t), -radius * np.cos(t)], 1), material, n).moved(turn("x", -90))


def transport(path: np.ndarray, closed=False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tangents and two twist-free normals along a path."""
    t = tangents(path, closed)
    first = np.eye(3)[np.argmin(np.abs(t[0]))]
    normal = unit(first - t[0] * (first @ t[0]))
    normals = np.empty_like(t)
    for i in range(len(t)):
        normal = unit(normal - t[i] * (normal @ t[i]))
        normals[i] = normal
    if closed:  # spread what is left over of the twist
        end = unit(normals[-1] - t[0] * (normals[-1] @ t[0]))
        angle = np.arctan2(np.cross(normals[0], end) @ t[0], normals[0] @ end)
        a = -angle * np.arange(len(t)) / len(t)
        normals = normals * np.cos(a)[:, None] + np.cross(t, normals) * np.sin(a)[:, None]
    return t, normals, np.cross(t, normals)


def tube(path, radius, material: str, sides=8, closed=False, flat=1.0, normal=None) -> Shape:
    """Round wire along a path with rounded ends; `radius` in mm, one or one a point; `flat` < 1 flattens along `normal`."""
    path = np.asarray(path, float)
    if path.shape[1] == 2:
        path = np.hstack([path, np.zeros((len(path), 1))])
    r = np.broadcast_to(np.asarray(radius, float), (len(path),)).copy()
    t, a, b = transport(path, closed)
    if normal is not None:
        a = unit(np.asarray(normal, float) - t * (t @ np.asarray(normal, float))[:, None])
        b = np.cross(t, a)
    if not closed:  # rounded ends: extra rings on a quarter circle
        q = np.radians([75.0, 40.0])
        head = path[0] - t[0] * r[0] * np.sin(q)[:, None], r[0] * np.cos(q)
        tail = path[-1] + t[-1] * r[-1] * np.sin(q[::-1])[:, None], r[-1] * np.cos(q[::-1])
        path, r = np.vstack([head[0], path, tail[0]]), np.concatenate([head[1], r, tail[1]])
        a, b = (np.vstack([np.repeat(n[:1], 2, 0), n, np.repeat(n[-1:], 2, 0)]) for n in (a, b))
    w = 2 * np.pi * np.arange(sides) / sides
    ring = np.cos(w)[:, None] * flat * a[:, None] + np.sin(w)[:, None] * b[:, None]
    verts = path[:, None] + ring * r[:, None, None]
    if not closed:
        return loft(verts, material)
    return loft_closed(verts, material)


def sweep(path, outward, profile, material: str, closed=True) -> Shape:
    """A profile (across, out) in mm carried along a path; `out` follows `outward` (one vector or one a point)."""
    path, profile = np.asarray(path, float), np.asarray(profile, float)
    t = tangents(path, closed)
    out = np.broadcast_to(np.asarray(outward, float), path.shape)
    out = unit(out - t * np.sum(out * t, 1, keepdims=True))
    across = np.cross(out, t)
    verts = path[:, None] + across[:, None] * profile[None, :, :1] + out[:, None] * profile[None, :, 1:]
    if not closed:
        return loft(verts, material)
    return loft_closed(verts, material)


def rounded(width: float, height: float, bevel: float) -> np.ndarray:
    """Bevelled rectangle profile standing on 0: width across, height out (mm)."""
    w, h, b = width / 2, height, min(bevel, width / 2.5, height / 2.5)
    return np.array([[-w, b], [-w + b, 0], [w - b, 0], [w, b], [w, h - b], [w - b, h], [-w + b, h], [-w, h - b]])
