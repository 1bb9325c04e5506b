"""Rows of the tables that evaluate.py prints, with the numbers that go into the manifest.

Takes what was measured under a title; gives Markdown lines and numbers by name. Where nothing could be measured,
because nobody has labelled it, there is neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bijou_training.ears import Photograph, photographs
from bijou_training.measure_pairs import Net

FOLDS = 5
"""The people are parted in so many."""
Row = tuple[str, dict[str, float]]


class Table:
    """Lines under a heading, and their numbers."""

    def __init__(self, heading: str, rule: str) -> None:
        self.lines, self.numbers = [heading, rule], {}

    def add(self, row: Callable[[str, list], Row], title: str, prefix: str, results: list) -> None:
        """A line of `row`; its numbers' names begin with `prefix`."""
        if results:
            line, values = row(title, results)
            self.lines.append(line)
            self.numbers |= {f"{prefix}_{k}": v for k, v in values.items() if not math.isnan(v)}

    def add_photographs(self, row: Callable[[str, list], Row], nets: list[Net], results: list, of: str = "") -> None:
        """The same for photographs, `of` what, measured with the networks of so many folds."""
        how = f"{len(nets)} folds over people" if nets else "which the network may know"
        title = f"{of} of photographs, {how}" if of else f"photographs, {how}"
        self.add(row, title, (f"{of}_" if of else "") + ("photo_cross_validated" if nets else "photo"), results)


def judges(nets: list[Net], shipped: Net, real: Path | None, anchors: Net) -> Iterator[tuple[Net, Photograph]]:
    """Every photograph with the network that did not learn from it (every fifth by name), where there is one of its
    fold."""
    for i, photo in enumerate(photographs(real, anchors) if real else []):
        if not nets:
            yield shipped, photo
        elif i % FOLDS < len(nets):
            yield nets[i % FOLDS], photo


def rate(found: np.ndarray) -> float:
    """The mean of some; not a number of none."""
    return float(found.mean()) if len(found) else math.nan


def told(share: float, count: int) -> str:
    """So many of how many, for people."""
    return f"{share:.1%} of {count}" if count else "none"
