"""Where a piece of jewellery goes on a person: lobe, neck, hair, nostril."""

from types import SimpleNamespace

import numpy as np
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree

from . import head as hd
from . import makehuman as mh


def surface(objects):
    """One BVH over several objects (their own geometry, no modifiers)."""
    points, faces, at = [], [], 0
    for o in objects:
        co, _, tri = hd.arrays(o)
        points.append(co)
        faces.append(tri + at)
        at += len(co)
    return BVHTree.FromPolygons(np.concatenate(points).tolist(), np.concatenate(faces).tolist(), all_triangles=True)


def neck_triangles():
    """The neutral body's triangles below the head."""
    v, tri = mh.base().vertices, mh.body_triangles()
    mid = v[tri].mean(1)
    return tri[(mid[:, 2] < .640 + .35 * (mid[:, 1] + .03)) & (mid[:, 2] > .40) & (np.abs(mid[:, 0]) < .16)]


def necklace_path(person, bvh, low, count=49):
    """Chain points from the subject's right over the front to the left and round the nape; normals; how many of them are in front."""
    tris = neck_triangles()
    v = mh.base().vertices
    points, normals, in_front = [], [], 0
    angles = np.concatenate([np.linspace(-100, 100, count), np.linspace(112, 248, 13)])
    for degrees in angles:
        a = np.radians(degrees)
        front = abs(degrees) <= 100
        t = abs(degrees) / 100 if front else 1.0
        z = low + (.596 - low) * t ** 1.35 if front else .596 + .012 * np.sin(np.radians(degrees - 100) * 1.1)
        tilt = np.radians(42 * t * t if front else 25)
        out = np.array([np.sin(a) * np.cos(tilt), -np.cos(a) * np.cos(tilt), np.sin(tilt)])
        target = np.array([.055 * np.sin(a), -.025 - .055 * np.cos(a), z])
        hit = mh.shoot(v, tris, target + out * .12, -out)
        if hit is None or np.linalg.norm(hit[1] @ v[tris[hit[0]]] - target) > .05:
            continue
        place = mh.Anchor(tuple(tris[hit[0]]), tuple(hit[1]))
        p, n = place.point(person.vertices), place.normal(person.vertices)
        cast = bvh.ray_cast(Vector(p + n * .025), Vector(-n), .028)
        if cast[0] is not None:
            p = np.array(cast[0])
        points.append(p + n * .0012)
        normals.append(n)
        in_front += front
    points, normals = np.array(points), np.array(normals)
    for _ in range(3):      # taut: a chain does not follow every dent
        points[1:-1] += .35 * ((points[:-2] + points[2:]) / 2 - points[1:-1])
        normals[1:-1] = normals[1:-1] * .4 + .3 * (normals[:-2] + normals[2:])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    for i, (p, n) in enumerate(zip(points, normals)):
        cast = bvh.ray_cast(Vector(p + n * .02), Vector(-n), .03)
        if cast[0] is not None:
            over = .02 - cast[3]
            if over > -.0010:
                points[i] = p + n * (over + .0010)
    return points, normals, in_front


def turn_z(vector):
    """Rotation about Z that turns -Y towards the vector's horizontal direction."""
    return mh.rotation((0, 0, 1), np.degrees(np.arctan2(vector[0], -vector[1])))


def place(objects, rotation, origin):
    """Put the piece's empty."""
    m = Matrix(np.asarray(rotation).tolist()).to_4x4()
    m.translation = origin
    objects[0].matrix_world = m


def piece_points(objects, limit=500):
    """Some vertices of the piece in its own frame."""
    co = [hd.arrays(o)[0] for o in objects if o.type == "MESH"]
    co = np.concatenate(co)
    return co[:: max(1, len(co) // limit)]


def clear_skin(points, rotation, origin, way, bvh, allow):
    """Slide along ``way`` until all but a share ``allow`` of the points are outside the skin."""
    for step in np.arange(0, .0085, .0005):
        inside = 0
        for p in points @ np.asarray(rotation).T + origin + way * step:
            loc, normal, _, distance = bvh.find_nearest(Vector(p), .02)
            inside += loc is not None and (Vector(p) - loc).dot(normal) < -.0004
        if inside <= allow * len(points):
            return step, inside / len(points)
    return step, inside / len(points)


def wear(jewellery, design, person, bvh, skin, rng, side="l", low=None):
    """Build and place a piece: (objects, root matrix as (rotation, origin), fit, piece name)."""
    h = person.head
    sign = 1 if side == "l" else -1
    if design.category == "earring":
        fit = jewellery.Fit(side=side)
        objects = jewellery.build(design, fit)
        p, n = person.point(f"lobe_{side}"), person.normal(f"lobe_{side}")
        forward = h @ np.array([0, -1.0, 0])
        stud = design.height_mm < 14
        outward = rng.uniform(38, 62) if stud else rng.uniform(16, 40)
        facing = mh.rotation((0, 0, 1), sign * outward) @ forward
        rotation = turn_z(facing)
        origin = p + n * .0006
        if not stud and rng.random() < .6:
            rotation = mh.rotation(rotation @ np.array([0, 1.0, 0]), rng.normal(0, 2.5)) @ rotation
        points = piece_points(objects)
        way = n * [1, 1, 0] + forward * [1, 1, 0] * .5
        way /= np.linalg.norm(way)
        step, _ = clear_skin(points, rotation, origin, way, bvh, .06)
        if step > .003 and not stud:        # swing the foot of a long drop away from jaw and neck
            for swing in (6, 12, 18):
                tilted = mh.rotation(h @ np.array([0, 1.0, 0]), -sign * swing) @ rotation
                other, _ = clear_skin(points, tilted, origin, way, bvh, .06)
                if other < step - .0005:
                    step, rotation = other, tilted
                if step <= .002:
                    break
        origin = origin + way * min(step, .006)
        name = f"earring_{side}"
    elif design.category == "nose_stud":
        fit = jewellery.Fit(side=side)
        objects = jewellery.build(design, fit)
        p, n = person.point(f"nostril_{side}"), person.normal(f"nostril_{side}")
        up = h @ np.array([0, 0, 1.0])
        x = np.cross(up, -n)
        x = -x / np.linalg.norm(x)
        rotation = np.stack([-np.cross(n, np.cross(x, n)) * 0 + np.cross(-n, np.cross(x, -n)), -n, np.cross(x, -n)], 1)
        rotation[:, 0] = np.cross(rotation[:, 1], rotation[:, 2])
        origin, name = p + n * .0003, f"nose_stud_{side}"
    elif design.category == "tiara":
        co = (hd.arrays(skin)[0] - person.point("hairline")) @ h
        ring = co[(np.abs(co[:, 2] - .018) < .01) & (co[:, 1] < .12)]
        radius = float(np.abs(ring[:, 0]).max()) + .004
        fit = jewellery.Fit(head_radius_mm=radius * 1000)
        objects = jewellery.build(design, fit)
        front = ring[np.abs(ring[:, 0]) < .015][:, 1].min()
        rise = rng.uniform(.010, .022)
        rotation = h @ mh.rotation((1, 0, 0), -rng.uniform(16, 26))
        origin = person.point("hairline") + h @ np.array([0, front - .0045, rise])
        name = "tiara"
    else:
        low = rng.uniform(.485, .535) if low is None else low
        for change in (0, -.010, -.020, -.030):     # not so that the pendant slips under the hem
            path, normals, front = necklace_path(person, bvh, low + change)
            lowest = path[:front, 2].argmin()
            under = [bvh.ray_cast(Vector(path[lowest] + [0, 0, -drop] + normals[lowest] * .03), Vector(-normals[lowest]), .05)[0] for drop in (.006, .014)]
            if all(u is None or (np.array(u) - path[lowest]) @ normals[lowest] < .0025 for u in under):
                break
        outward = normals[path[:front, 2].argmin()]
        fit = jewellery.Fit(path=path, outward=outward, normals=normals)
        # only the front is built, as in the artwork; the whole loop tells where its ends attach
        objects = jewellery.build(design, jewellery.Fit(path=path[:front], outward=outward, normals=normals[:front]))
        rotation, origin, name = np.eye(3), np.zeros(3), "necklace"
    place(objects, rotation, origin)
    for o in objects:
        for slot in getattr(o.data, "materials", None) or []:
            mark_piece(slot)
    return SimpleNamespace(objects=objects, rotation=np.asarray(rotation), origin=np.asarray(origin), fit=fit, name=name, design=design)


def mark_piece(material):
    """AOV output 'piece' = 1 on a jewellery material (once)."""
    tree = material.node_tree
    if not any(n.type == "OUTPUT_AOV" for n in tree.nodes):
        node = tree.nodes.new("ShaderNodeOutputAOV")
        node.aov_name = "piece"
        node.inputs["Color"].default_value = (1, 1, 1, 1)
