"""How well hands before a head are found: on rendered heads nobody trained on, and how often where there are none.

Takes exported networks; gives Markdown lines and the manifest's numbers. What counts as a hand is the same as in
`src/anchors/hand.rs`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import label

from bijou_training import augment
from bijou_training.hand_net import CELLS, SIZE, WINDOW
from bijou_training.hands import Head, photographed, rendered, seen_by
from bijou_training.measure_pairs import Net
from bijou_training.measure_rows import Table, judges, rate, told
from bijou_training.trinket_net import cells
from bijou_training.trinkets import UNIT_MM

LIKELY, SURE, MEAN, LEAST_MM2 = 0.3, 0.95, 0.7, 350.0
"""See `src/anchors/hand.rs`."""
CELL_MM = WINDOW * UNIT_MM / CELLS
ASIDE = 0.04
"""How far off, in head units, a head is looked for in renders: about as far as the anchors are off."""


def own(found: np.ndarray) -> np.ndarray:
    """The parts of a map [CELLS,CELLS] that are a hand's, all else 0."""
    labels, count = label(found > LIKELY, np.ones((3, 3)))
    parts = [labels == k for k in range(1, count + 1)]
    kept = [p for p in parts if found[p].max() >= SURE and found[p].mean() >= MEAN]
    kept = [p for p in kept if (p & (found > 0.5)).sum() * CELL_MM**2 >= LEAST_MM2]
    return np.where(np.any(kept, 0), found, 0) if kept else np.zeros_like(found)


def map_of(net: Net, head: Head, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The network's map of a head, as the program asks for it, and the true one, both [CELLS,CELLS]."""
    place = head.middle if head.real else head.middle + rng.normal(0, ASIDE, 2) * head.unit
    image, _, before = seen_by(head, augment.placement(tuple(place), WINDOW * head.unit, 0.0, False, SIZE))
    return net(image[None].numpy() * 2 - 1)["before"][0, 0], cells(before).numpy()[0]


def judged(net: Net, head: Head, rng: np.random.Generator) -> tuple[bool, bool, float, float, float]:
    """Whether a hand of the least size is there, whether one is found, the share of its cells that is, the share of all
    other cells that is taken for one, and the overlap of both (intersection over union)."""
    found, true = map_of(net, head, rng)
    kept, there = own(found) > 0.5, true > 0.5
    both, either = (kept & there).sum(), (kept | there).sum()
    large = there.sum() * CELL_MM**2 >= LEAST_MM2
    wrong = (kept & ~there).sum() / max((~there).sum(), 1)
    return bool(large), bool(kept.any()), both / max(there.sum(), 1), float(wrong), both / max(either, 1)


def row(title: str, results: list[tuple[bool, bool, float, float, float]]) -> tuple[str, dict[str, float]]:
    """One line of the table, and its numbers. Hands smaller than the least count neither as there nor as not."""
    there, here, share, wrong, overlap = (np.array(v) for v in zip(*results, strict=True))
    bare = (share == 0) & (overlap == 0) & ~there
    numbers = {"found": rate(here[there]), "bare_taken_for_hands": rate(here[bare]), "covered": rate(share[there]),
               "overlap": rate(overlap[there]), "elsewhere": rate(wrong)}  # fmt: skip
    cells = [told(numbers["found"], there.sum()), told(numbers["bare_taken_for_hands"], bare.sum())]
    cells += [told(numbers["covered"], there.sum()).split(" of")[0]]
    cells += [f"{numbers['overlap']:.2f}" if there.any() else "none", f"{numbers['elsewhere']:.2%}"]
    return f"| {title} | {' | '.join(cells)} |", numbers


def report(nets: list[Net], shipped: Net, data: Path, real: Path | None, anchors: Net) -> tuple[list[str], dict]:
    """Renders with the shipped network; photographs, none of which shows a hand, with the network that did not learn
    from them, where there are folds."""
    heading = "| heads | hands found | found on bare ones | of hands covered | overlap | of all else taken for one |"
    table = Table(heading, "|---|---|---|---|---|---|")
    rng = np.random.default_rng(0)
    table.add(row, "test renders", "render", [judged(shipped, head, rng) for head in rendered(data, set())])
    seen = judges(nets, shipped, real, anchors)
    table.add_photographs(row, nets, [judged(net, head, rng) for net, photo in seen for head in photographed(photo)])
    return table.lines, table.numbers
