"""Training examples of what is behind an earring or a necklace: pictures without one, and what hides a part of them.

Takes rendered pairs, which show both, bare views of ears, photographs' ears that wear none and their necks; gives the
square that behind_net.py sees. What hides is the piece of the pair, whose shadow and rim stay in the picture, or
anything that trinkets.py hangs on a lobe and strands.py around a neck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import distance_transform_cdt
from torch import Tensor

from bijou_training import augment
from bijou_training.behind_net import LEAST_MM, NECK_LEAST_MM, NECK_SIDE, SIDE, SIZE, widened
from bijou_training.dataset import Sample, head_unit
from bijou_training.ears import Ear
from bijou_training.necks import BENEATH, DRESSED, NOTCH, Neck
from bijou_training.neckwear import dressed
from bijou_training.strands import strung
from bijou_training.trinkets import UNIT_MM, hung

OWN = 0.55
"""How often what a pair shows worn is what hides."""
LEAST = 12
"""A hole has so many pixels at least."""
BLUNT, NECK_BLUNT = (0.25, 2.2), (0.8, 4.0)
"""The hole is wider than the piece by so many mm; of a necklace's, whose map is coarser, by more."""
WORN_EDGE_MM = 3.0
"""So far beside a necklace in a photograph its glow and its shadow may be."""
RIM = 0.2
"""How often a rim of the piece is left beside the hole, as where it was not all found."""


@dataclass
class Bare:
    """A picture uint8 [3,S,S] without a piece; `worn`: the same with one, and `piece` uint8 [1,S,S], where that is;
    `place` x, y of a lobe, a hook or the throat's pit in its pixels, `neck`: it is that; `shown` uint8 [1,S,S]: what
    lies inside the photograph; `clothes` uint8 [1,S,S]: where they are, of a neck."""

    picture: Tensor
    place: np.ndarray
    mm_per_px: float
    worn: Tensor | None = None
    piece: Tensor | None = None
    real: bool = False
    neck: bool = False
    shown: Tensor | None = None
    clothes: Tensor | None = None


def of_pair(sample: Sample) -> Bare:
    """A rendered pair; any piece is worth hiding behind, but only an earring and a necklace hang at a place."""
    planes, worn, piece = sample.planes[:3], sample.planes[3:6], sample.planes[9:10]
    if sample.meta["category"] == "necklace":
        mm_per_px = UNIT_MM / head_unit(sample.points)
        clothes = sample.planes[-1:]
        return Bare(planes, sample.points[NOTCH, :2], mm_per_px, worn, piece, neck=True, clothes=clothes)
    attach = list(sample.meta["attach"].values())
    place = np.mean(attach, 0) if attach else np.full(2, planes.shape[1] / 2)
    return Bare(planes, np.asarray(place), sample.meta["mm_per_px"], worn, piece)


def of_ear(ear: Ear) -> Bare | None:
    """An ear that is seen and known to wear nothing, or none."""
    if not ear.visible or ear.worn is None or ear.worn.gt(25).any():
        return None
    return Bare(ear.planes[:3], ear.lobe, UNIT_MM / ear.unit, real=ear.real)


def of_neck(neck: Neck) -> Bare:
    """A neck of a photograph; what is behind a necklace that is worn there is as unknown as what lies outside."""
    mm_per_px = UNIT_MM / neck.unit
    bare = 1 - widened(neck.worn.gt(25).float(), max(1, round(WORN_EDGE_MM / mm_per_px)))
    shown = neck.shown * bare.to(torch.uint8)
    return Bare(neck.planes[:3], neck.notch, mm_per_px, real=True, neck=True, shown=shown, clothes=neck.clothes)


def hidden(rng: np.random.Generator, bare: Bare, plain: bool) -> tuple[Tensor, Tensor, Tensor]:
    """What is seen [3,S,S], what is behind it [3,S,S], and where that is asked for [1,S,S]."""
    size = bare.picture.shape[1]
    behind = bare.picture.float() / 255
    by = max(1, round(rng.uniform(*(NECK_BLUNT if bare.neck else BLUNT)) / bare.mm_per_px))
    if bare.worn is not None and rng.random() < OWN:
        seen, piece = bare.worn.float() / 255, bare.piece.float() / 255
    elif bare.neck:
        unit, cloth = UNIT_MM / bare.mm_per_px, bare.clothes.float() / 255
        if not plain and rng.random() < DRESSED * (0.5 if bare.real else 1):
            behind, over = dressed(rng, behind, bare.place, unit)
            cloth = torch.maximum(cloth, over)
        seen, piece = strung(rng, behind, bare.place, unit)
        if rng.random() < BENEATH:
            seen, piece = seen + (behind - seen) * cloth, piece * (1 - cloth)
    else:
        place = bare.place + rng.normal(0, 1.5, 2) / bare.mm_per_px
        seen, piece = hung(rng, behind, place, UNIT_MM / bare.mm_per_px)
        if rng.random() < 0.5:
            seen = behind
    core = (piece > 0.25).float()
    hole = widened(core, by)
    if rng.random() < RIM:
        # some of it was not found
        keep = augment.texture(rng, size, 1)
        hole = hole * torch.maximum((keep < keep.mean() + 0.2).float(), widened(core, 1) * float(rng.random() < 0.5))
    return seen, behind, hole


def behind_example(rng: np.random.Generator, pool: list[Bare], plain: bool = False) -> dict[str, Tensor]:
    """One example: picture [4,128,128] and image [3,128,128] as the network has them, and where the latter is asked for
    [1,128,128]. `plain`: as the program would look at it, nothing changed."""
    for _ in range(8):
        bare = pool[rng.integers(len(pool))]
        seen, behind, hole = hidden(rng, bare, plain)
        if bare.shown is not None:
            hole = hole * bare.shown.gt(200)
        rows, columns = (hole[0].amax(d).nonzero().flatten() for d in (1, 0))
        if hole.sum() >= LEAST:
            break
    else:
        hole[0, 20:30, 20:30] = 1.0
        rows = columns = torch.arange(20, 30)
    low, high = np.array([int(columns[0]), int(rows[0])]), np.array([int(columns[-1]), int(rows[-1])]) + 1
    centre, turn, flip = (low + high) / 2, 0.0, False
    if bare.neck:
        # some part of it
        inside = hole[0].numpy()[low[1] : high[1], low[0] : high[0]] > 0
        deepest = distance_transform_cdt(np.pad(inside, 1), "taxicab").max()
        side = max(NECK_SIDE * float(deepest), NECK_LEAST_MM / bare.mm_per_px)
        y, x = np.nonzero(inside)
        one = rng.integers(len(x))
        centre = low + np.array([x[one], y[one]]) + 0.5
    else:
        side = max(SIDE * float((high - low).max()), LEAST_MM / bare.mm_per_px)
    if not plain:
        side *= float(np.exp(rng.normal(0, 0.15)))
        centre = centre + rng.normal(0, 0.03, 2) * side
        turn, flip = float(rng.normal(0, 10)), bool(rng.random() < 0.5)
    window = augment.placement(tuple(centre), side, turn, flip, SIZE)
    shown = torch.ones_like(hole) if bare.shown is None else bare.shown.float() / 255
    planes = augment.warp(torch.cat([seen, behind, hole, shown]), window, SIZE)
    seen, behind, hole, inside = planes.split([3, 3, 1, 1])
    known = (inside > 0.99).float()
    hole = (hole > (0.0 if plain else 0.3)).float()
    if not plain:
        seen, behind = changed(rng, seen, behind, bare.real)
    unknown = torch.maximum(hole, 1 - known)
    return {
        "picture": torch.cat([(seen * 2 - 1) * (1 - unknown), unknown]),
        "image": behind * 2 - 1,
        "asked": hole * known,
    }


def changed(rng: np.random.Generator, seen: Tensor, behind: Tensor, real: bool) -> tuple[Tensor, Tensor]:
    """Both in other light and, of a render, from a worse camera."""
    tone = augment.colour(rng, 0.5 if real else 0.9)
    seen, behind = tone(seen), tone(behind)
    if rng.random() < (0.05 if real else 0.2):
        seen, behind = augment.hard_shadow(rng, torch.cat([seen, behind])).split(3)
    if not real:
        rough = augment.degrade(rng, behind, 0.7)
        seen, behind = (seen + rough - behind).clamp(0, 1), rough
    return seen, behind
