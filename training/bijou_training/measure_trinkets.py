"""How well earrings that are worn already are found: on rendered ears nobody trained on, and on photographs.

Takes exported networks; gives Markdown lines and the manifest's numbers. What counts as an earring is the same as in
`src/anchors/trinket.rs`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, label

from bijou_training import augment
from bijou_training.ear_net import SIZE, WINDOW
from bijou_training.ears import Ear, photographed, rendered
from bijou_training.measure_pairs import Net
from bijou_training.measure_rows import Table, judges, rate, told
from bijou_training.trinket_net import CELLS, DOWN, cells
from bijou_training.trinkets import UNIT_MM

LIKELY, SURE, LEAST_MM2, ASIDE_MM, ABOVE_MM, GAP_MM, WIRE_MM = 0.3, 0.6, 4.0, 8.0, 3.5, 5.0, 16.0
"""See `src/anchors/trinket.rs`."""
ASIDE = 0.02
"""How far off, in head units, a lobe is looked for: about as far as the closer look is off."""
LOOKS = 3
"""So often each ear is looked at, from elsewhere beside its lobe: one ear more or less is found from one place."""
CELL_MM = WINDOW * UNIT_MM / CELLS


def own(found: np.ndarray, x: float, y: float) -> np.ndarray:
    """The parts of a map [CELLS,CELLS] that are an earring's below a lobe in column `x` and row `y`, all else 0."""
    labels, count = label(found > LIKELY, np.ones((3, 3)))
    parts, first = [], (np.inf, None)
    for k in range(1, count + 1):
        part = labels == k
        large, (rows, columns) = (part & (found > 0.5)).sum(), np.nonzero(part)
        hangs = np.abs(columns - x).min() * CELL_MM <= ASIDE_MM and (y - rows.mean()) * CELL_MM <= ABOVE_MM
        if large and hangs:
            sure = found[part].max() >= SURE and large * CELL_MM**2 >= LEAST_MM2
            parts.append((part, WIRE_MM if sure else GAP_MM))
            if sure:
                first = min(first, (np.hypot(columns - x, rows - y).min(), len(parts) - 1))
    kept, near = np.zeros(found.shape, bool), [] if first[1] is None else [parts[first[1]][0]]
    while near:
        kept |= np.any(near, 0)
        away = distance_transform_edt(~kept) * CELL_MM
        near = [part for part, gap in parts if not kept[part].any() and away[part].min() <= gap]
    return np.where(kept, found, 0)


def judged(net: Net, ear: Ear, rng: np.random.Generator) -> tuple[bool, bool, float]:
    """Whether an earring is there, whether it is found, and the overlap (smaller over larger, summed) of its map."""
    place = ear.lobe + (rng.normal(0, ASIDE, 2) + np.array([0, DOWN])) * ear.unit
    window = augment.placement(tuple(place), WINDOW * ear.unit, 0.0, False, SIZE)
    image = augment.warp(ear.planes[:3].float() / 255, window, SIZE, "reflection")
    # the program asks below the lobe that it knows, which is in the middle of the window
    found = own(net(image[None].numpy() * 2 - 1)["worn"][0, 0], CELLS / 2 - 0.5, (0.5 - DOWN / WINDOW) * CELLS - 0.5)
    true = cells(augment.warp(ear.worn.float() / 255, window, SIZE)).numpy()[0]
    overlap = np.minimum(found, true).sum() / max(np.maximum(found, true).sum(), 1e-6)
    return bool((true > 0.5).sum() * CELL_MM**2 >= LEAST_MM2), bool(found.any()), float(overlap)


def row(title: str, results: list[tuple[bool, bool, float]]) -> tuple[str, dict[str, float]]:
    """One line of the table, and its numbers."""
    there, here, overlap = (np.array(v) for v in zip(*results, strict=True))
    numbers = {"worn_found": rate(here[there]), "bare_taken_for_worn": rate(here[~there]),
               "worn_overlap": rate(overlap[there])}  # fmt: skip
    found, wrong = (
        told(numbers["worn_found"], there.sum() // LOOKS),
        told(numbers["bare_taken_for_worn"], (~there).sum() // LOOKS),
    )
    return f"| {title} | {found} | {wrong} | {numbers['worn_overlap']:.2f} |", numbers


def report(nets: list[Net], shipped: Net, data: Path, real: Path | None, anchors: Net) -> tuple[list[str], dict]:
    """Renders with the shipped network; photographs with the network that did not learn from them, where there are
    folds."""
    table = Table("| ears | earrings found | bare ears taken for worn | overlap of the map |", "|---|---|---|---|")
    rng, known = np.random.default_rng(0), lambda ears: [ear for ear in ears if ear.worn is not None]
    ears = known(rendered(data, set()))
    table.add(row, "test renders", "render", [judged(shipped, ear, rng) for ear in ears for _ in range(LOOKS)])
    seen = judges(nets, shipped, real, anchors)
    photos = [(net, ear) for net, photo in seen for ear in known(photographed(photo))]
    table.add_photographs(row, nets, [judged(net, ear, rng) for net, ear in photos for _ in range(LOOKS)])
    return table.lines, table.numbers
