"""What some heads wear: a headscarf that covers hair, ears and neck, or a knitted hat.

Both are shells of the base mesh, lifted off the skin, smoothed, and cut along implicit borders of the neutral
(unmorphed, unposed) position, as garments are (clothes.py). They count as clothes in the part map.
"""

import bpy
import numpy as np
from scipy.spatial import cKDTree

from . import clothes
from . import head as hd
from . import makehuman as mh

SHARE = .08
"""Of all heads, how many wear something."""


def choose(rng, sex):
    """A kind, or none."""
    if rng.random() >= SHARE:
        return None
    return "scarf" if sex == "female" and rng.random() < .7 else "beanie"


def under(look, kind):
    """Hair that fits under it, in place."""
    if kind == "scarf":
        look.style = "bald"
    elif look.style not in ("bald", "crop", "long", "bob"):
        look.style = "bob" if look.length > .15 else "crop"
        look.length = .2 if look.style == "bob" else .006
    look.volume = min(look.volume, .5)


def border(kind, neutral, rng):
    """Signed function of neutral points: positive where there is cloth (metres)."""
    x, y, z = np.abs(neutral[:, 0]), neutral[:, 1], neutral[:, 2]
    if kind == "scarf":
        wide, high = rng.uniform(.058, .066), rng.uniform(.070, .076)
        opening = 1 - np.sqrt((x / wide) ** 2 + ((z - .712) / high) ** 2)
        face = np.where(y < -.05, -opening * .06, .05)
        low = z - (.505 - .25 * np.maximum(0, -y - .02)) - rng.uniform(-.01, .02)
        return np.minimum(face, low)
    # a plane that falls towards the nape
    return z - (.772 + rng.uniform(-.006, .012) - rng.uniform(.25, .5) * (y + .14))


def smoothed(points, triangles, rounds):
    """Points moved towards their neighbours' mean."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    count = np.maximum(np.bincount(pairs[:, 0], minlength=len(points)), 1)[:, None]
    for _ in range(rounds):
        total = np.stack([np.bincount(pairs[:, 0], points[pairs[:, 1], k], len(points)) for k in range(3)], 1)
        points = points * .4 + total / count * .6
    return points


def shell(person, rng, kind, over):
    """Points and triangles of the cut shell, outside the skin and the other garments ``over``."""
    n = mh.base().vertices
    keep = (n[:, 2] > .46) & (np.abs(n[:, 0]) < .15) & (np.abs(n[:, 1]) < .3)
    vertices, faces, uv, index = hd.submesh(person, "body", keep)
    temporary = hd.subdivided("headwear", vertices, faces, uv, {"neutral": n[index]}, 1)
    co, no, triangles = hd.arrays(temporary)
    neutral = hd.attribute(temporary, "neutral")
    bpy.data.objects.remove(temporary)
    lift = rng.uniform(.008, .013) if kind == "scarf" else rng.uniform(.010, .016)
    loose = 60 if kind == "scarf" else 10
    cloth = smoothed(co + no * lift, triangles, loose)
    beneath = [(co, no, lift * .55), *((*hd.arrays(o)[:2], .006) for o in over)]
    below, normals, clear = (np.concatenate(part) for part in zip(*((p, n, np.full(len(p), c)) for p, n, c in beneath)))
    tree = cKDTree(below)
    for _ in range(3):
        _, near = tree.query(cloth)
        depth = ((cloth - below[near]) * normals[near]).sum(1)
        cloth = cloth + normals[near] * np.clip(clear[near] - depth, 0, .03)[:, None]
        cloth = smoothed(cloth, triangles, 2)
    data, triangles = clothes.clip(cloth, triangles, border(kind, neutral, rng), [neutral])
    return data[:, :3], triangles


def build(person, rng, kind, cloth, quality=False):
    """The headwear's object."""
    points, triangles = shell(person, rng, kind, [cloth])
    o = hd.link_object("headwear", hd.make_mesh("headwear", points, triangles))
    solid = o.modifiers.new("t", "SOLIDIFY")
    solid.thickness, solid.offset = rng.uniform(.0015, .004), 1
    o.data.materials.append(clothes.cloth_material(rng, quality))
    return o
