"""Path-traces the product pictures: assets/products/<id>/front.png and product.toml.

`python -m bijou_training.artwork [--out DIR] [--only ID…] [--samples 128] [--force]`; finished products are skipped.
"""
from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from . import materials, studio
from .jewellery import DESIGNS, Design, Fit, art_box, attach, build, dispose

ROOT = Path(__file__).resolve().parents[2]
LONG_SIDE = 1024  # px
DEEPENS = 0.9  # by how much colours deepen in the dark, see `deepened`
KNEE = 0.8  # linear light that is brighter is rolled off towards 1
SKU = {"earring": "E", "necklace": "N", "tiara": "T", "nose_stud": "S"}


def pixels_per_mm(design: Design, long_side: int | None = None) -> float:
    """Scale of the art."""
    _, _, w, h = art_box(design)
    return (long_side or LONG_SIDE) / max(w, h)


def _scene(samples: int, threads: int):
    """An empty Cycles scene with an orthographic camera."""
    import bpy
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.use_denoising = "CPU", samples, True
    cycles.denoiser, cycles.denoising_input_passes = "OPENIMAGEDENOISE", "RGB_ALBEDO_NORMAL"
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.05
    cycles.adaptive_min_samples = 12
    cycles.max_bounces, cycles.transmission_bounces, cycles.glossy_bounces, cycles.diffuse_bounces = 8, 6, 6, 1
    cycles.transparent_max_bounces = 6
    cycles.sample_clamp_indirect = 6.0
    cycles.pixel_filter_type, cycles.filter_width = "BLACKMAN_HARRIS", 1.4
    scene.view_settings.view_transform, scene.view_settings.look = "Standard", "None"
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_mode, scene.render.image_settings.color_depth = "RGBA", "32"
    data = bpy.data.cameras.new("camera")
    data.type = "ORTHO"
    data.clip_start, data.clip_end = 0.01, 3.0
    camera = bpy.data.objects.new("camera", data)
    camera.rotation_euler = (np.pi / 2, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    return scene, camera


def render(scene, camera, design: Design, target: Path, long_side: int | None = None) -> tuple[int, int]:
    """Render one design's picture, pearls in light of their own, as photographers do; returns its size in pixels."""
    import bpy
    left, top, w, h = art_box(design)
    scale = pixels_per_mm(design, long_side)
    px, py = max(8, round(w * scale)), max(8, round(h * scale))
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = px, py, 100
    camera.data.ortho_scale = max(px, py) / scale / 1000
    camera.location = ((left + w / 2) / 1000, -1.0, (top - h / 2) / 1000)
    objects = build(design, Fit(detail=2.0))
    meshes = [part for part in objects if part.data is not None]
    pearls = [part for part in meshes if part.data.materials[0] == materials.get("pearl")]
    layers = []
    for setup, lit in ((studio.JEWELLERY, [part for part in meshes if part not in pearls]), (studio.PEARLS, pearls)):
        if not lit:
            continue
        for part in meshes:
            part.is_holdout = part not in lit
        layer = target.with_name(f"{len(layers)}.exr")
        scene.render.filepath = str(layer)
        with studio.light(scene, camera, setup):
            bpy.ops.render.render(write_still=True)
        layers.append(layer)
    side_by_side(layers, target)
    dispose(objects)
    return px, py


def side_by_side(layers: list[Path], target: Path) -> None:
    """Pictures of linear light with premultiplied alpha, of which each shows what the others leave out, as one."""
    from PIL import Image
    total = sum(exposed(layer) for layer in layers)
    alpha = total[..., 3:].clip(0, 1)
    light = rolled_off((total[..., :3] / np.maximum(total[..., 3:], 1e-6)).clip(0))
    colour = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    Image.fromarray((np.dstack([deepened(colour), alpha]) * 255).round().astype(np.uint8)).save(target)


def exposed(layer: Path) -> np.ndarray:
    """A rendered file as linear RGBA [H,W,4], premultiplied, the top row first."""
    import bpy
    image = bpy.data.images.load(str(layer))
    image.colorspace_settings.name = "Non-Color"
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    width, height = image.size
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)[::-1].astype(np.float64)


def rolled_off(light: np.ndarray) -> np.ndarray:
    """Linear light of any brightness as 0..1. What is brighter than a picture can be is rolled off half channel by
    channel, which turns the highlights of gold lemon, and half in its own hue, which turns them peach; cameras are
    between."""
    most = light.max(-1, keepdims=True)
    hue = light * (rolled(most) / np.maximum(most, 1e-6))
    return (rolled(light) + hue) / 2


def rolled(light: np.ndarray) -> np.ndarray:
    """Linear light up to the knee, beyond it ever more slowly towards 1."""
    over = np.maximum(light - KNEE, 0)
    return np.minimum(light, KNEE) + (1 - KNEE) * (1 - np.exp(-over / (1 - KNEE)))


def deepened(colour: np.ndarray) -> np.ndarray:
    """sRGB-encoded colours 0..1 with the saturation that cameras give metal and stones where they are dark: what the
    program does in the shade (`src/restore/light.rs`), with full light as the start."""
    value = colour.max(-1, keepdims=True)
    return value * (colour / np.maximum(value, 1e-6)) ** (1 + DEEPENS * (1 - value))


def tidy(path: Path) -> None:
    """Optimise a rendered PNG: nothing hidden in fully transparent pixels, best compression."""
    from PIL import Image
    picture = np.array(Image.open(path).convert("RGBA"))
    picture[picture[..., 3] == 0] = 0
    Image.fromarray(picture).save(path, optimize=True)


def product_toml(design: Design, number: int, size: tuple[int, int]) -> str:
    """The description the program reads."""
    px, py = size
    _, _, w, h = art_box(design)
    lines = [f'id = "{design.id}"', f'name = {{ en = "{design.name_en}", zh = "{design.name_zh}" }}',
             f'category = "{design.category}"', f'metal = "{design.metal}"', f'stone = "{design.stone}"',
             f'pair = "{design.pair}"', f"width_mm = {w:.3f}", f"height_mm = {h:.3f}",
             f'sku = "BJ-{SKU[design.category]}-{number:04d}"']
    if design.price:
        lines.append(f'price = "{design.price}"')
    lines += ["", "[attach]"]
    lines += [f"{name} = [{x / w * px:.1f}, {y / h * py:.1f}]" for name, (x, y) in attach(design).items()]
    lines += ["", "[art]", 'file = "front.png"', 'licence = "CC0-1.0"', ""]
    return "\n".join(lines)


def main() -> None:
    """Render what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "products")
    parser.add_argument("--only", nargs="*", default=None, metavar="ID")
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--long-side", type=int, default=None, help="px (for quick looks)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--force", action="store_true")
    args = parser.parse_args()
    scene, camera = _scene(args.samples, args.threads)
    for number, design in enumerate(DESIGNS.values(), 1):
        folder = args.out / design.id
        if args.only is not None and design.id not in args.only:
            continue
        if (folder / "product.toml").exists() and (folder / "front.png").exists() and not args.force:
            continue
        start = time.time()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as temp:
            picture = Path(temp) / "front.png"
            size = render(scene, camera, design, picture, args.long_side)
            tidy(picture)
            (folder / "front.png.part").write_bytes(picture.read_bytes())
        os.replace(folder / "front.png.part", folder / "front.png")
        (folder / "product.toml").write_text(product_toml(design, number, size), encoding="utf-8")
        print(f"{design.id}: {size[0]}x{size[1]}, {(folder / 'front.png').stat().st_size // 1024} KiB, "
              f"{time.time() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
