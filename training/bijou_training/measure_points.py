"""How well the anchors find points: on rendered portraits nobody trained on, and on photographs.

Takes an exported network; gives Markdown lines and the manifest's numbers. Errors in percent of the eye distance.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from bijou_training import augment
from bijou_training.dataset import EYE_L, EYE_R, Sample, head_box
from bijou_training.examples import part_map
from bijou_training.measure_pairs import Net
from bijou_training.networks import PARTS, POINTS, SIZE
from bijou_training.passes import detect, look, upright

GROUPS = {
    "lobes": ["lobe_l", "lobe_r"],
    "eyes and nose": ["eye_l", "eye_r", "nose_tip"],
    "mouth and chin": ["mouth_l", "mouth_r", "chin"],
    "neck": ["neck_l", "neck_r"],
    "notch": ["notch"],
    "hairline": ["hairline"],
}


def measure_points(net: Net, samples: list[Sample]) -> dict[str, np.ndarray]:
    """Per sample and point: error in percent of the eye distance, its share along the line of the eyes (NaN: not
    labelled visible), label and answer of visibility; per sample: part map intersection over union, pose error in
    degrees. Where the eyes are not labelled, the answer's stand for them."""
    error = np.full((len(samples), len(POINTS)), np.nan)
    label, answer, aside = np.full_like(error, np.nan), np.full_like(error, np.nan), np.full_like(error, np.nan)
    overlap, pose, within = [], [], []
    for i, s in enumerate(samples):
        planes = s.planes[:3].float() / 255
        if s.real:
            full = np.asarray(Image.open(s.meta["file"]).convert("RGB"), np.float32).transpose(2, 0, 1) / 255
            scale = s.planes.shape[1] / max(full.shape[1:])
            planes = torch.from_numpy(full.copy())
        else:
            scale = 1.0
        out = detect(net, planes)
        truth = s.points[:, :2] / scale
        line = (truth if s.points[EYE_L, 3] > 0 else out["points"])[[EYE_L, EYE_R]]
        eyes = np.linalg.norm(line[0] - line[1])
        # a profile's eyes nearly coincide: measure against the head instead
        unit = max(eyes, 0.5 * head_box(truth)[2] / 2.8)
        distance = np.linalg.norm(out["points"] - truth, axis=1) / (eyes if s.real else unit) * 100
        seen = (s.points[:, 2] == 1) & (s.points[:, 3] > 0)
        error[i, seen] = distance[seen]
        aside[i, seen] = np.abs((out["points"] - truth) @ (line[0] - line[1]) / max(eyes, 1e-6) ** 2)[seen] * 100
        known = (s.points[:, 3] > 0) & (s.points[:, 2] >= 0)
        label[i, known], answer[i, known] = s.points[known, 2], out["visible"][known]
        sigma = np.maximum(out["sigma"], 1e-6)
        within.append(np.where(seen, np.linalg.norm(out["points"] - truth, axis=1) / sigma, np.nan))
        pose.append(np.abs(out["pose"] - s.pose))
        if s.parted:
            h, w = planes.shape[1:]
            first = look(net, planes, (w / 2, h / 2, float(max(h, w))))
            x, y, side = head_box(first["points"] * scale)
            window = augment.placement((x, y), side, upright(first["pose"][2]), False, SIZE)
            target = part_map(augment.warp(s.planes[-3:].float() / 255, window, SIZE)).numpy()
            a, b = out["parts"], target
            overlap.append(
                [np.minimum(a[k], b[k]).sum() / max(np.maximum(a[k], b[k]).sum(), 1) for k in range(len(PARTS))]
            )
    return {
        "error": error, "label": label, "answer": answer, "pose": np.array(pose), "overlap": np.array(overlap),
        "ratio": np.array(within), "aside": aside,
    }  # fmt: skip


def points_table(m: dict[str, np.ndarray]) -> tuple[list[str], dict[str, float]]:
    """Markdown lines and the numbers of the manifest."""
    lines, numbers = ["| points | mean % | median % | visible points |", "|---|---|---|---|"], {}
    for group, names in GROUPS.items():
        e = m["error"][:, [POINTS.index(n) for n in names]]
        e = e[np.isfinite(e)]
        if len(e):
            lines.append(f"| {group} | {e.mean():.1f} | {np.median(e):.1f} | {len(e)} |")
            numbers[group.replace(" ", "_") + "_mean_percent"] = float(e.mean())
    # how high on the neck its sides lie is a matter of opinion, how far apart they are is not
    e = m["aside"][:, [POINTS.index(n) for n in GROUPS["neck"]]]
    e = e[np.isfinite(e)]
    if len(e):
        lines.append(f"| neck, sideways alone | {e.mean():.1f} | {np.median(e):.1f} | {len(e)} |")
    lobes = [POINTS.index("lobe_l"), POINTS.index("lobe_r")]
    e = m["error"][:, lobes]
    numbers["lobes_median_percent"] = float(np.nanmedian(e)) if np.isfinite(e).any() else 0.0
    known = np.isfinite(m["label"][:, lobes])
    right = ((m["answer"][:, lobes] > 0.5) == (m["label"][:, lobes] > 0.5))[known]
    numbers["lobe_visibility_right"] = float(right.mean())
    ratio = m["ratio"][np.isfinite(m["ratio"])]
    e = e[np.isfinite(e)]
    near = float((e < 10).mean()) if len(e) else 0.0
    numbers["lobes_within_10_percent"] = near
    lines += ["", f"Lobes within 10 %: {near:.0%} (asked: 95 %). "]
    lines[-1] += f"Visible or hidden right: lobes {right.mean():.0%} of {known.sum()} (asked: 92 %); "
    lines[-1] += f"errors within 2 sigma: {(ratio < 2).mean():.0%} (a true 2-D Gaussian: 86 %)."
    if len(m["overlap"]) and np.isfinite(m["pose"]).any(0).all():
        shares = ", ".join(f"{p} {v:.2f}" for p, v in zip(PARTS, m["overlap"].mean(0), strict=True))
        pose = np.nanmean(m["pose"], 0)
        angles = ", ".join(f"{n} {v:.1f}" for n, v in zip(("yaw", "pitch", "roll"), pose, strict=True))
        lines += [f"Soft part overlap: {shares}. Pose error in degrees: {angles}."]
        numbers |= {"parts_overlap": float(m["overlap"].mean()), "yaw_error_degrees": float(pose[0])}
    return lines, numbers


def parts_table(measured: dict[str, dict[str, np.ndarray]]) -> list[str]:
    """Markdown lines: for each network, by its name, how its part maps overlap those of photographs."""
    lines = [f"| part maps, soft overlap | {' | '.join(PARTS)} |", "|---" * (len(PARTS) + 1) + "|"]
    for name, m in measured.items():
        lines.append(f"| {name} | {' | '.join(f'{v:.2f}' for v in m['overlap'].mean(0))} |")
    return lines


def report_anchors(net: Net, samples: list[Sample]) -> tuple[list[str], dict[str, float]]:
    """Points on rendered portraits, with lobes per skin tone and sex."""
    measured = measure_points(net, samples)
    lines, numbers = points_table(measured)
    lobes = measured["error"][:, :2]
    parts = {"lightest third": [s.meta["skin"] < 1 / 3 for s in samples]}
    parts["middle third"] = [1 / 3 <= s.meta["skin"] < 2 / 3 for s in samples]
    parts["darkest third"] = [s.meta["skin"] >= 2 / 3 for s in samples]
    parts |= {sex: [s.meta["sex"] == sex for s in samples] for sex in sorted({s.meta["sex"] for s in samples})}
    cells = []
    for name, mask in parts.items():
        e = lobes[np.array(mask)]
        if np.isfinite(e).any():
            cells.append(f"{name} {np.nanmean(e):.1f} % (n {np.isfinite(e).sum()})")
    means = {n: np.nanmean(lobes[np.array(m)]) for n, m in parts.items() if np.isfinite(lobes[np.array(m)]).any()}
    thirds, sexes = [v for n, v in means.items() if "third" in n], [v for n, v in means.items() if "third" not in n]
    worst = [max(g) / min(g) for g in (thirds, sexes) if len(g) > 1]
    numbers["lobes_worst_group_over_best"] = float(max(worst, default=1.0))
    said = "Visible lobes, mean: " + ", ".join(cells) + "."
    if len(worst) == 2:
        said += f" Worst over best: skin thirds {worst[0]:.2f}, sexes {worst[1]:.2f} (asked: at most 1.3)."
    return [*lines, said], numbers
