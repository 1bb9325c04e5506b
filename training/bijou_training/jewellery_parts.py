"""Findings shared by the pieces: rings, loops, bails, chains, scrolls, leaves (flat frame, mm)."""
from __future__ import annotations

import numpy as np

from .jewellery_mesh import (Shape, circle, frames, loft, loft_closed, sphere, tangents, total, tube, turn,
                             unit)


def ring(radius: float, wire: float, metal: str, n=24, sides=8) -> Shape:
    """A round wire ring in the xy plane; `radius` to the wire's centre, `wire` its thickness."""
    return tube(circle(radius, n), wire / 2, metal, sides, closed=True)


def link_pair(top: float, metal: str, radius=0.9, wire=0.45) -> tuple[Shape, float]:
    """A ring seen from the front with one seen nearly edge-on through it; hangs from `top`.

    Returns the shape and the height where the next piece's loop should have its top.
    """
    first = ring(radius, wire, metal).at(y=top - radius - wire / 2)
    edge = ring(radius, wire, metal).moved(turn("y", 68)).at(y=top - 2.6 * radius)
    return first + edge, top - 3.6 * radius + wire


def beads(points, radius, metal: str, n=8) -> Shape:
    """Balls at points (granulation, milgrain); one radius or one each."""
    points = np.asarray(points, float)
    r = np.broadcast_to(radius, len(points))
    ms = np.zeros((len(points), 4, 4))
    ms[:, 0, 0] = ms[:, 1, 1] = ms[:, 2, 2] = r
    ms[:, :3, 3], ms[:, 3, 3] = points, 1
    return sphere(1.0, metal, n).repeat(ms)


def oval_link(length: float, width: float, wire: float, metal: str, n=14, sides=5) -> Shape:
    """One chain link: a stadium along y in the xy plane (outer length and width)."""
    r = (width - wire) / 2
    straight = max(0.0, length - width) / 2
    p = circle(r, n, start=0)
    p[:, 1] += np.where(p[:, 1] >= -1e-9, straight, -straight)
    return tube(p, wire / 2, metal, sides, closed=True)


def chain(path, normals, link: Shape, pitch: float, tilt=(45.0, -45.0), phase=0.0) -> Shape:
    """Links along a path (mm), alternately turned by the two tilts about it; they interlock when
    pitch = length - 2 wire. `normals` one a path point."""
    path, normals = np.asarray(path, float), np.asarray(normals, float)
    s = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    count = int(s[-1] // pitch)
    at = (np.arange(count) + 0.5) * (s[-1] / max(count, 1))
    pick = lambda a: np.stack([np.interp(at, s, a[:, i]) for i in range(3)], 1)
    where, out = pick(path), unit(pick(normals))
    t = unit(pick(tangents(path)))
    out = unit(out - t * np.sum(out * t, 1, keepdims=True))
    side = np.cross(t, out)
    a = np.radians(np.where((np.arange(count) + int(phase)) % 2 == 0, tilt[0], tilt[1]))[:, None]
    z = np.cos(a) * out + np.sin(a) * side
    return link.repeat(frames(where, np.cross(t, z), t, z))


def leaf(length: float, width: float, metal: str, bend=0.6, vein=0.35, n=12) -> Shape:
    """A leaf from its stem at the origin to its tip on +y, domed towards the viewer with a raised midrib."""
    s = np.linspace(0, 1, n)
    half = width / 2 * np.sin(np.pi * s ** 0.8) ** 0.85 + 0.06
    y, lift = s * length, bend * np.sin(np.pi * s)
    across = np.array([-1, -0.55, -0.12, 0, 0.12, 0.55, 1])
    high = np.array([0.0, 0.30, 0.12, 0.38, 0.12, 0.30, 0.0]) * vein / 0.35
    top = np.stack([half[:, None] * across, np.repeat(y[:, None], 7, 1), lift[:, None] + high * half[:, None] / (width / 2) * 0.9], -1)
    under = top[:, ::-1] * [1, 1, 1] - [0, 0, 0.45]
    return loft(np.concatenate([top, under], 1), metal)


def scroll(start, turns=1.25, radius=4.0, hand=1, n=40) -> np.ndarray:
    """A volute: starts at `start` going up and winds in; hand 1 winds to the right, -1 to the left. (n, 3) mm."""
    t = np.linspace(0, 1, n)
    r = radius * (1 - 0.82 * t ** 0.8)
    a = np.pi - t * turns * 2 * np.pi
    p = np.stack([radius + r * np.cos(a), r * np.sin(a), 0 * t], 1)
    p[:, 0] *= hand
    return p + np.append(np.asarray(start, float)[:2], 0)


def bail(metal: str, height=3.4, width=1.9) -> Shape:
    """A pendant's loop for the chain: a flattened teardrop band seen from the front; its foot at the origin."""
    t = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    z = np.sin(t) * height * 0.30
    y = height / 2 - np.cos(t) * height / 2
    loop = np.stack([0 * t, y, z], 1)
    taper = width / 2 * (0.45 + 0.55 * np.clip(y / height * 1.3, 0, 1))
    out = unit(np.stack([0 * t, (y - height * 0.5), z / 0.35], 1))
    verts = []
    for k, (across, lift) in enumerate(((-1, 0), (-0.8, 0.22), (0, 0.34), (0.8, 0.22), (1, 0), (0.8, -0.12), (0, -0.12), (-0.8, -0.12))):
        verts.append(loop + out * lift + np.array([1.0, 0, 0]) * (taper * across)[:, None])
    return loft_closed(np.stack(verts, 1), metal)
