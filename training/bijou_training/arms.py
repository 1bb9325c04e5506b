"""Arms raised before the head or the throat: a hand with bent fingers, its forearm, a sleeve, and what it may hold.

Cut from the base mesh and posed on its own (the shoulders of `head.py` stay as they are): what is learned of it is that
it lies before a body. Its materials write the AOV "piece", as jewellery does.
"""

import functools
from types import SimpleNamespace

import bpy
import numpy as np
from mathutils import Matrix, Vector

from . import head as hd
from . import makehuman as mh

LONG = {"l": "Left", "r": "Right"}
FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")
RAISED = (.15, .70, .15)
"""How often none, one or two arms are raised."""
PLACES = {"lobe": .30, "cheek": .14, "chin": .14, "neck": .16, "notch": .16, "temple": .10}
"""What a hand is held to."""
TOUCH = {"tips": .5, "palm": .3, "knuckles": .2}
"""With what of it."""
AWAY = .2
"""How often it is held before it rather than to it…"""
BESIDE_CM = (2, 14)
"""…so far."""
TURNED = .2
"""How often it isn't the palm that is turned to the body."""
ACROSS = .2
"""How often it is the other side's hand."""
SLEEVED, HOLDS, NAILS = .5, .14, .35


def unit(v):
    """A vector of length one."""
    return v / np.linalg.norm(v)


PAIRS = ("Shoulder", "Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot", "ToeBase")
BONES = ("Hips", "Spine", "Neck", "Head", *(f"{side}{bone}" for side in ("Left", "Right") for bone in PAIRS))


@functools.lru_cache(None)
def share(*bones):
    """Of all that moves a vertex, how much these bones do, 0..1: the rig's weights do not add up to one."""
    return mh.bone_weights(*bones) / np.maximum(sum(mh.bone_weights(b) for b in BONES), 1e-6)


def turn(v, weight, centre, axis, degrees):
    """Linear blend skinning: turns points about an axis through ``centre``, in place."""
    r = mh.rotation(axis, degrees)
    moved = np.flatnonzero(weight > 0)
    v[moved] += weight[moved, None] * ((v[moved] - centre) @ r.T + centre - v[moved])


def limb(rng, side):
    """A posed arm of the neutral mesh, its wrist at the origin: all vertices, of which only the arm's mean anything;
    its joints before it was posed; its frame (columns: towards the fingers, aside, out of the palm)."""
    v, long = mh.base().vertices.copy(), LONG[side]
    names = ["hand", "elbow", "shoulder", *(f"finger-{f}-{k}" for f in range(1, 6) for k in range(1, 5))]
    wrist = mh.joint(v, f"{side}-hand")
    v -= wrist
    joint = {name: mh.joint(mh.base().vertices, f"{side}-{name}") - wrist for name in names}
    forward = unit(joint["finger-3-1"])
    palm = np.cross(joint["finger-2-1"] - joint["finger-5-1"], forward)
    palm = unit(palm) * np.sign(palm @ (joint["finger-3-4"] - joint["finger-3-1"]))
    curl, spread = rng.uniform(0, 1) ** 1.5 * 62, rng.normal(0, 5)
    for f, name in enumerate(FINGERS, 1):
        weights = [share(f"{long}Hand{name}{k}") for k in (1, 2, 3)]
        along = unit(joint[f"finger-{f}-4"] - joint[f"finger-{f}-1"])
        axis = unit(np.cross(along, palm if f > 1 else unit(palm + np.cross(along, palm))))
        bent = curl * (.45 if f == 1 else rng.uniform(.6, 1.25)) + rng.normal(0, 7)
        for k, degrees in ((3, bent), (2, bent), (1, .75 * bent - 8)):
            turn(v, np.clip(sum(weights[k - 1:]), 0, 1), joint[f"finger-{f}-{k}"], axis, degrees)
        if f > 1:
            turn(v, np.clip(sum(weights), 0, 1), joint[f"finger-{f}-1"], palm, (f - 3) * spread + rng.normal(0, 2))
    hand = share(f"{long}Hand")
    turn(v, hand, np.zeros(3), np.cross(forward, palm), rng.normal(-8, 18))
    turn(v, hand, np.zeros(3), palm, rng.normal(0, 10))
    return v, joint, np.stack([forward, np.cross(palm, forward), palm], 1)


def spot(rng, body):
    """Where a hand is held to: a point of the body, the way out of it, on which side."""
    name, side = str(rng.choice(list(PLACES), p=list(PLACES.values()))), "lr"[rng.integers(2)]
    sign = 1 if side == "l" else -1
    centre = body.centre + body.head @ np.array([0, .09, -.03])
    at = lobe = body.point(f"lobe_{side}")
    if name == "chin":
        at = body.point("chin")
    if name == "cheek":
        at = body.point(f"mouth_{side}") * .55 + lobe * .45
    if name == "neck":
        at = lobe * .5 + body.point("notch") * .5
    if name == "temple":
        at = lobe + body.head @ np.array([0, -.02, rng.uniform(.03, .10)])
    if name == "notch":
        at = body.point("notch") + np.array([rng.normal(0, .03), -.005, rng.normal(-.03, .04)])
        centre = at + np.array([0, .1, -.01])
    out = at - centre
    if name != "temple":
        out[2] *= .4
    out = unit(unit(out) + rng.normal(0, .22, 3) + np.array([0, -.35, 0]))
    return name, side, sign, at + rng.normal(0, .012, 3), out


def sleeve_and_skin(person, rng, side, v, wrist, elbow):
    """Objects of the posed arm, whose wrist and elbow are known: its skin, and a sleeve now and then."""
    long = LONG[side]
    weight = share(f"{long}Arm", f"{long}ForeArm", f"{long}Hand")
    body = SimpleNamespace(vertices=v)
    points, faces, uv, _ = hd.submesh(body, "body", weight > .5)
    painted = {k: np.zeros(len(points)) for k in ("flush", "shade", "beard", "brow", "roots")}
    skin = hd.subdivided("arm", points, faces, uv, painted, 1)
    material = person.skin.data.materials[0].copy()
    mark(material)
    skin.data.materials.append(material)
    if rng.random() < NAILS:
        varnish(rng, material)
    objects = [skin]
    if rng.random() < SLEEVED:
        from_wrist = rng.uniform(-.01, .16)
        co, normals, tri = hd.arrays(skin)
        back = (wrist - co) @ unit(wrist - elbow)
        back[np.linalg.norm(co - elbow, axis=1) < .12] = 1        # whatever is bent about the elbow
        wide = rng.uniform(.003, .02)
        tri = tri[(back[tri] > from_wrist).all(1)]
        if len(tri):
            used, flat = np.unique(tri, return_inverse=True)
            mesh = hd.make_mesh("sleeve", co[used] + normals[used] * wide, flat.reshape(-1, 3))
            cloth = hd.link_object("sleeve", mesh)
            smooth = cloth.modifiers.new("s", "SMOOTH")
            smooth.iterations = 6
            solid = cloth.modifiers.new("t", "SOLIDIFY")
            solid.thickness, solid.offset = rng.uniform(.0018, .004), -1
            fabric = person.cloth.data.materials[0].copy()
            mark(fabric)
            cloth.data.materials.append(fabric)
            objects.append(cloth)
    return objects


def mark(material):
    """The material's places count as "piece"."""
    node = material.node_tree.nodes.new("ShaderNodeOutputAOV")
    node.aov_name = "piece"
    node.inputs["Value"].default_value = 1.0
    node.inputs["Color"].default_value = (1, 1, 1, 1)


def varnish(rng, material):
    """Painted nails."""
    tree, shader = material.node_tree, material.node_tree.nodes["Principled BSDF"]
    picture = bpy.data.images.load(f"{mh.ROOT}/textures/mpfb_fingernails.jpg", check_existing=True)
    picture.colorspace_settings.name = "Non-Color"
    texture = hd.node(tree, "ShaderNodeTexImage", image=picture)
    link = shader.inputs["Base Color"].links[0].from_socket
    colour = [(.45, .02, .04), (.6, .25, .25), (.02, .01, .02), (.75, .55, .5), (.3, .02, .12)][rng.integers(5)]
    tree.links.new(hd.mix_colour(tree, texture.outputs["Color"], link, colour), shader.inputs["Base Color"])


def held(rng, centre, forward, aside, inward):
    """Something in the hand: a flat box as a telephone or a book is, or a rod."""
    flat = rng.random() < .6
    material, _, shader = hd.new_material("held", hd.NOTHING)
    mark(material)
    shader.inputs["Base Color"].default_value = (*(rng.random(3) ** 2), 1)
    shader.inputs["Roughness"].default_value = rng.uniform(.1, .8)
    if flat:
        half = np.array([rng.uniform(.03, .07), rng.uniform(.06, .11), rng.uniform(.003, .012)])
        bpy.ops.mesh.primitive_cube_add(size=2)
    else:
        half = np.array([*[rng.uniform(.006, .035)] * 2, rng.uniform(.05, .12)])
        bpy.ops.mesh.primitive_cylinder_add(radius=1, depth=2, vertices=40)
    o = bpy.context.object
    o.data.materials.append(material)
    frame = np.stack([aside, forward, inward] if flat else [forward, inward, aside], 1)
    frame = frame @ mh.rotation((0, 0, 1), rng.normal(0, 20))
    m = Matrix((frame * half).tolist()).to_4x4()
    m.translation = centre + inward * (.015 + half[2] if flat else .02 + half[0])
    o.matrix_world = m
    return o


def frame_on(rng, out, sign):
    """How a hand lies on a body whose way out is ``out``: fingers up and towards the middle, the palm on it."""
    up = unit(np.array([0, 0, 1.0]) - out[2] * out)
    medial = np.cross(out, up)
    medial *= np.sign(medial @ np.array([-sign, 0, 0])) or 1
    angle = np.radians(rng.uniform(-25, 105))
    ahead = np.cos(angle) * up + np.sin(angle) * medial
    inward = mh.rotation(ahead, rng.uniform(-180, 180) if rng.random() < TURNED else rng.normal(0, 28)) @ -out
    ahead = mh.rotation(np.cross(ahead, inward), rng.normal(0, 14)) @ ahead
    inward = unit(inward - (inward @ ahead) * ahead)
    return np.stack([ahead, np.cross(inward, ahead), inward], 1)


def depth(points, bvh):
    """How deep the deepest of some points is inside a body, metres."""
    deep = 0.0
    for p in points:
        near, normal, _, _ = bvh.find_nearest(Vector(p), .12)
        if near is not None:
            deep = max(deep, -float(np.dot(p - np.array(near), np.array(normal))))
    return deep


def raise_arm(person, rng):
    """Builds a raised arm before a person; gives its objects."""
    body = person.body
    place, side, sign, at, out = spot(rng, body)
    if rng.random() < ACROSS or (place in ("chin", "notch") and rng.random() < .5):
        sign, side = -sign, "rl"[side == "r"]
    v, joint, own = limb(rng, side)
    hand = np.flatnonzero(share(f"{LONG[side]}Hand") > .5)
    size = rng.uniform(.88, 1.06)
    v, joint = v * size, {k: p * size for k, p in joint.items()}
    tips = v[hand[np.argsort(-v[hand] @ own[:, 0])[:60]]].mean(0)
    palm, knuckles = v[hand].mean(0) + own[:, 2] * .012, joint["finger-3-1"] - own[:, 2] * .01
    contact = {"tips": tips, "palm": palm, "knuckles": knuckles}
    to = frame_on(rng, out, sign)
    towards = to @ own.T
    touch = str(rng.choice(list(TOUCH), p=list(TOUCH.values())))
    away = .004 if rng.random() > AWAY else rng.uniform(*BESIDE_CM) / 100
    move = at + out * away - towards @ contact[touch]
    v, joint = v @ towards.T + move, {k: towards @ p + move for k, p in joint.items()}
    for _ in range(4):      # out of the body again
        deep = depth(v[hand[::5]], person.bvh)
        if deep < .003:
            break
        v, joint = v + out * deep, {k: p + out * deep for k, p in joint.items()}
    # from the elbow the upper arm goes to the body's own shoulder
    rest, wanted = (unit(p - joint["elbow"]) for p in (joint["shoulder"], mh.joint(body.vertices, f"{side}-shoulder")))
    axis = np.cross(rest, wanted)
    if np.linalg.norm(axis) > 1e-3:
        upper = 1 - share(f"{LONG[side]}ForeArm", f"{LONG[side]}Hand")
        turn(v, upper, joint["elbow"], axis, float(np.degrees(np.arctan2(np.linalg.norm(axis), rest @ wanted))))
    objects = sleeve_and_skin(person, rng, side, v, joint["hand"], joint["elbow"])
    if rng.random() < HOLDS:
        objects.append(held(rng, v[hand].mean(0), *to.T))
    return SimpleNamespace(objects=objects, place=place, side=side, touch=touch)


def dispose(arm):
    """Removes what `raise_arm` made."""
    for o in arm.objects:
        mesh, materials = o.data, list(o.data.materials)
        bpy.data.objects.remove(o, do_unlink=True)
        bpy.data.meshes.remove(mesh)
        for material in materials:
            bpy.data.materials.remove(material)
