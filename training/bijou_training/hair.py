"""Strand hair grown with numpy: head hair in several styles, brows and lashes.

Guides start on the scalp, walk step by step along a direction field of the
style, are kept out of head and clothes (nearest surface point and normal from a
k-d tree) and out of the face (a smallest azimuth about the head's axis, one per
side, which also tucks hair behind an ear).  Jittered children follow each guide.
"""

import functools
from dataclasses import dataclass

import bpy
import numpy as np
from scipy.spatial import cKDTree

from . import head as hd
from . import makehuman as mh

STYLES = ("bald", "crop", "short", "bob", "long", "up", "pony", "curly", "afro")
COLOURS = {"black": (.006, .005, .005), "dark": (.018, .010, .007), "brown": (.055, .026, .013), "light": (.14, .075, .035),
           "blond": (.38, .25, .12), "red": (.16, .04, .012), "grey": (.22, .21, .20), "white": (.55, .54, .52)}


@dataclass
class Look:
    """What the hair of one person looks like."""

    style: str
    colour: tuple
    length: float
    openness: tuple          # smallest azimuth (degrees) left, right: ~45 beside the face, > 100 behind the ear
    volume: float
    wave: float
    parting: float
    sweep: tuple = (0, 0, 0)


def choose(rng, sex, age, tone, style=None):
    """A random look that fits sex, age and skin tone a little."""
    if style is None:
        names, p = (("up", "long", "bob", "short", "pony", "curly", "crop", "afro"), (.26, .25, .14, .08, .1, .1, .02, .05)) \
            if sex == "female" else (("short", "crop", "bald", "curly", "afro", "long", "bob", "up"), (.42, .26, .08, .08, .06, .04, .03, .03))
        style = str(rng.choice(names, p=p))
    if style == "afro" and tone < .4 or style == "crop" and sex == "female" and tone < .3:
        style = "curly" if sex == "female" else "short"
    if rng.random() < max(0.0, age - .35) * 1.3:
        colour = ("grey", "white")[int(rng.random() < .3)]
    elif tone > .6:
        colour = str(rng.choice(["black", "dark", "brown"], p=[.7, .24, .06]))
    else:
        colour = str(rng.choice(["black", "dark", "brown", "light", "blond", "red"], p=[.2, .24, .22, .12, .14, .08]))
    colour = tuple(np.clip(np.array(COLOURS[colour]) * rng.uniform(.7, 1.3) * rng.uniform(.93, 1.07, 3), 0, .8))
    length = {"crop": rng.uniform(.004, .011), "short": rng.uniform(.03, .065), "bob": rng.uniform(.17, .24), "long": rng.uniform(.28, .45),
              "up": .2, "pony": rng.uniform(.3, .42), "curly": rng.uniform(.09, .26), "afro": rng.uniform(.03, .10), "bald": 0}[style]
    kind = rng.choice(["cover", "tuck", "left", "right", "behind"], p=[.30, .24, .16, .16, .14])
    cover, tuck = (lambda: rng.uniform(48, 78)), (lambda: rng.uniform(104, 120))
    openness = {"cover": (cover(), cover()), "tuck": (tuck(), tuck()), "left": (cover(), tuck()), "right": (tuck(), cover()),
                "behind": (rng.uniform(112, 135), rng.uniform(112, 135))}[kind]
    wave = rng.choice([0, rng.uniform(.002, .008)]) if style in ("long", "bob", "pony") else {"curly": rng.uniform(.005, .011), "afro": .004}.get(style, 0)
    return Look(style, colour, length, openness, rng.uniform(.5, 1.4), float(wave), float(rng.choice([0, .022, -.022]) + rng.normal(0, .006)),
                tuple(rng.normal(0, (.35, .5, .1))))


def scatter(rng, o, weight, count):
    """Random points on an object's triangles with probability area x corner weight: points, normals."""
    co, no, tri = hd.arrays(o)
    area = np.linalg.norm(np.cross(co[tri[:, 1]] - co[tri[:, 0]], co[tri[:, 2]] - co[tri[:, 0]]), axis=1)
    p = area * weight[tri].mean(1)
    row = rng.choice(len(tri), count, p=p / p.sum())
    bary = rng.dirichlet((1, 1, 1), count)[..., None]
    n = (no[tri[row]] * bary).sum(1)
    return (co[tri[row]] * bary).sum(1), n / np.linalg.norm(n, axis=1, keepdims=True)


def unit(v):
    """Rows to length one."""
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def hair_material(colour, part, rough=.3, fine=1.0):
    """Strand shader with a little colour change from strand to strand."""
    material, tree, shader = hd.new_material("hair", part)
    info = tree.nodes.new("ShaderNodeHairInfo")
    c = np.array(colour)
    tint = hd.mix_colour(tree, info.outputs["Random"], tuple(c * .65), tuple(np.minimum(c * 1.4, .9)))
    if fine > 1:
        tree.nodes.remove(shader)
        bsdf = tree.nodes.new("ShaderNodeBsdfHairPrincipled")
        bsdf.parametrization = "COLOR"
        bsdf.inputs["Roughness"].default_value = rough
        bsdf.inputs["Radial Roughness"].default_value = .35
        bsdf.inputs["IOR"].default_value = 1.38
        deep = np.array(colour) * .5
        tree.links.new(hd.mix_colour(tree, info.outputs["Random"], tuple(deep * .65), tuple(np.minimum(deep * 1.4, .9))), bsdf.inputs["Color"])
    else:       # cheap strands for the data: diffuse body and two strand highlights
        tree.nodes.remove(shader)
        body = tree.nodes.new("ShaderNodeBsdfDiffuse")
        gloss = tree.nodes.new("ShaderNodeBsdfHair")
        gloss.inputs["RoughnessU"].default_value, gloss.inputs["RoughnessV"].default_value = rough * .9, .9
        gloss.inputs["Color"].default_value = (*(np.minimum(c * .8 + .12, 1)), 1)
        tree.links.new(tint, body.inputs["Color"])
        bsdf = tree.nodes.new("ShaderNodeMixShader")
        bsdf.inputs[0].default_value = .32
        tree.links.new(body.outputs[0], bsdf.inputs[1])
        tree.links.new(gloss.outputs[0], bsdf.inputs[2])
    output = next(n for n in tree.nodes if n.type == "OUTPUT_MATERIAL")
    tree.links.new(bsdf.outputs[0], output.inputs[0])
    return material


def strands(name, points, root, tip, material):
    """Hair curves from an array [strand, step, 3] with radii from root to tip (metres)."""
    count, steps = points.shape[:2]
    data = bpy.data.hair_curves.new(name)
    data.add_curves([steps] * count)
    data.points.foreach_set("position", np.ascontiguousarray(points, "f").ravel())
    radius = data.attributes.get("radius") or data.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", np.tile(np.linspace(root, tip, steps), count).astype("f"))
    data.materials.append(material)
    return hd.link_object(name, data)


class Solid:
    """Head, shoulders and clothes as something hair must stay out of."""

    def __init__(self, objects):
        parts = []
        for o, lift in objects:
            co, no, tri = hd.arrays(o)
            parts.append((co + no * lift, no))
            mid = co[tri].mean(1)
            n = unit(np.cross(co[tri[:, 1]] - co[tri[:, 0]], co[tri[:, 2]] - co[tri[:, 0]]))
            parts.append((mid + n * lift, n))
        self.points, self.normals = (np.concatenate(p) for p in zip(*parts))
        self.tree = cKDTree(self.points)

    def push(self, p, clearance):
        """Move points out to at least ``clearance`` above the surface; also the nearest normals."""
        _, i = self.tree.query(p)
        n = self.normals[i]
        depth = clearance - ((p - self.points[i]) * n).sum(1)
        depth = np.where(np.abs(depth) < .06, depth, 0)
        return p + n * np.maximum(depth, 0)[:, None], n


def grow(rng, look, person, root, normal, solid, steps):
    """Guide strands [guide, step, 3]."""
    h, centre = person.head, person.centre + person.head @ np.array([0, .075, .0])
    count, style = len(root), look.style
    local = (root - centre) @ h
    side = np.where(local[:, 0] > look.parting, 1.0, -1.0)
    length = look.length * rng.uniform(.8, 1.1, count)
    if style == "short":
        length *= np.interp(local[:, 2], [-.05, -.02, .03, .075], [.10, .22, .45, 1.0])
    if style == "bob":
        length = np.full(count, look.length) * rng.uniform(.96, 1.04, count)
    knot = np.array([0, .125, .045 + .05 * look.parting / .03])
    ball = knot + [0, .012, 0]
    reach = np.linalg.norm(local - knot, axis=1)
    if style in ("up", "pony"):
        length = reach * 1.25 + (look.length if style == "pony" else 0)
    out = np.empty((count, steps, 3))
    out[:, 0] = local
    lift = rng.uniform(.2, 1.0, count) * look.volume
    minimum = np.where(side > 0, look.openness[0], look.openness[1]) + np.abs(rng.normal(0, 9, count))
    p, n = local.copy(), normal @ h
    d = n * .5
    step = (length / (steps - 1))[:, None]
    gravity = np.array([0, 0, -1.0]) @ h
    fallen = np.zeros(count, bool)
    for k in range(1, steps):
        x, y, z = p.T
        t = k / (steps - 1)
        if style == "crop":
            want = n * .3 + np.c_[side * .1, np.full(count, .25), np.full(count, -.6)] + rng.normal(0, .12, (count, 3))
        elif style == "short":
            want = np.c_[side * np.where(z > .055, .12, .45) + look.sweep[0], np.where(z > .05, look.sweep[1] + .2, .35), np.where(z > .06, -.05, -.7)] + n * np.interp(z, [.0, .03, .06], [.0, .08, .32])[:, None]
        elif style == "curly":
            want = n * (.7 * (1 - t)) + np.c_[side * .25, np.full(count, .25), np.zeros(count)] + gravity * (.55 + 1.3 * t)
        elif style == "afro":
            want = n + rng.normal(0, .35, (count, 3))
        elif style in ("up", "pony"):
            fallen = fallen | (np.linalg.norm(p - knot, axis=1) < .03)
            want = np.where(fallen[:, None], gravity + [0, .25, 0] if style == "pony" else (ball - p), unit(knot - p) + n * .12)
        else:
            up = np.clip(n[:, 2], 0, 1) * np.clip((z + .02) / .04, 0, 1)
            want = np.c_[side * .95 * up, .10 + .35 * up, np.full(count, -.3)] + gravity * .7
        d = d * .5 + unit(want) * .5
        q = p + unit(d) * step
        clear = {"crop": .0005, "short": .003 + .008 * t, "up": .0025, "pony": .003, "afro": .001, "curly": .004 + .014 * min(1, 3 * t)}.get(
            style, .003 + .008 * min(1, k / 4))
        world, wn = solid.push(q @ h.T + centre, clear * (lift if style not in ("up", "pony", "crop") else 1 + 0 * lift))
        q, n = (world - centre) @ h, wn @ h
        if style in ("long", "bob", "curly"):
            low = np.clip((.055 - q[:, 2]) / .05, 0, 1) * np.clip((q[:, 2] + .26) / .10, .35, 1)
            bound = np.radians(minimum) * low
            phi = np.arctan2(np.abs(q[:, 0]), -q[:, 1])
            r = np.hypot(q[:, 0], q[:, 1])
            turn = np.minimum(np.maximum(bound - phi, 0), .30)
            s = np.where(np.abs(q[:, 0]) > .01, np.sign(q[:, 0]), side)
            q[:, 0], q[:, 1] = np.where(turn > 0, s * r * np.sin(phi + turn), q[:, 0]), np.where(turn > 0, -r * np.cos(phi + turn), q[:, 1])
            world, wn = solid.push(q @ h.T + centre, .002)
            q = (world - centre) @ h
        d = unit(q - p) * .9 + unit(d) * .1
        p = q
        out[:, k] = q
    return out @ h.T + centre, knot @ h.T + centre


def children(rng, guides, kids, spread, look):
    """Jittered strands around each guide, waved where the look says so."""
    count, steps = guides.shape[:2]
    t = np.linspace(0, 1, steps)[None, :, None]
    many = np.repeat(guides, kids, 0)
    offset = rng.normal(0, 1, (count * kids, 1, 3)) * spread
    loose = rng.normal(0, 1, (count * kids, 1, 3)) * spread * (.8 if look.style in ("up", "pony") else 1.6)
    many = many + offset * (1 - (.6 if look.style in ("up", "pony") else .3) * t) + loose * t * t
    if look.wave:
        turns = {"curly": 5.5, "afro": 4.0}.get(look.style, 2.4)
        phase = np.repeat(rng.uniform(0, 6.28, (count, 1)), kids, 0) + rng.normal(0, .5, (count * kids, 1))
        angle = 6.283 * turns * t[..., 0] * np.repeat(rng.uniform(.8, 1.2, (count, 1)), kids, 0) + phase
        grow_in = look.wave * np.minimum(1, t[..., 0] * 3)
        many[..., 0] += grow_in * np.sin(angle)
        many[..., 1] += grow_in * np.cos(angle)
        many[..., 2] += .4 * grow_in * np.sin(angle + 1)
    return many


def bun(rng, centre, radius, count, steps):
    """Arcs wound around a ball."""
    axis = unit(rng.normal(0, 1, (count, 3)) * [1, .6, 1])
    a = unit(np.cross(axis, rng.normal(0, 1, (count, 3))))
    b = np.cross(axis, a)
    angle = np.linspace(0, 2.6, steps)[None, :, None]
    r = radius * rng.uniform(.9, 1.04, (count, 1, 1))
    return centre + (a[:, None] * np.cos(angle) + b[:, None] * np.sin(angle)) * r * [1.1, .9, 1.0]


def build(rng, look, person, skin, clothes, fine=1.0):
    """The head hair as one strand object (None when bald). ``fine`` > 1: more and thinner strands."""
    if look.style == "bald":
        return None
    guides, kids, steps = {"crop": (8000, 3, 3), "short": (1400, 9, 7), "bob": (1100, 9, 14), "long": (1300, 9, 18), "up": (1300, 8, 12),
                           "pony": (1200, 9, 20), "curly": (1200, 8, 16), "afro": (1600, 7, 10)}[look.style]
    line = hd.attribute(skin, "hairline")
    weight = 1 / (1 + np.exp(-np.clip(line - 1.0, -40, 40) / 1.6))
    weight[line < -6] = 0
    root, normal = scatter(rng, skin, weight, int(guides * fine ** .5))
    solid = Solid([(skin, 0.0)] + ([(clothes, .004)] if clothes else []))
    lines, knot = grow(rng, look, person, root, normal, solid, steps)
    spread = {"crop": .0022, "short": .0022, "up": .0026, "pony": .0026}.get(look.style, .0024)
    all_strands = children(rng, lines, int(kids * fine ** .8), spread, look)
    thick = {"crop": .00014, "short": .00015, "curly": .00018, "afro": .00018}.get(look.style, .00020) / fine ** .75
    # loose jitter may dip under the skin near the hairline: lift every point a hair above it
    flat, _ = solid.push(all_strands[:, 1:].reshape(-1, 3), .0006)
    all_strands[:, 1:] = flat.reshape(all_strands[:, 1:].shape)
    material = hair_material(look.colour, hd.HAIR, fine=fine)
    if look.style == "up":
        size = rng.uniform(.026, .042)
        extra = bun(rng, knot + person.head @ np.array([0, .2 * size, .1 * size]), size, int(2600 * fine), steps)
        all_strands = np.concatenate([all_strands, extra])
    return strands("hair", all_strands, thick, thick * .45, material)


@functools.lru_cache(None)
def brow_anchors():
    """Fixed places for brow hairs on the neutral mesh: (u, v, anchor) per side."""
    rng = np.random.default_rng(5)
    tris = mh.body_triangles()
    v = mh.base().vertices
    front = tris[(v[tris].mean(1)[:, 1] < -.09) & (np.abs(v[tris].mean(1)[:, 2] - .75) < .03)]
    out = {}
    for side, sign in (("l", 1), ("r", -1)):
        rows = []
        for _ in range(420):
            u, w = rng.random() ** .9, rng.normal(0, .5)
            x = .0115 + .041 * u
            z = .7455 + .0062 * np.sin(np.pi * min(1, u * .80)) - .0035 * u + w * (.0042 - .0026 * u) * min(1, .45 + u * 4)
            rows.append((u, w, mh.anchor((x * sign, -.3, z), (0, 1, 0), front)))
        out[side] = rows
    return out


def build_brows(rng, person, colour, albedo, fine=1.0):
    """Two brows of short hairs lying on the skin, swept outward."""
    v = person.vertices
    h = person.head
    dense = rng.uniform(.55, 1.0) * (1.0 if person.sex == "male" else .85)
    rows = []
    for side, sign in (("l", 1), ("r", -1)):
        for u, w, place in brow_anchors()[side]:
            if rng.random() > dense:
                continue
            n = place.normal(v)
            way = h @ np.array([sign * (.35 + .75 * min(1, u * 2)), 0, .95 - 1.45 * u - .35 * w])
            way = unit(way - n * (way @ n))
            size = rng.uniform(.0045, .0085) * (1.05 - .4 * u)
            t = np.linspace(0, 1, 5)[:, None]
            rows.append(place.point(v) + way * size * t + n * (.0003 + .0011 * np.sin(np.pi * t * .8)) + h @ np.array([0, 0, -.0012]) * t * t)
    colour = np.minimum(np.array(colour) * .6 + np.asarray(albedo) * .13, .2)
    return strands("brows", np.array(rows), .00012 / fine ** .4, .00004, hair_material(colour, hd.SKIN, .5))


def build_lashes(rng, person, fine=1.0):
    """Single curved lashes from the lash cards' inner to outer rims."""
    rows = []
    base = mh.base()
    for side in "lr":
        eye = person.vertices[base.groups[f"helper-{side}-eye"]].mean(0)
        for lid, count in (("1", 26), ("2", 52)):
            p = (person.vertices[base.groups[f"helper-{side}-eyelashes-{lid}"]] - eye) @ person.head
            far = np.linalg.norm(p, axis=1)
            order = np.argsort(p[:, 0])
            bins = np.array_split(order, 9)
            inner = np.array([p[b[far[b].argmin()]] for b in bins])
            outer = np.array([p[b[far[b].argmax()]] for b in bins])
            u = np.sort(rng.uniform(.02, .98, count)) * 8
            at = lambda c: np.stack([np.interp(u, np.arange(9), c[:, i]) for i in range(3)], 1)
            a, b = at(inner), at(outer)
            t = np.linspace(0, 1, 5)[None, :, None]
            scale = rng.uniform(.6, 1.0, (count, 1, 1)) * (.75 if lid == "1" else 1.0)
            rows.append(a[:, None] + (b - a)[:, None] * t * scale + np.array([0, 0, -.0008 if lid == "2" else .0005]) * np.sin(np.pi * t))
            rows[-1] = rows[-1] @ person.head.T + eye
    return strands("lashes", np.concatenate(rows), .00009 / fine ** .3, .00003, hair_material((.01, .008, .007), hd.SKIN, .5))
