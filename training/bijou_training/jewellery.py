"""The jewellery of Bijou: designs and the builder that turns one into Blender objects.

`build(design, fit)` makes metre-sized objects in the frame of the training contract (x = the subject's left,
z up, front faces -y). Shapes themselves are modelled in mm in the flat frame of a product picture.
`python -m bijou_training.jewellery --list` prints the catalogue.
"""
from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Callable, Sequence

import numpy as np

from .jewellery_mesh import Shape, scale, turn

MARGIN = 0.04                       # of the content's longer side, on every edge of the art
FRONT = turn("x", 90)               # flat frame -> person frame: (x, y, z) -> (x, -z, y)
CATEGORIES = ("earring", "necklace", "tiara", "nose_stud")


@dataclass(frozen=True)
class Fit:
    """How a piece is worn. Lengths in metres unless named otherwise; everything has a default for the artwork."""

    path: Sequence | None = None        # necklace: points on the skin, subject's right -> front -> left -> behind
    outward: Sequence | None = None     # necklace: skin normal at the lowest front point
    normals: Sequence | None = None     # necklace: skin normal at every path point (otherwise guessed)
    head_radius_mm: float = 75.0        # tiara: radius of the band
    yaw: float | None = None            # hoop: degrees from the picture plane; None = the design's own (about 55)
    side: str = "l"                     # earring: the subject's ear; "r" mirrors designs whose pair rule is mirror
    detail: float = 1.0                 # mesh density; artwork uses 2


@dataclass(frozen=True)
class Design:
    """One product. `maker(fit)` returns (Shape in mm in the flat frame, {attachment name: flat (x, y, z) mm})."""

    id: str
    category: str
    name_en: str
    name_zh: str
    metal: str
    stone: str
    pair: str
    maker: Callable = field(repr=False, compare=False)
    held_out: bool = False
    price: str = ""

    @property
    def width_mm(self) -> float:
        """Width of the art's content (without margin)."""
        lo, hi = content_box(self)
        return float(hi[0] - lo[0])

    @property
    def height_mm(self) -> float:
        """Height of the art's content (without margin)."""
        lo, hi = content_box(self)
        return float(hi[1] - lo[1])


@lru_cache(maxsize=None)
def _flat(design_id: str) -> tuple[Shape, dict]:
    return LEARNED[design_id].maker(Fit())


def content_box(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corner (x, y) in mm of the art's content in the flat frame."""
    lo, hi = _flat(design.id)[0].bounds()
    return lo[:2], hi[:2]


def art_box(design: Design) -> tuple[float, float, float, float]:
    """Left, top, width, height in mm of the whole picture (flat frame, y up)."""
    lo, hi = content_box(design)
    pad = MARGIN * float(max(hi - lo))
    return lo[0] - pad, hi[1] + pad, hi[0] - lo[0] + 2 * pad, hi[1] - lo[1] + 2 * pad


def attach(design: Design) -> dict[str, tuple[float, float]]:
    """Attachment points on the art: mm from its top left corner, y down."""
    left, top, _, _ = art_box(design)
    return {name: (float(p[0] - left), float(top - p[1])) for name, p in _flat(design.id)[1].items()}


def attach_points(design: Design, fit: Fit | None = None) -> dict[str, tuple[float, float, float]]:
    """The same points in 3-D, metres in the frame of the built root object (project these for meta.json)."""
    _, points = _made(design, fit or Fit())
    return {name: tuple(float(c) for c in p) for name, p in points.items()}


def _made(design: Design, fit: Fit) -> tuple[Shape, dict]:
    """Shape and points in metres in the person frame."""
    shape, points = design.maker(fit)
    if design.category == "necklace" and fit.path is not None:
        to = scale(0.001)                       # already in the world frame
    else:
        to = scale(0.001) @ FRONT
        if design.category == "earring" and design.pair == "mirror" and fit.side == "r":
            to = scale(-1, 1, 1) @ to
            shape = Shape([(m, v, [a[:, ::-1] for a in f]) for m, v, f in shape.parts])
    return shape.moved(to), {n: to[:3, :3] @ np.asarray(p, float) + to[:3, 3] for n, p in points.items()}


def build(design: Design, fit: Fit | None = None) -> list:
    """Blender objects of a piece: first the empty that carries it, then one mesh for each material."""
    import bpy

    from . import materials
    shape, _ = _made(design, fit or Fit())
    collection = bpy.context.scene.collection
    root = bpy.data.objects.new(design.id, None)
    root.empty_display_size = 0.01
    collection.objects.link(root)
    objects = [root]
    for key, (verts, faces) in shape.merged().items():
        mesh = bpy.data.meshes.new(f"{design.id}.{key}")
        _fill(mesh, verts, faces, materials.is_smooth(key))
        mesh.materials.append(materials.get(key))
        part = bpy.data.objects.new(mesh.name, mesh)
        part.parent = root
        collection.objects.link(part)
        objects.append(part)
    return objects


def _fill(mesh, verts: np.ndarray, faces: list[np.ndarray], smooth: bool) -> None:
    """Vertices and mixed polygons into a Blender mesh, vectorised."""
    loops = np.concatenate([a.ravel() for a in faces]).astype(np.int32)
    sizes = np.concatenate([np.full(len(a), a.shape[1]) for a in faces]).astype(np.int32)
    mesh.vertices.add(len(verts))
    mesh.vertices.foreach_set("co", verts.astype(np.float32).ravel())
    mesh.loops.add(len(loops))
    mesh.loops.foreach_set("vertex_index", loops)
    mesh.polygons.add(len(sizes))
    mesh.polygons.foreach_set("loop_start", (np.cumsum(sizes) - sizes).astype(np.int32))
    mesh.update(calc_edges=True)
    if smooth:
        mesh.shade_smooth()
        mesh.set_sharp_from_angle(angle=np.radians(65))
    else:
        mesh.shade_flat()


def dispose(objects: list) -> None:
    """Remove what `build` made, with its meshes."""
    import bpy
    for part in reversed(objects):
        mesh = part.data
        bpy.data.objects.remove(part, do_unlink=True)
        if mesh is not None:
            bpy.data.meshes.remove(mesh)


def _catalogue() -> dict[str, Design]:
    """The shop's designs: those with artwork and a product file."""
    from . import (jewellery_chandeliers, jewellery_earrings, jewellery_necklaces, jewellery_nose_studs,
                   jewellery_tiaras)
    rows = [row for m in (jewellery_earrings, jewellery_chandeliers, jewellery_necklaces, jewellery_tiaras,
                              jewellery_nose_studs) for row in m.CATALOGUE]
    designs = [Design(**row) for row in rows]
    assert len({d.id for d in designs}) == len(designs), "two designs with one id"
    return {d.id: d for d in designs}


def _variants() -> dict[str, Design]:
    """Designs that are only learned from."""
    from . import jewellery_variants
    return {row["id"]: Design(**row) for row in jewellery_variants.CATALOGUE}


DESIGNS: dict[str, Design] = _catalogue()
LEARNED: dict[str, Design] = DESIGNS | _variants()


def main() -> None:
    """Print the catalogue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print every design with its size")
    parser.parse_args()
    for d in LEARNED.values():
        shape, _ = _flat(d.id)
        held = " held out" if d.held_out else ""
        print(f"{d.id:32} {d.category:9} {d.metal:9} {d.stone:8} {d.pair:6} {d.width_mm:6.1f} x {d.height_mm:5.1f} mm"
              f" {shape.triangles():6d} triangles{held}")
    held = sum(d.held_out for d in LEARNED.values())
    print(f"{len(LEARNED)} designs, {len(DESIGNS)} of them in the shop; {held} held out of training")


if __name__ == "__main__":
    main()
