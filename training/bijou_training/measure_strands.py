"""How well necklaces that are worn already are found: on rendered necks nobody trained on, and on photographs.

Takes exported networks; gives Markdown lines and the manifest's numbers. What counts as a necklace is the same as in
`src/anchors/strand.rs` over an open neckline; over a closed one the program asks for a surer map.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import label

from bijou_training import augment
from bijou_training.measure_pairs import Net
from bijou_training.measure_rows import Table, judges, rate, told
from bijou_training.necks import Neck, photographed, rendered, seen_by
from bijou_training.strand_net import CELLS, SIZE, WINDOW, cells
from bijou_training.trinkets import UNIT_MM

LIKELY, SURE, MEAN, LONG_MM, ALSO, LEAST_MM2 = 0.3, 0.85, 0.6, 40.0, 0.6, 40.0
"""See `src/anchors/strand.rs`."""
CELL_MM = WINDOW * UNIT_MM / CELLS
ASIDE = 0.08
"""How far off, in head units, a throat is looked for in renders: about as far as the anchors are off."""


def own(found: np.ndarray) -> np.ndarray:
    """The parts of a map [CELLS,CELLS] that are a necklace's, all else 0."""
    labels, count = label(found > LIKELY, np.ones((3, 3)))
    parts = [labels == k for k in range(1, count + 1)]
    parts = [p for p in parts if found[p].max() >= ALSO and (p & (found > 0.5)).sum() * CELL_MM**2 >= LEAST_MM2]
    sure = [p for p in parts if found[p].max() >= SURE and found[p].mean() >= MEAN and length(p) * CELL_MM >= LONG_MM]
    return np.where(np.any(parts, 0), found, 0) if sure else np.zeros_like(found)


def length(part: np.ndarray) -> float:
    """The diagonal of the rectangle around a part, cells."""
    rows, columns = np.nonzero(part)
    return float(np.hypot(np.ptp(rows) + 1, np.ptp(columns) + 1))


def map_of(net: Net, neck: Neck, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The network's map of a neck, as the program asks for it, and the true one, both [CELLS,CELLS]. In photographs the
    throat is where the anchors have it."""
    place = neck.notch if neck.real else neck.notch + rng.normal(0, ASIDE, 2) * neck.unit
    # a photograph's throat lies in the middle of an odd picture: between its pixels, which blurs as the program does
    window = augment.placement(tuple(place), WINDOW * neck.unit, 0.0, False, SIZE)
    image, _, worn = seen_by(neck, window)
    return net(image[None].numpy() * 2 - 1)["worn"][0, 0], cells(worn).numpy()[0]


def judged(net: Net, neck: Neck, rng: np.random.Generator) -> tuple[bool, bool, float, float]:
    """Whether a necklace is there, whether one is found, the share of it that is, and the overlap (smaller over larger,
    summed) of the maps."""
    found, true = map_of(net, neck, rng)
    kept = own(found)
    there = true > min(0.5, 0.5 * true.max())
    share = ((kept > LIKELY) & there).sum() / max(there.sum(), 1)
    overlap = np.minimum(kept, true).sum() / max(np.maximum(kept, true).sum(), 1e-6)
    return bool(there.any()), bool(kept.any()), float(share), float(overlap)


def row(title: str, results: list[tuple[bool, bool, float, float]]) -> tuple[str, dict[str, float]]:
    """One line of the table, and its numbers."""
    there, here, share, overlap = (np.array(v) for v in zip(*results, strict=True))
    numbers = {"worn_found": rate(here[there]), "bare_taken_for_worn": rate(here[~there]),
               "worn_covered": rate(share[there]), "worn_overlap": rate(overlap[there])}  # fmt: skip
    found, wrong = told(numbers["worn_found"], there.sum()), told(numbers["bare_taken_for_worn"], (~there).sum())
    covered = told(numbers["worn_covered"], there.sum()).split(" of")[0]
    return f"| {title} | {found} | {wrong} | {covered} | {numbers['worn_overlap']:.2f} |", numbers


def report(nets: list[Net], shipped: Net, data: Path, real: Path | None, anchors: Net) -> tuple[list[str], dict]:
    """Renders with the shipped network; photographs with the network that did not learn from them, where there are
    folds."""
    heading = "| necks | necklaces found | bare ones taken for worn | of all necklaces covered | overlap of the map |"
    table = Table(heading, "|---|---|---|---|---|")
    rng = np.random.default_rng(0)
    table.add(row, "test renders", "render", [judged(shipped, neck, rng) for neck in rendered(data, set())])
    seen = judges(nets, shipped, real, anchors)
    table.add_photographs(row, nets, [judged(net, neck, rng) for net, photo in seen for neck in photographed(photo)])
    return table.lines, table.numbers
