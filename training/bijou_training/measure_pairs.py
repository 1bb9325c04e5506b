"""Measure the generator on rendered pairs, beside flat compositing.

Takes the exported network as a function and samples; gives Markdown lines and the manifest's numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

from bijou_training.dataset import Sample
from bijou_training.examples import pair_example
from bijou_training.losses import ring

Net = Callable[[np.ndarray], dict[str, np.ndarray]]


def psnr(a: np.ndarray, b: np.ndarray, weight: np.ndarray) -> float:
    """PSNR in dB of pictures [H,W,3] in 0..1 under weights [H,W]."""
    squared = (((a - b) ** 2).mean(2) * weight).sum() / max(weight.sum(), 1e-6)
    return float(-10 * np.log10(max(squared, 1e-9)))


def compare_images(a: np.ndarray, b: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """PSNR, SSIM and mean ΔE2000 of pictures [H,W,3] in 0..1 under weights [H,W]."""
    total = max(weight.sum(), 1e-6)
    _, ssim = structural_similarity(a, b, channel_axis=2, data_range=1.0, full=True, gaussian_weights=True, sigma=1.5)
    delta = deltaE_ciede2000(rgb2lab(a), rgb2lab(b))
    return (
        psnr(a, b, weight),
        float((ssim.mean(2) * weight).sum() / total),
        float((delta * weight).sum() / total),
    )


def product_colour(made: np.ndarray, worn: np.ndarray, inside: np.ndarray) -> tuple[float, float]:
    """ΔE2000 of the lit product [H,W,3] in 0..1 where `inside` says it is seen whole: pixel by pixel (mean), and of
    its mean colour, which reflections do not move and a wrong metal or stone does. NaN where nothing is inside."""
    if inside.sum() < 12:
        return float("nan"), float("nan")
    pixels = deltaE_ciede2000(rgb2lab(made[inside]), rgb2lab(worn[inside])).mean()
    means = [rgb2lab(p[inside].mean(0)[None]) for p in (made, worn)]
    return float(pixels), float(deltaE_ciede2000(*means)[0])


def overlap(a: torch.Tensor, b: torch.Tensor) -> float:
    """Soft intersection over union of two masks."""
    return float(torch.minimum(a, b).sum() / torch.maximum(a, b).sum().clamp(min=1))


def measure_pairs(net: Net, samples: list[Sample]) -> list[dict[str, float]]:
    """Per pair: the flat composite's and the result's distance from the rendered truth, and coverage."""
    rows = []
    for s in samples:
        example = pair_example(np.random.default_rng(0), s, plain=True)
        out = {k: torch.from_numpy(v[0]) for k, v in net(example["condition"][None].numpy()).items()}
        alpha, visible = example["alpha"], example["visible"]
        if alpha.sum() < 4:
            continue
        photo, flat = example["condition"][:3] * 0.5 + 0.5, example["condition"][3:6] * 0.5 + 0.5
        product = (example["product"] + out["residual"]).clamp(0, 1)
        made = photo * out["shadow"] * (1 - out["coverage"]) + product * out["coverage"]
        worn = example["worn"] * 0.5 + 0.5
        band = ((alpha + ring(alpha[None])[0]) > 0.5)[0].numpy().astype(float)
        picture = [x.permute(1, 2, 0).double().numpy() for x in (flat, made, worn)]
        f, m = compare_images(picture[0], picture[2], band), compare_images(picture[1], picture[2], band)
        core = (visible > 0.9)[0].numpy()
        body = (alpha > 0.3)[0]
        hidden = (visible / alpha.clamp(min=1e-3) < 0.5)[0]
        said = (out["coverage"] / alpha.clamp(min=1e-3) < 0.5)[0]
        rows.append(
            {
                "flat": f, "made": m, "category": s.meta["category"], "design": s.meta["design"],
                "skin": s.meta["skin"], "sex": s.meta["sex"],
                "iou": overlap(out["coverage"], visible),
                "colour": product_colour(picture[1], picture[2], core),
                "flat_colour": product_colour(picture[0], picture[2], core),
                "seen": float(visible.sum() / alpha.sum()), "worn": float(out["coverage"].sum() / alpha.sum()),
                "flat_iou": overlap(alpha, visible),
                "hidden": float(hidden[body].sum()), "both": float((hidden & said)[body].sum()),
                "wrong": float((~hidden & said)[body].sum()), "body": float(body.sum()),
            }
        )  # fmt: skip
    return rows


def pairs_table(rows: list[dict], title: str) -> str:
    """One line of the table: flat -> made."""
    if not rows:
        return f"| {title} | 0 | – | – | – | – |"
    f, m = np.mean([r["flat"] for r in rows], 0), np.mean([r["made"] for r in rows], 0)
    iou = np.mean([[r["flat_iou"], r["iou"]] for r in rows], 0)
    cells = [f"{a:.{n}f} → {b:.{n}f}" for a, b, n in zip(f, m, (2, 4, 2), strict=True)]
    return f"| {title} | {len(rows)} | {' | '.join(cells)} | {iou[0]:.3f} → {iou[1]:.3f} |"


def groups(rows: list[dict], trained: set[str]) -> dict[str, list[dict]]:
    """All, designs outside `trained`, by category, by third of skin tone (0 light, 1 dark), by sex."""
    out = {"all": rows}
    if trained:
        out["designs never trained on"] = [r for r in rows if r["design"] not in trained]
    for c in sorted({r["category"] for r in rows}):
        out[c] = [r for r in rows if r["category"] == c]
    for i, name in enumerate(("lightest", "middle", "darkest")):
        out[f"skin: {name} third"] = [r for r in rows if min(2, int(r["skin"] * 3)) == i]
    for sex in sorted({r["sex"] for r in rows}):
        out[sex] = [r for r in rows if r["sex"] == sex]
    out["partly hidden"] = [r for r in rows if r["flat_iou"] < 0.9]
    return out


def report_generator(net: Net, samples: list[Sample], trained: set[str]) -> tuple[list[str], dict[str, float]]:
    """Markdown lines and the numbers of the manifest."""
    rows = measure_pairs(net, samples)
    if not rows:
        return ["No pairs."], {}
    lines = ["| pairs | n | PSNR dB | SSIM | ΔE2000 | coverage overlap |", "|---|---|---|---|---|---|"]
    lines += [pairs_table(part, name) for name, part in groups(rows, trained).items()]
    total = {k: sum(r[k] for r in rows) for k in ("hidden", "both", "wrong", "body")}
    found = total["both"] / max(total["hidden"], 1)
    spared = 1 - total["wrong"] / max(total["body"] - total["hidden"], 1)
    lines += ["", f"Of the product's hidden pixels {found:.0%} are hidden; of its visible ones {spared:.1%} stay."]
    lines += ["", colour_line(rows), "", hidden_line(rows), "", fairness_line(rows)]
    f, m = np.mean([r["flat"] for r in rows], 0), np.mean([r["made"] for r in rows], 0)
    keys = ("psnr", "ssim", "delta_e2000")
    numbers = {"pairs": len(rows)} | {f"flat_{k}": float(v) for k, v in zip(keys, f, strict=True)}
    numbers |= {k: float(v) for k, v in zip(keys, m, strict=True)}
    numbers |= {
        "coverage_overlap": float(np.mean([r["iou"] for r in rows])),
        "hidden_found": found,
        "visible_kept": spared,
        "product_delta_e2000": float(np.nanmean([r["colour"][0] for r in rows])),
        "product_mean_colour_delta_e2000": float(np.nanmean([r["colour"][1] for r in rows])),
    }
    return lines, numbers


def colour_line(rows: list[dict]) -> str:
    """Whether metal and stone keep their colour."""
    flat, made = (np.nanmean([r[k] for r in rows], 0) for k in ("flat_colour", "colour"))
    return (
        f"The lit product against the truth, ΔE2000: pixel by pixel {flat[0]:.2f} → {made[0]:.2f}, "
        f"its mean colour {flat[1]:.2f} → {made[1]:.2f} (asked: at most 4)."
    )


def hidden_line(rows: list[dict]) -> str:
    """Pieces of which the truth shows less than a twentieth, and how many of them the network leaves out."""
    gone = [r for r in rows if r["seen"] < 0.05]
    out = sum(r["worn"] < 0.05 for r in gone)
    return f"Pieces wholly hidden: {len(gone)} of {len(rows)}; of them the network alone hides {out} (asked: 95 %)."


def fairness_line(rows: list[dict]) -> str:
    """The worst group's ΔE2000 over the best's, by third of skin tone and by sex."""
    by = groups(rows, set())
    parts = []
    for title, names in (("skin thirds", [n for n in by if n.startswith("skin")]), ("sexes", ["female", "male"])):
        means = [np.mean([r["made"][2] for r in by[n]]) for n in names if by.get(n)]
        if len(means) > 1:
            parts.append(f"{title} {max(means) / min(means):.2f}")
    return "ΔE2000 of the worst group over the best's (asked: at most 1.3): " + ", ".join(parts) + "."
