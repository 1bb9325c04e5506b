"""Garments cut from the base mesh's ``helper-tights`` along smooth necklines.

The neckline is an implicit function of the neutral (unmorphed, unposed) position
of every point, so it stays neat whatever the person's shape; triangles are split
exactly where it changes sign.
"""

import colorsys

import bpy
import numpy as np

from . import head as hd
from . import makehuman as mh

NECKLINES = ("crew", "vee", "scoop", "boat", "turtle", "off")


def neckline(kind, neutral, size):
    """Signed function of neutral points: positive where there is cloth (metres)."""
    x, y, z = np.abs(neutral[:, 0]), neutral[:, 1], neutral[:, 2]
    front = np.clip(-(y + .01) / .03, 0, 1)
    # the collar line rises from the notch round the neck to the nape, and over the shoulders
    rim = .537 + .22 * (y + .084) + 2.2 * x ** 2 + 9 * np.maximum(0, x - .06) ** 2
    if kind == "turtle":
        return (.578 + .10 * (y + .07) + .02 * size) - z
    if kind == "off":
        return (.483 + .012 * size + .03 * np.clip(y, 0, 1)) - z
    crew = (rim + .013 - .020 * size) - z
    if kind == "crew":
        return crew
    if kind == "vee":
        cut = .530 - (.022 + .055 * size) + x * (1.05 + .5 * (1 - size)) - z
    elif kind == "scoop":
        depth, wide = .02 + .04 * size, .065 + .03 * size
        cut = .538 - depth + (depth + .015) * (x / wide) ** 2.6 - z
    else:
        cut = .541 - .012 * size + .035 * (x / .12) ** 3 - z
        return cut * front + (crew + .008) * (1 - front)
    a, b = crew + .008, cut * front + (crew + .008) * (1 - front)
    return -.004 * np.logaddexp(-a / .004, -b / .004)       # the smaller of both, without a corner


def clip(points, triangles, value, extra):
    """Keep where ``value`` > 0, splitting triangles on the boundary; carries ``extra`` arrays along."""
    inside = value > 0
    count = inside[triangles].sum(1)
    kept = [triangles[count == 3]]
    data = np.concatenate([points] + extra, 1)
    made, total = [], len(points)
    for number in (1, 2):
        tri = triangles[count == number]
        odd = (inside[tri] == (number == 1)).argmax(1)
        a, b, c = (tri[np.arange(len(tri)), (odd + k) % 3] for k in range(3))
        cut = []
        for other in (b, c):
            t = (value[a] / (value[a] - value[other]))[:, None]
            made.append(data[a] + (data[other] - data[a]) * t)
            cut.append(total + np.arange(len(tri)))
            total += len(tri)
        ab, ac = cut
        kept += [np.c_[a, ab, ac]] if number == 1 else [np.c_[ab, b, c], np.c_[ab, c, ac]]
    data, faces = np.concatenate([data] + made), np.concatenate(kept)
    # weld the two copies of each cut edge's point
    key = np.round(data[:, :3] * 1e7).astype(np.int64)
    _, first, back = np.unique(key, axis=0, return_index=True, return_inverse=True)
    faces = back.reshape(-1)[faces]
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])]
    data = data[first]
    used, flat = np.unique(faces, return_inverse=True)
    return data[used], flat.reshape(faces.shape)


def cloth_material(rng, quality):
    """Plain, striped or mottled fabric."""
    material, tree, shader = hd.new_material("cloth", hd.CLOTHES)
    pick = lambda: np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, .75) ** 1.3, rng.choice([rng.uniform(.01, .15), rng.uniform(.1, .5), rng.uniform(.5, .8)])))
    one, two = pick(), pick()
    coord = tree.nodes.new("ShaderNodeTexCoord").outputs["Object"]
    kind = rng.choice(["plain", "stripe", "mottle"], p=[.7, .15, .15])
    if kind == "plain":
        two = one * .9
    if kind == "stripe":
        pattern = hd.node(tree, "ShaderNodeTexWave", bands_direction="Z", Scale=rng.uniform(8, 30))
    else:
        pattern = hd.node(tree, "ShaderNodeTexNoise", Scale=rng.uniform(8, 80), Detail=3.0)
    tree.links.new(coord, pattern.inputs["Vector"])
    tree.links.new(hd.mix_colour(tree, pattern.outputs["Fac"], tuple(one), tuple(two)), shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rng.uniform(.55, .95)
    shader.inputs["Specular IOR Level"].default_value = .25
    shader.inputs["Sheen Weight"].default_value = rng.uniform(0, .3)
    folds = hd.node(tree, "ShaderNodeTexNoise", Scale=rng.uniform(7, 13), Detail=1.0, Distortion=1.2)
    stretch = hd.node(tree, "ShaderNodeMapping", Rotation=(0, rng.uniform(-.5, .5), 0), Scale=(1.6, 1.0, .55))
    tree.links.new(coord, stretch.inputs["Vector"])
    tree.links.new(stretch.outputs["Vector"], folds.inputs["Vector"])
    bump = hd.node(tree, "ShaderNodeBump", Strength=rng.uniform(.25, .6), Distance=.02)
    tree.links.new(folds.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    if quality:
        weave = hd.node(tree, "ShaderNodeTexNoise", Scale=1100.0, Detail=2.0)
        tree.links.new(coord, weave.inputs["Vector"])
        fine = hd.node(tree, "ShaderNodeBump", Strength=.35, Distance=.0006)
        tree.links.new(weave.outputs["Fac"], fine.inputs["Height"])
        tree.links.new(bump.outputs["Normal"], fine.inputs["Normal"])
        tree.links.new(fine.outputs["Normal"], shader.inputs["Normal"])
    return material


def build(rng, person, level=1, quality=False, kind=None):
    """The garment object and its neckline's name."""
    kind = kind or str(rng.choice(NECKLINES, p=[.24, .24, .2, .12, .1, .1] if person.sex == "female" else [.5, .25, .08, .02, .15, 0]))
    n = mh.base().vertices
    keep = (n[:, 2] > .20) & (np.abs(n[:, 0]) < .38)
    vertices, faces, uv, index = hd.submesh(person, "helper-tights", keep)
    smooth = hd.subdivided("cloth", vertices, faces, uv, {"neutral": n[index]}, level + 1)
    co, no, tri = hd.arrays(smooth)
    neutral = hd.attribute(smooth, "neutral")
    bpy.data.objects.remove(smooth)
    lift = rng.uniform(.003, .007)
    co = co + no * lift
    data, tri = clip(co, tri, neckline(kind, neutral, rng.random()), [neutral])
    o = hd.link_object("clothes", hd.make_mesh("clothes", data[:, :3], tri, None, {"neutral": data[:, 3:6]}))
    solid = o.modifiers.new("t", "SOLIDIFY")
    solid.thickness, solid.offset = rng.uniform(.0018, .0035), -1
    o.data.materials.append(cloth_material(rng, quality))
    return o, kind
