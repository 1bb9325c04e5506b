"""A product photographer's studio fixed to the camera: softboxes, flags and a graded floor as a painted world.

`with studio.light(scene, camera, setup): bpy.ops.render.render(...)` swaps the scene's world, switches its lamps off,
makes the film transparent, and puts everything back afterwards.
"""
from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np

SIZE = (512, 256)  # of the painted surroundings, px


@dataclass(frozen=True)
class Setup:
    """Where the light comes from. Cards are azimuth, elevation, half width, half height in degrees; azimuth 0 is
    straight back to the camera, positive the right of the picture; elevation up."""

    name: str
    softboxes: tuple[tuple[float, float, float, float, tuple[float, float, float]], ...]
    """Cards and their radiance, RGB."""
    flags: tuple[tuple[float, float, float, float], ...]
    """Dark cards."""
    sky: tuple[float, float]
    """Radiance at the bottom, and what it gains towards the top."""
    floor: tuple[float, float]
    """Radiance at the top, and what it loses towards the bottom."""


JEWELLERY = Setup(
    "bijou.studio",
    (
        (-48, 38, 20, 26, (2.6, 2.55, 2.5)),     # key, upper left
        (52, 22, 11, 34, (2.1, 2.15, 2.25)),     # strip, right
        (0, 78, 60, 14, (2.0, 2.0, 2.0)),        # overhead
        (-95, 5, 9, 50, (1.7, 1.7, 1.7)),        # rim left
        (100, 10, 10, 50, (1.6, 1.6, 1.7)),      # rim right
        (4, -46, 34, 10, (1.15, 1.10, 1.05)),    # low fill card, warm
        (22, 50, 5, 5, (3.2, 3.2, 3.2)),         # small sparkles for stones
        (-14, 66, 6, 5, (3.0, 3.0, 3.0)),
        (-70, -30, 5, 8, (2.2, 2.1, 2.0)),
    ),
    ((-22, 24, 6, 60), (26, 5, 8, 50), (0, -12, 40, 6)),
    (0.30, 0.30),
    (0.34, 0.16),
)
PEARLS = Setup(
    "bijou.studio.pearls",
    (
        (-15, 27, 13, 13, (17.0, 16.8, 16.6)),   # key: strong and nearly frontal, the pearl's bright spot
        (60, 14, 7, 34, (1.2, 1.2, 1.2)),        # strip, right
        (-97, 5, 6, 50, (0.7, 0.7, 0.7)),        # rim left
        (4, -64, 26, 8, (0.6, 0.6, 0.58)),       # low fill card, warm
    ),
    (),
    (0.05, 0.12),
    (0.05, 0.03),
)
"""Round white things turn flat in light from everywhere: one spot and a dark room give them their lustre, and would
make gold dull and diamonds grey."""


def _panel(azimuth, elevation, panel, soft=2.5):
    """Smooth 0..1 coverage of a card (degrees)."""
    a, e, half_w, half_h = panel
    across = (azimuth - a + 180) % 360 - 180
    x = np.clip((half_w - np.abs(across * np.cos(np.radians(elevation)))) / soft + 0.5, 0, 1)
    y = np.clip((half_h - np.abs(elevation - e)) / soft + 0.5, 0, 1)
    return (x * x * (3 - 2 * x) * y * y * (3 - 2 * y))[..., None]


def surroundings(setup: Setup) -> np.ndarray:
    """Linear radiance, (height, width, 3), bottom row first; column = azimuth from 180 down to -180 degrees."""
    w, h = SIZE
    azimuth = 180 - (np.arange(w) + 0.5)[None] / w * 360 + np.zeros((h, 1))
    elevation = ((np.arange(h) + 0.5) / h * 180 - 90)[:, None] + np.zeros((1, w))
    up = (elevation / 90 + 1)[..., None] / 2
    sky = setup.sky[0] + setup.sky[1] * up
    floor = setup.floor[0] - setup.floor[1] * (1 - up)
    horizon = np.clip(elevation / 40 + 0.5, 0, 1)[..., None]          # the paper sweep has no hard edge
    picture = (floor + (sky - floor) * horizon) * np.ones(3)
    for flag in setup.flags:
        picture *= 1 - 0.88 * _panel(azimuth, elevation, flag, soft=6.0)
    for *card, radiance in setup.softboxes:
        cover = _panel(azimuth, elevation, card)
        picture = picture * (1 - cover) + np.array(radiance) * cover
    return picture


def _world(setup: Setup) -> bpy.types.World:
    """The studio's world, made once; its Mapping node turns it with the camera."""
    world = bpy.data.worlds.get(setup.name)
    if world is not None:
        return world
    image = bpy.data.images.new(setup.name, *SIZE, float_buffer=True)
    image.colorspace_settings.name = "Linear Rec.709"
    picture = surroundings(setup)
    image.pixels.foreach_set(np.dstack([picture, np.ones(picture.shape[:2])]).astype(np.float32).ravel())
    image.pack()
    world = bpy.data.worlds.new(setup.name)
    world.use_nodes = True
    tree = world.node_tree
    tree.nodes.clear()
    where = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    mapping.vector_type = "POINT"
    mapping.name = "to camera"
    texture = tree.nodes.new("ShaderNodeTexEnvironment")
    texture.image = image
    background = tree.nodes.new("ShaderNodeBackground")
    output = tree.nodes.new("ShaderNodeOutputWorld")
    tree.links.new(where.outputs["Generated"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
    tree.links.new(texture.outputs["Color"], background.inputs["Color"])
    tree.links.new(background.outputs["Background"], output.inputs["Surface"])
    return world


def _aim(world: bpy.types.World, camera: bpy.types.Object) -> None:
    """Turn the surroundings so that azimuth 0, elevation 0 lies behind the camera."""
    from mathutils import Matrix
    right, up, back = (camera.matrix_world.to_3x3().normalized().col[i] for i in range(3))
    frame = Matrix((right, up, back))               # world -> camera (right, up, back)
    lookup = Matrix(((0, 0, 1), (1, 0, 0), (0, 1, 0)))  # -> texture: its centre column is +X, its left +Y
    world.node_tree.nodes["to camera"].inputs["Rotation"].default_value = (lookup @ frame).to_euler("XYZ")


@contextmanager
def light(scene: bpy.types.Scene, camera: bpy.types.Object, setup: Setup = JEWELLERY):
    """Render inside this context in flat studio light with a transparent film."""
    lamps = [o for o in scene.objects if o.type == "LIGHT" and not o.hide_render]
    before = scene.world, scene.render.film_transparent, scene.cycles.film_transparent_glass
    world = _world(setup)
    bpy.context.view_layer.update()
    _aim(world, camera)
    try:
        for lamp in lamps:
            lamp.hide_render = True
        scene.world = world
        scene.render.film_transparent = True
        scene.cycles.film_transparent_glass = False
        yield world
    finally:
        scene.world, scene.render.film_transparent, scene.cycles.film_transparent_glass = before
        for lamp in lamps:
            lamp.hide_render = False
