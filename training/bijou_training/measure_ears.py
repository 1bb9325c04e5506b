"""How well the closer look finds lobes: on rendered ears nobody trained on, and on photographs.

Takes exported networks; gives Markdown lines and the manifest's numbers. Errors in percent of the eye distance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from bijou_training.closer import closer, look_at_ear
from bijou_training.dataset import EYE_L, EYE_R, Sample, head_unit
from bijou_training.ears import Photograph, rendered
from bijou_training.measure_pairs import Net
from bijou_training.measure_rows import judges
from bijou_training.networks import POINTS
from bijou_training.passes import detect

LOBES = {"lobe_l": POINTS.index("lobe_l"), "lobe_r": POINTS.index("lobe_r")}
EYES = 0.57
"""Eye distance of a face seen from the front, in head units."""
SEEN = 0.55
"""Least visibility at which the program hangs an earring (src/placement.rs)."""
ASIDE = 0.06
"""How far off, in head units, a rendered lobe is looked for: about as far as the anchors are on photographs."""


def of_renders(net: Net, root: Path) -> list[str]:
    """Rendered ears, looked for a little beside where they are."""
    rng = np.random.default_rng(0)
    errors, right, ears, seen = [], [], rendered(root, set()), []
    for ear in ears:
        planes, place = ear.planes[:3].float() / 255, ear.lobe + rng.normal(0, ASIDE, 2) * ear.unit
        found, _, visible = look_at_ear(net, planes, place, ear.unit, False)
        right.append((visible > 0.5) == ear.visible)
        if ear.visible:
            errors.append(np.linalg.norm(found - ear.lobe) / ear.unit / EYES * 100)
            seen.append(ear.about)
    if not errors:
        return [f"No rendered ears in {root}: render some with --ears N."]
    e = np.array(errors)
    before = ASIDE * np.sqrt(np.pi / 2) / EYES * 100
    return [
        f"Test renders ({len(ears)} ears, looked for {before:.0f} % off on average): visible lobes {e.mean():.1f} % "
        f"off, median {np.median(e):.1f} %, {(e < 10).mean():.0%} within 10 %; "
        f"visible or hidden right {np.mean(right):.0%}.",
        "Visible lobes, mean: " + groups(e, seen),
    ]


def of_portraits(anchors: Net, net: Net, portraits: list[Sample]) -> tuple[list[str], dict[str, float]]:
    """Whole heads as the program looks at them, anchors and closer look: where visible lobes are found, and whether an
    earring is worn there (src/placement.rs, `hidden`)."""
    errors, about, worn, left_out = [], [], [], []
    for s in portraits:
        planes = s.planes[:3].float() / 255
        answer = closer(net, planes, detect(anchors, planes))
        unit = head_unit(s.points)
        for i in LOBES.values():
            seen = answer["visible"][i] >= SEEN
            if s.points[i, 2] == 1:
                worn.append(seen)
                errors.append(np.linalg.norm(answer["points"][i] - s.points[i, :2]) / unit / EYES * 100)
                about.append(s.meta)
            elif s.points[i, 2] == 0:
                left_out.append(not seen)
    if not worn or not left_out:
        return [], {}
    numbers = {"hidden_lobes_left_out": float(np.mean(left_out)), "visible_lobes_worn": float(np.mean(worn))}
    e = np.array(errors)
    return [
        "",
        f"Test portraits ({len(portraits)} heads, as the program looks at them): visible lobes {e.mean():.1f} % off, "
        f"median {np.median(e):.1f} %, {(e < 10).mean():.0%} within 10 %. An earring is left out at "
        f"{np.mean(left_out):.0%} of {len(left_out)} hidden lobes (asked: 95 %) and worn at "
        f"{np.mean(worn):.0%} of {len(worn)} visible ones.",
        "Visible lobes, mean: " + groups(e, about),
    ], numbers


def groups(errors: np.ndarray, about: list[dict]) -> str:
    """Mean error for each third of skin tones and each sex, and the worst over the best of both."""
    third = np.array(["lightest third", "middle third", "darkest third"])[[min(int(3 * a["skin"]), 2) for a in about]]
    sex = np.array([a["sex"] for a in about])
    said, worst = [], []
    for kind in (third, sex):
        means = {name: float(errors[kind == name].mean()) for name in dict.fromkeys(kind)}
        said += [f"{name} {mean:.1f} % (n {(kind == name).sum()})" for name, mean in sorted(means.items())]
        worst.append(max(means.values()) / min(means.values()))
    return f"{', '.join(said)}. Worst over best: skin thirds {worst[0]:.2f}, sexes {worst[1]:.2f} (asked: at most 1.3)."


def answer(net: Net, photo: Photograph) -> dict[str, np.ndarray]:
    """The closer look at a photograph."""
    picture = np.asarray(Image.open(photo.path).convert("RGB"), np.float32).transpose(2, 0, 1) / 255
    return closer(net, torch.from_numpy(picture.copy()), photo.first)


def row(title: str, found: list[Photograph], given: list[dict[str, np.ndarray]]) -> tuple[str, dict[str, float]]:
    """One line of the table, and its numbers."""
    errors, right = [], []
    for photo, answer in zip(found, given, strict=True):
        eyes = np.linalg.norm(photo.first["points"][EYE_L] - photo.first["points"][EYE_R])
        for name, i in LOBES.items():
            x, y, v = photo.points[name]
            if v >= 0:
                right.append((answer["visible"][i] > 0.5) == (v == 1))
            if v == 1:
                errors.append(np.linalg.norm(answer["points"][i] - np.array([x, y])) / eyes * 100)
    e = np.array(errors)
    numbers = {
        "lobes_mean_percent": float(e.mean()), "lobes_median_percent": float(np.median(e)),
        "lobes_within_10_percent": float((e < 10).mean()), "lobe_visibility_right": float(np.mean(right)),
    }  # fmt: skip
    cells = f"{e.mean():.1f} | {np.median(e):.1f} | {(e < 10).mean():.0%} | {np.mean(right):.0%} of {len(right)}"
    return f"| {title} | {len(e)} | {cells} |", numbers


def of_photographs(anchors: Net, nets: list[Net], shipped: Net, folder: Path) -> tuple[list[str], dict[str, float]]:
    """The anchors alone and with the closer look, on both lots of people; what the anchors learned is for the caller
    to know. `nets`: the closer looks without fold 0, 1, …."""
    looked = [(photo, answer(net, photo)) for net, photo in judges(nets, shipped, folder, anchors)]
    found, given = [photo for photo, _ in looked], [answer for _, answer in looked]
    lines = ["The anchors only say where to look; they may have learned from all of these.", ""]
    lines += ["| photographs | visible lobes | mean % | median % | within 10 % | visible or hidden right |"]
    lines += ["|---|---|---|---|---|---|"]
    numbers: dict[str, float] = {}
    lots = {"with points set for this project": (False,), "of anchors.json": (True,), "together": (False, True)}
    for who, kinds in lots.items():
        mine = [i for i, photo in enumerate(found) if photo.whole in kinds]
        if not mine:
            continue
        some = [found[i] for i in mine]
        lines.append(row(f"{len(mine)} {who}: the anchors alone", some, [p.first for p in some])[0])
        line, values = row("the same with the closer look", some, [given[i] for i in mine])
        lines.append(line)
        if kinds == (False,):
            how = "photo_cross_validated" if nets else "photo"
            numbers = {f"{how}_{k}": v for k, v in values.items()}
    return lines, numbers
