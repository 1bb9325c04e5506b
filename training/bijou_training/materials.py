"""Procedural Cycles materials for jewellery: metals, pearl and gems.

`get(key)` makes a material on first use and finds it again by name later. Keys:
`gold`, `rose_gold`, `silver`, `pearl`, `<stone>.crown` (the clear front of a stone) and `<stone>.pavilion`
(its back). A stone's back is a tinted mirror, as total reflection makes it in a well cut stone; so stones
stay brilliant with few bounces and never show a hole. Shadow rays pass the clear front.
"""
from __future__ import annotations

import bpy

METALS = {  # base colour (linear), roughness
    "gold": ((1.0, 0.70, 0.30), 0.13),
    "rose_gold": ((0.98, 0.60, 0.46), 0.14),
    "silver": ((0.93, 0.93, 0.92), 0.11),
}
STONES = {  # crown tint, pavilion tint, glow of the foil (diffuse), IOR
    "diamond": ((1.0, 1.0, 1.0), (0.97, 0.98, 1.0), (0.75, 0.80, 0.88), 2.10),
    "emerald": ((0.80, 1.0, 0.86), (0.03, 0.62, 0.22), (0.0, 0.36, 0.13), 1.57),
    "sapphire": ((0.82, 0.88, 1.0), (0.04, 0.13, 0.85), (0.01, 0.05, 0.50), 1.77),
    "ruby": ((1.0, 0.82, 0.84), (0.88, 0.015, 0.07), (0.50, 0.0, 0.03), 1.77),
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
    """Nacre: cream body, rose and green overtones towards the rim, soft and sharp gloss in two layers."""
    facing = _node(tree, "ShaderNodeLayerWeight", Blend=0.35)
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    stops = ramp.color_ramp.elements
    stops[0].position, stops[0].color = 0.0, (0.90, 0.83, 0.77, 1)
    stops[1].position, stops[1].color = 1.0, (0.70, 0.66, 0.64, 1)
    for position, colour in ((0.35, (0.90, 0.78, 0.75, 1)), (0.62, (0.78, 0.80, 0.74, 1))):
        stop = stops.new(position)
        stop.color = colour
    bsdf = _node(tree, "ShaderNodeBsdfPrincipled", Roughness=0.30, IOR=1.6, Subsurface_Weight=0.25,
                 Subsurface_Scale=0.0008, Coat_Weight=0.7, Coat_Roughness=0.06, Coat_IOR=1.5,
                 Thin_Film_Thickness=330.0, Thin_Film_IOR=1.4)
    tree.links.new(facing.outputs["Facing"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], bsdf.inputs["Base Color"])
    return bsdf.outputs["BSDF"]


def _crown(tree, tint, _mirror, _glow, ior):
    """Clear polished front; invisible to shadow rays so that light reaches the back."""
    glass = _node(tree, "ShaderNodeBsdfPrincipled", Base_Color=tint, Roughness=0.0, IOR=ior, Transmission_Weight=1.0)
    through = _node(tree, "ShaderNodeBsdfTransparent", Color=tint)
    path = tree.nodes.new("ShaderNodeLightPath")
    mix = tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(path.outputs["Is Shadow Ray"], mix.inputs["Fac"])
    tree.links.new(glass.outputs["BSDF"], mix.inputs[1])
    tree.links.new(through.outputs["BSDF"], mix.inputs[2])
    return mix.outputs["Shader"]


def _pavilion(tree, _tint, mirror, glow, _ior):
    """Back facets: a tinted mirror with some diffuse body colour."""
    gloss = _node(tree, "ShaderNodeBsdfAnisotropic", Color=mirror, Roughness=0.02)
    body = _node(tree, "ShaderNodeBsdfDiffuse", Color=glow)
    mix = _node(tree, "ShaderNodeMixShader", Fac=0.30)
    tree.links.new(gloss.outputs["BSDF"], mix.inputs[1])
    tree.links.new(body.outputs["BSDF"], mix.inputs[2])
    return mix.outputs["Shader"]
