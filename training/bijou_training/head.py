"""A person's head and shoulders in Blender: skin, eyes, lashes, brows, glasses.

Every material carries an AOV output ``part`` (skin R, hair G, clothes B), so one
render gives the picture and the soft part coverage together.
"""

import bpy
import numpy as np

from . import makehuman as mh

SKIN, HAIR, CLOTHES, NOTHING = (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)
MONK = ("f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420")


def linear(colour):
    """sRGB-encoded 0..1 -> linear."""
    c = np.asarray(colour, float)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def monk(t):
    """Skin albedo (linear) for a place 0..1 on the Monk scale, with a natural flush."""
    table = np.array([[int(h[i:i + 2], 16) / 255 for i in (0, 2, 4)] for h in MONK])
    # the printed swatches are paler than lit skin: keep hue, add a little blood
    flush = np.array([[.93, .76, .69], [.92, .74, .65], [.89, .70, .59], [.83, .64, .52], [.76, .57, .44],
                      [.63, .44, .32], [.52, .35, .26], [.39, .26, .20], [.30, .19, .145], [.245, .145, .105]])
    mixed = 0.2 * table + 0.8 * flush
    return linear([np.interp(t * 9, np.arange(10), mixed[:, i]) for i in range(3)])


def mark_part(material, colour):
    """Add the AOV output that says which part this material is."""
    node = material.node_tree.nodes.new("ShaderNodeOutputAOV")
    node.aov_name = "part"
    node.inputs["Color"].default_value = (*colour, 1)


def new_material(name, part):
    """A material with a Principled shader: (material, tree, shader)."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    mark_part(material, part)
    return material, material.node_tree, material.node_tree.nodes["Principled BSDF"]


def link_object(name, data):
    """A new object in the scene."""
    o = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(o)
    return o


def make_mesh(name, vertices, faces, corner_uv=None, attributes=None, smooth=True):
    """Mesh data from arrays; ``attributes`` are float (or vector) values per vertex."""
    mesh = bpy.data.meshes.new(name)
    faces = np.asarray(faces)
    mesh.vertices.add(len(vertices))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(vertices, "f").ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, "i").ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, faces.shape[1], dtype="i"))
    mesh.update(calc_edges=True)
    if corner_uv is not None:
        mesh.uv_layers.new(name="UV").data.foreach_set("uv", np.ascontiguousarray(corner_uv, "f").ravel())
    for key, value in (attributes or {}).items():
        value = np.asarray(value, "f")
        kind = "FLOAT_VECTOR" if value.ndim == 2 else "FLOAT"
        mesh.attributes.new(key, kind, "POINT").data.foreach_set("vector" if value.ndim == 2 else "value", value.ravel())
    if smooth:
        mesh.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    return mesh


def submesh(person, group, keep=None):
    """Vertices, faces and uv of a face group, renumbered, and the original indices."""
    base = mh.base()
    faces, corners = base.faces[group], base.corners[group]
    if keep is not None:
        rows = keep[faces].all(1)
        faces, corners = faces[rows], corners[rows]
    index, flat = np.unique(faces, return_inverse=True)
    return person.vertices[index], flat.reshape(faces.shape), base.uv[corners.ravel()], index


def subdivided(name, vertices, faces, uv, attributes, level):
    """Catmull-Clark the mesh once and for all; returns an object without modifiers."""
    temporary = link_object(name, make_mesh(name, vertices, faces, uv, attributes))
    modifier = temporary.modifiers.new("s", "SUBSURF")
    modifier.levels = modifier.render_levels = level
    graph = bpy.context.evaluated_depsgraph_get()
    mesh = bpy.data.meshes.new_from_object(temporary.evaluated_get(graph), depsgraph=graph)
    bpy.data.objects.remove(temporary)
    return link_object(name, mesh)


def arrays(o):
    """Positions, normals and triangles of an object's mesh (object space = world here)."""
    mesh = o.data
    n = len(mesh.vertices)
    co, no = np.empty(n * 3, "f"), np.empty(n * 3, "f")
    mesh.vertices.foreach_get("co", co)
    mesh.vertex_normals.foreach_get("vector", no)
    mesh.calc_loop_triangles()
    tri = np.empty(len(mesh.loop_triangles) * 3, "i")
    mesh.loop_triangles.foreach_get("vertices", tri)
    return co.reshape(-1, 3).astype(float), no.reshape(-1, 3).astype(float), tri.reshape(-1, 3)


def attribute(o, name):
    """A float (or vector) point attribute as an array."""
    layer = o.data.attributes[name]
    vector = layer.data_type == "FLOAT_VECTOR"
    out = np.empty(len(layer.data) * (3 if vector else 1), "f")
    layer.data.foreach_get("vector" if vector else "value", out)
    return out.reshape(-1, 3) if vector else out


def node(tree, kind, **values):
    """A shader node; values set inputs by name (underscore for space) or attributes."""
    n = tree.nodes.new(kind)
    for key, value in values.items():
        if hasattr(n, key):
            setattr(n, key, value)
        else:
            n.inputs[key.replace("_", " ")].default_value = value
    return n


def mix_colour(tree, factor, a, b):
    """Mix two colours (sockets or values)."""
    m = tree.nodes.new("ShaderNodeMix")
    m.data_type = "RGBA"
    for socket, value in ((m.inputs["Factor"], factor), (m.inputs[6], a), (m.inputs[7], b)):
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, socket)
        elif socket == m.inputs["Factor"]:
            socket.default_value = value
        else:
            socket.default_value = (*value, 1)
    return m.outputs[2]


def skin_material(rng, albedo, hair_colour, quality, makeup):
    """Procedural skin with lips, flush, hair roots and beard shadow."""
    material, tree, shader = new_material("skin", SKIN)
    coord = tree.nodes.new("ShaderNodeTexCoord").outputs["Object"]

    def noise(scale, detail):
        n = node(tree, "ShaderNodeTexNoise", Scale=scale, Detail=detail)
        tree.links.new(coord, n.inputs["Vector"])
        return n.outputs["Fac"]

    def ramp(value, low, high, top=1.0):
        m = node(tree, "ShaderNodeMapRange")
        tree.links.new(value, m.inputs["Value"])
        m.inputs["From Min"].default_value, m.inputs["From Max"].default_value, m.inputs["To Max"].default_value = low, high, top
        return m.outputs["Result"]

    def attr(name):
        a = tree.nodes.new("ShaderNodeAttribute")
        a.attribute_name = name
        return a.outputs["Fac"]

    colour = mix_colour(tree, ramp(noise(28, 4), .3, .7), albedo * [.94, .87, .85], np.minimum(albedo * [1.05, 1.04, 1.03], 1))
    colour = mix_colour(tree, ramp(noise(500, 3), .52, .75, .35), colour, albedo * [.84, .74, .70])
    if rng.random() < 0.2:
        colour = mix_colour(tree, ramp(noise(330, 2), .66, .72, rng.uniform(.2, .6)), colour, albedo * [.62, .48, .4])
    colour = mix_colour(tree, attr("flush"), colour, np.minimum(albedo * [1.0, .72, .70] + [.01, 0, 0], 1))
    colour = mix_colour(tree, attr("shade"), colour, albedo * [.72, .62, .62])
    lip = albedo * [.76, .46, .47] + [.02, .004, .010]
    if makeup > 0:
        pick = [(.45, .02, .04), (.35, .05, .10), (.55, .16, .16), (.25, .02, .05), (.5, .2, .2)][rng.integers(5)]
        lip = lip * (1 - makeup) + np.array(pick) * makeup * (0.4 + albedo[0])
    picture = bpy.data.images.load(f"{mh.ROOT}/textures/mpfb_lips.jpg", check_existing=True)
    picture.colorspace_settings.name = "Non-Color"
    texture = node(tree, "ShaderNodeTexImage", image=picture)
    colour = mix_colour(tree, ramp(texture.outputs["Color"], .10, 1.0, .75), colour, np.minimum(lip, 1))
    colour = mix_colour(tree, attr("beard"), colour, albedo * .35 + np.array(hair_colour) * .25)
    colour = mix_colour(tree, attr("brow"), colour, albedo * .3 + np.array(hair_colour) * .5)
    colour = mix_colour(tree, attr("roots"), colour, albedo * .12 + np.array(hair_colour) * .8)
    tree.links.new(colour, shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rng.uniform(.42, .58)
    shader.inputs["Specular IOR Level"].default_value = rng.uniform(.3, .5)
    if quality:
        shader.inputs["Specular IOR Level"].default_value = .32
        shader.inputs["Roughness"].default_value = .5
        shader.inputs["Subsurface Weight"].default_value = .35
        shader.inputs["Subsurface Radius"].default_value = (1.0, .35, .18)
        shader.inputs["Subsurface Scale"].default_value = .004
        bump = node(tree, "ShaderNodeBump", Strength=.16, Distance=.0007)
        tree.links.new(noise(900, 5), bump.inputs["Height"])
        tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material


def face_attributes(person, rng, hair_cover, bald):
    """Painted values per base vertex: hair roots, flush, shade under eyes, beard shadow, signed hairline."""
    n = mh.base().vertices
    x, y, z = np.abs(n[:, 0]), n[:, 1], n[:, 2]
    recede = max(0.0, person.age * 1.2 - .2) if person.sex == "male" else 0.0
    line = mh.hairline_mm(n, recede)
    ear = mh.mask("ears")
    line = np.where((ear > .25) | (x > .0715) & (z < .738) & (y > -.075) & (y < -.02), -30, line)
    gauss = lambda cx, cy, cz, s: np.exp(-((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / (2 * s * s))
    flush = rng.uniform(.15, .5) * np.maximum(gauss(.042, -.12, .685, .013), .7 * gauss(0, -.166, .692, .008))
    flush = np.maximum(flush, .5 * np.clip(ear, 0, 1))
    shade = rng.uniform(.1, .45) * gauss(.03, -.135, .713, .007)
    beard = np.zeros(len(n))
    if person.sex == "male" and rng.random() < .75:
        area = np.clip((.672 - z) / .012, 0, 1) * np.clip((y + .165) / -.02 + 2.4, 0, 1) * np.clip((z - .600) / .02, 0, 1) * (y < -.045)
        beard = rng.uniform(.1, .55) * np.clip(area, 0, 1) * (1 - np.clip(mh.mask("lips"), 0, 1))
    roots = np.zeros(len(n)) if bald else hair_cover / (1 + np.exp(-np.clip(line - 2.0, -60, 60) / 2.2))
    brow = np.zeros(len(n))
    return {"hairline": line, "flush": flush, "shade": shade, "beard": beard, "roots": roots, "brow": brow}


def build_skin(person, rng, albedo, hair_colour, level, quality, hair_cover, bald):
    """The body above the chest as one object with skin."""
    n = mh.base().vertices
    arm = mh.bone_weights("LeftForeArm", "RightForeArm", "LeftHand", "RightHand") > .5
    keep = (n[:, 2] > .37) & ~arm & (np.abs(n[:, 0]) < .26)
    vertices, faces, uv, index = submesh(person, "body", keep)
    painted = {k: v[index] for k, v in face_attributes(person, rng, hair_cover, bald).items()}
    painted["neutral"] = n[index]
    o = subdivided("skin", vertices, faces, uv, painted, level)
    makeup = rng.uniform(.2, .8) if person.sex == "female" and rng.random() < .5 else 0.0
    o.data.materials.append(skin_material(rng, albedo, hair_colour, quality, makeup))
    return o


def build_eyes(person, rng, ethnicity):
    """Eyeballs with iris, pupil and a clear coat."""
    blue = ethnicity[0] > .6 and rng.random() < .6
    iris = np.array([(.10, .17, .25), (.12, .17, .12), (.16, .10, .04), (.09, .045, .02)][rng.integers(4)] if blue
                    else [(.045, .018, .008), (.07, .03, .012), (.03, .013, .007)][rng.integers(3)])
    objects = []
    for side in "lr":
        vertices, faces, uv, _ = submesh(person, f"helper-{side}-eye")
        o = subdivided(f"eye_{side}", vertices, faces, uv, {}, 2)
        material, tree, shader = new_material("eye", SKIN)
        centre = vertices.mean(0)
        radius = np.linalg.norm(vertices - centre, axis=1).max()
        gaze = person.head @ mh.rotation((0, 0, 1), rng.uniform(-6, 6)) @ np.array([0, -1.0, 0])
        front = centre + gaze * radius
        where = tree.nodes.new("ShaderNodeNewGeometry").outputs["Position"]
        distance = node(tree, "ShaderNodeVectorMath", operation="DISTANCE")
        distance.inputs[1].default_value = front
        tree.links.new(where, distance.inputs[0])
        scale = node(tree, "ShaderNodeMath", operation="DIVIDE")
        scale.inputs[1].default_value = radius
        tree.links.new(distance.outputs["Value"], scale.inputs[0])
        ramp = tree.nodes.new("ShaderNodeValToRGB")
        stops = [(.16, (.003, .003, .003)), (.20, iris * .7), (.36, iris * 1.1), (.43, iris * .35), (.50, (.34, .30, .285)), (.9, (.27, .20, .185))]
        for (place, colour), element in zip(stops, [*ramp.color_ramp.elements, *(ramp.color_ramp.elements.new(p) for p, _ in stops[2:])]):
            element.position = place
        for (place, colour), element in zip(stops, sorted(ramp.color_ramp.elements, key=lambda e: e.position)):
            element.position, element.color = place, (*colour, 1)
        tree.links.new(scale.outputs[0], ramp.inputs["Fac"])
        tree.links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
        shader.inputs["Roughness"].default_value = .08
        shader.inputs["Specular IOR Level"].default_value = 0.0
        shader.inputs["Coat Weight"].default_value = .8
        shader.inputs["Coat Roughness"].default_value = .02
        o.data.materials.append(material)
        objects.append(o)
    return objects


def build_glasses(person, rng):
    """Thin frames: two rings, a bridge and two temples."""
    material, tree, shader = new_material("frame", NOTHING)
    dark = rng.random() < .6
    shader.inputs["Base Color"].default_value = (*((.01, .01, .012) if dark else rng.choice([(.7, .5, .25), (.6, .6, .62), (.15, .05, .02)])), 1)
    shader.inputs["Metallic"].default_value = 0.0 if dark else 1.0
    shader.inputs["Roughness"].default_value = .25
    thick = rng.uniform(.0006, .0018)
    curve = bpy.data.curves.new("glasses", "CURVE")
    curve.dimensions, curve.bevel_depth = "3D", thick
    power, wide, high = rng.uniform(2, 3.6), rng.uniform(.022, .0255), rng.uniform(.018, .021)
    h, centre = person.head, person.centre
    place = lambda p: centre + h @ np.asarray(p)
    gap = np.linalg.norm(person.eye("l") - person.eye("r")) / 2

    def wire(points, closed=False):
        spline = curve.splines.new("POLY")
        spline.points.add(len(points) - 1)
        spline.points.foreach_set("co", np.c_[points, np.ones(len(points))].ravel())
        spline.use_cyclic_u = closed

    t = np.linspace(0, 2 * np.pi, 49)[:-1]
    front = -.014
    for sign in (1, -1):
        ox = np.sign(np.cos(t)) * np.abs(np.cos(t)) ** (2 / power) * wide
        oz = np.sign(np.sin(t)) * np.abs(np.sin(t)) ** (2 / power) * high
        wire(np.array([place((sign * (gap + 0.001) + a, front + .25 * abs(a) * (a * sign > 0), b - .003)) for a, b in zip(ox, oz)]), True)
        ear = h.T @ (person.point("ear_top_l" if sign > 0 else "ear_top_r") - centre)
        out = sign * (gap + wide)
        wire(np.array([place((out, front + .006, .004)), place((sign * max(abs(ear[0]) - .001, abs(out)), .02, .004)),
                       place((ear[0] - sign * .003, ear[1] - .004, ear[2] - .002))]))
    inner = gap - wide + .001
    wire(np.array([place((a * inner, front - .003 * (1 - a * a), .004 + .003 * (1 - a * a))) for a in np.linspace(-1, 1, 9)]))
    o = link_object("glasses", curve)
    curve.materials.append(material)
    return o
