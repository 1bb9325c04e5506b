"""Light on the product, as the network answers it and as the program applies it, beside the rendered truth.

    python -m bijou_training.measure_light --data data/train --model ../models/tryon.onnx

Says whether the product keeps its contrast under the light: percentiles of its lightness, its mean colour, and what
the program's way costs of the gain over flat compositing. Takes pairs; prints Markdown. The curve is that of
`src/restore/light.rs`, the light of the skin around that of `src/composite/skin.rs`; the numbers are read from there.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import torch
from skimage.color import rgb2lab
from torch import Tensor

from bijou_training.dataset import Rendered, Sample
from bijou_training.examples import pair_example
from bijou_training.losses import ring
from bijou_training.measure_pairs import product_colour, psnr
from bijou_training.networks import compose, spread
from bijou_training.passes import session

SOURCES = [Path(__file__).resolve().parents[2] / "src" / name for name in ("restore/light.rs", "composite/skin.rs")]
LUMA = torch.tensor([0.2126, 0.7152, 0.0722]).view(3, 1, 1)
LEAST = 60
"""Pixels of the product that must be seen whole for percentiles to mean something."""


def constants() -> dict[str, float]:
    """The program's own numbers."""
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    found = re.findall(r"^const (\w+): f32 = ([0-9.]+);", text, re.M)
    numbers = {name: float(value) for name, value in found}
    for name, low, high in re.findall(r"^const (\w+): \(f32, f32\) = \(([0-9.]+), ([0-9.]+)\);", text, re.M):
        numbers |= {f"{name}.0": float(low), f"{name}.1": float(high)}
    if len({name for name, _ in found}) < len(found):
        raise SystemExit(f"{', '.join(s.name for s in SOURCES)}: a number is named twice; give one another name")
    return numbers


def around(sample: Sample, photo: Tensor, alpha: Tensor, over: float, c: dict[str, float]) -> tuple[float, float]:
    """What skin and cloth around tell of the light: the encoded value that white, `over` times as luminous as skin, has
    at least, and the factor by which shade dims what hangs from a hook. Photo [3,S,S], coverage [1,S,S], 0..1. The
    face's tone is told by what the pair shows of it."""
    parts = sample.planes[11:14].float() / 255
    near = torch.ones_like(parts[0])
    if hook := sample.meta["attach"].get("hook"):
        y, x = torch.meshgrid(*(torch.arange(near.shape[0]) + 0.5,) * 2, indexing="ij")
        away = ((x - hook[0]) ** 2 + (y - hook[1]) ** 2) * sample.meta["mm_per_px"] ** 2
        near = torch.exp2(-away / c["NEAR_MM"] ** 2)
    free = alpha[0] <= 0
    skin, body = (parts[0] > c["SURE"]) & free, (parts[0] + parts[2] > c["SURE"]) & free & (near > c["BESIDE"])
    weight = near[skin].sum()
    if skin.float().mean() < c["LEAST"] or weight < 1:
        return 0.0, 1.0
    encoded = photo.clamp(0, 1)
    linear = torch.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    light = (linear * LUMA).sum(0)
    lit = float((light * near)[skin].sum() / weight)
    tone = max(lit, float(torch.quantile(light[skin], c["LIT"])))
    power = c["PEARLS_SHADE"] if "pearl" in sample.meta["design"] else 1.0
    fair = tone if tone >= c["FAIR"] else c["FAIR"] * (tone / c["FAIR"]) ** c["DARKER"]
    brightest = float(torch.quantile(light[body], c["BRIGHT"])) if body.any() else 0.0
    level = max(min(c["BRIGHTEST"], over * fair * (lit / max(tone, 1e-6)) ** power), c["CLOTH"] * brightest)
    encoded_level = 12.92 * level if level <= 0.0031308 else 1.055 * level ** (1 / 2.4) - 0.055
    return encoded_level, (lit / max(tone, 1e-6)) ** c["DIM"] if hook else 1.0


def curved(product: Tensor, change: Tensor, alpha: Tensor, light: tuple[float, float], c: dict[str, float]) -> Tensor:
    """The product [3,S,S] 0..1 under the curves that take each neighbourhood's mean where `change` takes it; `light`:
    the encoded value of white and the factor of shade."""
    least, dims = light
    side = 2 * max(1, round(c["NEAR"] * alpha.shape[2])) + 1
    solid = alpha * alpha
    total, cover = (spread(w[None], side)[0].clamp(min=1e-6) for w in (solid, alpha))
    own, moved = (spread((x * solid)[None], side)[0] / total for x in (product, change * c["BELIEF"]))
    told, whole = ((x * solid).sum((1, 2), keepdim=True) for x in (change * c["BELIEF"], product))
    told = told / whole.clamp(min=1e-6)
    trust = lambda share: ((share - c["SOLID.0"]) / (c["SOLID.1"] - c["SOLID.0"])).clamp(0, 1)  # noqa: E731
    skin = torch.full_like(told, (least - 1) * c["BELIEF"]) if least > 0 else told
    piece = skin + (told - skin) * trust(solid.sum() / alpha.sum())
    lift = max(0.0, least - (1 + float((piece * LUMA).sum())) * dims)
    alike = 1 - (1 - c["ALIKE"]) * trust(total / cover)
    moved = (own + moved + (own * piece - moved) * alike) * dims + own * lift - own
    before = (own * LUMA).sum(0).clamp(0.02, 0.98)
    after = (before + (moved * LUMA).sum(0)).clamp(0.02, 0.98)
    factor, exponent = after / before, (after.log() / before.log()).clamp(0.4, 3.0)
    ratio = (own + moved).clamp(0.02, 0.98) / own.clamp(0.02, 0.98)
    tint = (ratio / factor).pow(c["TINT"]).clamp(0.5, 2.0)
    luma = (product * LUMA).sum(0).clamp(min=0.02)
    gain = factor * (1 - c["POWER"]) + luma.pow(exponent - 1) * c["POWER"]
    lit = (product * tint * gain).clamp(0, 1)
    value = lit.amax(0, keepdim=True).clamp(min=0.02)
    deeper = c["DEEPENS"] * (product.amax(0, keepdim=True) - value)
    return lit * (lit / value).clamp(min=0.02) ** deeper


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=260, help="the first so many")
    args = parser.parse_args()
    net, numbers = session(args.model), constants()
    rows: dict[str, list[tuple[float, ...]]] = {}
    for sample in Rendered(args.data, "pair").scan()[: args.pairs]:
        example = pair_example(np.random.default_rng(0), sample, plain=True)
        inside = (example["visible"] > 0.9)[0].numpy()
        if inside.sum() < LEAST:
            continue
        made = {k: torch.from_numpy(v[0]) for k, v in net(example["condition"][None].numpy()).items()}
        photo, flat = example["condition"][:3], example["condition"][3:6] * 0.5 + 0.5
        product, alpha, change = example["product"], example["alpha"], made["residual"]
        over = numbers["PEARLS_OVER_SKIN" if "pearl" in sample.meta["design"] else "OVER_SKIN"]
        told = around(sample, photo * 0.5 + 0.5, alpha, over, numbers)
        worn = (example["worn"] * 0.5 + 0.5).permute(1, 2, 0).double().numpy()
        band = ((alpha + ring(alpha[None])[0]) > 0.5)[0].double().numpy()
        start = psnr(flat.permute(1, 2, 0).double().numpy(), worn, band)
        light = {
            "the artwork as it is": product,
            "the network": product + change,
            "the program": curved(product, change, alpha, told, numbers),
        }
        rows.setdefault("truth", []).append((*lightness(worn, inside), np.nan, np.nan))
        for name, lit in light.items():
            picture = compose(photo, lit * 2 - 1, made["shadow"], made["coverage"], torch.zeros_like(lit))
            picture = (picture * 0.5 + 0.5).clamp(0, 1).permute(1, 2, 0).double().numpy()
            figures = product_colour(picture, worn, inside)[1], psnr(picture, worn, band) - start
            rows.setdefault(name, []).append((*lightness(picture, inside), *figures))
    print(f"{len(rows.get('truth', []))} pairs")
    print("| light | 5th, 50th, 95th percentile of lightness | mean colour, ΔE2000 | gain, dB |\n|---|---|---|---|")
    for name, values in rows.items():
        low, middle, high, colour, gain = np.mean(values, 0)
        print(f"| {name} | {low:.0f}, {middle:.0f}, {high:.0f} | {colour:.1f} | {gain:.1f} |")


def lightness(picture: np.ndarray, inside: np.ndarray) -> tuple[float, ...]:
    """Percentiles of L* where the product is seen whole."""
    return tuple(np.percentile(rgb2lab(picture[inside])[:, 0], (5, 50, 95)))


if __name__ == "__main__":
    main()
