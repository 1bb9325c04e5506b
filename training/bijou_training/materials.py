"""Procedural Cycles materials for jewellery: metals, pearl and gems.

`get(key)` makes a material on first use and finds it again by name later. Keys:
`gold`, `rose_gold`, `silver`, `platinum`, `black_silver`, `pearl`, `<stone>.crown` (the clear front of a stone) and `<stone>.pavilion`
(its back). A stone's back is a tinted mirror, as total reflection makes it in a well cut stone; so stones
stay brilliant with few bounces and never show a hole; a factor above 1 makes up for the bounces cut off. Shadow rays pass the clear front.
"""
from __future__ import annotations

import bpy

METALS = {  # base colour (linear), roughness
    "gold": ((1.0, 0.63, 0.235), 0.12),
    "rose_gold": ((0.98, 0.59, 0.45), 0.13),
    "silver": ((0.93, 0.93, 0.92), 0.10),
    "platinum": ((0.80, 0.79, 0.77), 0.16),
    "black_silver": ((0.16, 0.16, 0.17), 0.20),
}
STONES = {  # crown tint, pavilion tint, body colour, share of the body, IOR, dispersion
    "diamond": ((1.0, 1.0, 1.0), (1.28, 1.29, 1.32), (0.90, 0.93, 1.0), 0.06, 2.3, 0.07),
    "emerald": ((0.80, 1.0, 0.86), (0.025, 0.68, 0.26), (0.0, 0.36, 0.14), 0.13, 1.57, 0.0),
    "sapphire": ((0.80, 0.88, 1.0), (0.04, 0.14, 0.85), (0.01, 0.05, 0.50), 0.09, 1.77, 0.0),
    "amethyst": ((0.92, 0.82, 1.0), (0.36, 0.06, 0.72), (0.15, 0.02, 0.35), 0.10, 1.55, 0.0),
    "aquamarine": ((0.88, 1.0, 1.0), (0.45, 0.92, 1.0), (0.20, 0.55, 0.65), 0.08, 1.58, 0.0),
    "citrine": ((1.0, 0.94, 0.74), (1.05, 0.62, 0.08), (0.60, 0.30, 0.02), 0.09, 1.55, 0.0),
    "onyx": ((0.75, 0.75, 0.78), (0.012, 0.012, 0.014), (0.004, 0.004, 0.005), 0.55, 1.54, 0.0),
    "ruby": ((1.0, 0.80, 0.84), (1.05, 0.018, 0.075), (0.55, 0.0, 0.03), 0.10, 1.77, 0.0),
}


def is_smooth(key: str) -> bool:
    """Stones are flat shaded, everything else smooth."""
    return "." not in key


def get(key: str) -> bpy.types.Material:
    """The material for a key."""
    name = f"bijou.{key}"
    found = bpy.data.materials.get(name)
    if found is not None:
        return found
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    if key in METALS:
        shader = _metal(tree, *METALS[key])
    elif key == "pearl":
        shader = _pearl(tree)
    else:
        stone, part = key.split(".")
        shader = (_crown if part == "crown" else _pavilion)(tree, *STONES[stone])
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(shader, output.inputs["Surface"])
    return material


def _node(tree, kind: str, **inputs):
    """A node with some input values set (names with _ for spaces)."""
    node = tree.nodes.new(kind)
    for name, value in inputs.items():
        socket = node.inputs[name.replace("_", " ")]
        socket.default_value = (*value, 1.0) if isinstance(value, tuple) and len(value) == 3 else value
    return node


def _noise(tree, scale_per_m: float, low: float, high: float):
    """A noise value between low and high; features of about 1/scale metres."""
    where = tree.nodes.new("ShaderNodeTexCoord")
    noise = _node(tree, "ShaderNodeTexNoise", Scale=scale_per_m, Detail=2.0)
    to = _node(tree, "ShaderNodeMapRange", From_Min=0.3, From_Max=0.7, To_Min=low, To_Max=high)
    tree.links.new(where.outputs["Object"], noise.inputs["Vector"])
    tree.links.new(noise.outputs["Fac"], to.inputs["Value"])
    return to.outputs["Result"]


def _metal(tree, colour, roughness):
    bsdf = _node(tree, "ShaderNodeBsdfPrincipled", Base_Color=colour, Metallic=1.0)
    tree.links.new(_noise(tree, 500.0, roughness * 0.7, roughness * 1.4), bsdf.inputs["Roughness"])
    return bsdf.outputs["BSDF"]


def _pearl(tree):
    """Nacre: cream body, rose and green overtones towards the rim, and under a clear gloss the wide glow of many thin
    layers. In PEARLS light the 5th, 25th, 50th, 75th and 95th percentile of its luma are 89, 153, 186, 213 and 255; the
    pearls that six women wear on photographs have 97, 147, 183, 215 and 254 (medians)."""
    facing = _node(tree, "ShaderNodeLayerWeight", Blend=0.35)
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    stops = ramp.color_ramp.elements
    stops[0].position, stops[0].color = 0.0, (0.93, 0.87, 0.80, 1)
    stops[1].position, stops[1].color = 1.0, (0.86, 0.82, 0.78, 1)
    for position, colour in ((0.30, (0.95, 0.83, 0.79, 1)), (0.62, (0.88, 0.88, 0.81, 1))):
        stop = stops.new(position)
        stop.color = colour
    bsdf = _node(tree, "ShaderNodeBsdfPrincipled", Metallic=0.35, Roughness=0.42, IOR=1.65, Coat_Weight=0.7,
                 Coat_Roughness=0.12, Coat_IOR=1.55, Sheen_Weight=0.15, Sheen_Roughness=0.4,
                 Sheen_Tint=(1.0, 0.86, 0.84))
    tree.links.new(facing.outputs["Facing"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], bsdf.inputs["Base Color"])
    return bsdf.outputs["BSDF"]


def _crown(tree, tint, _mirror, _body, _share, ior, dispersion):
    """Clear polished front; invisible to shadow rays so that light reaches the back.

    Light leaving a dispersive stone is split into three colours that bend a little differently.
    """
    link = tree.links.new

    def mix(factor, first, second):
        node = tree.nodes.new("ShaderNodeMixShader")
        link(factor, node.inputs["Fac"])
        link(first, node.inputs[1])
        link(second, node.inputs[2])
        return node.outputs["Shader"]

    bend = _node(tree, "ShaderNodeBsdfRefraction", Color=tint, Roughness=0.0, IOR=ior).outputs["BSDF"]
    if dispersion:
        split = None
        for colour, shift in (((1, 0, 0), -1), ((0, 1, 0), 0), ((0, 0, 1), 1)):
            one = _node(tree, "ShaderNodeBsdfRefraction", Color=tuple(map(float, colour)), Roughness=0.0,
                        IOR=ior + shift * dispersion).outputs["BSDF"]
            if split is None:
                split = one
                continue
            add = tree.nodes.new("ShaderNodeAddShader")
            link(split, add.inputs[0])
            link(one, add.inputs[1])
            split = add.outputs["Shader"]
        inside = tree.nodes.new("ShaderNodeNewGeometry").outputs["Backfacing"]
        bend = mix(inside, bend, split)
    gloss = _node(tree, "ShaderNodeBsdfAnisotropic", Color=(1.0, 1.0, 1.0), Roughness=0.0).outputs["BSDF"]
    polished = mix(_node(tree, "ShaderNodeFresnel", IOR=ior).outputs["Fac"], bend, gloss)
    through = _node(tree, "ShaderNodeBsdfTransparent", Color=tint).outputs["BSDF"]
    return mix(tree.nodes.new("ShaderNodeLightPath").outputs["Is Shadow Ray"], polished, through)


def _pavilion(tree, _tint, mirror, body, share, _ior, _dispersion):
    """Back facets: a tinted mirror with some diffuse body colour."""
    gloss = _node(tree, "ShaderNodeBsdfAnisotropic", Color=mirror, Roughness=0.01)
    matt = _node(tree, "ShaderNodeBsdfDiffuse", Color=body)
    mix = _node(tree, "ShaderNodeMixShader", Fac=share)
    tree.links.new(gloss.outputs["BSDF"], mix.inputs[1])
    tree.links.new(matt.outputs["BSDF"], mix.inputs[2])
    return mix.outputs["Shader"]
