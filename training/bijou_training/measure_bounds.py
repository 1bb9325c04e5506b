"""What a generator could gain at best: parts of its answer replaced by the rendered truth, one after the other.

    python -m bijou_training.measure_bounds --data data/test --model ../models/tryon.onnx

Says how much of the asked gain is a question of light, of what hides the piece and of its shadow. Takes pairs; prints
Markdown: PSNR gain over flat compositing, dB, in the band of `measure_pairs`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor

from bijou_training.dataset import Rendered, Sample
from bijou_training.examples import pair_example
from bijou_training.losses import ring
from bijou_training.measure_pairs import psnr
from bijou_training.networks import EVEN, box, compose


def best_factor(product: Tensor, worn: Tensor, visible: Tensor, side: int = 0) -> Tensor:
    """The factor on the product's encoded values that comes nearest to the truth in the sense of least squares: one
    for each channel, or one for each box of `side` pixels."""
    with_worn, with_itself = product * worn * visible, product * product * visible
    if side:
        return (box(with_worn[None], side) / box(with_itself[None], side).clamp(min=1e-4))[0].clamp(0, 2)
    return with_worn.sum((1, 2), keepdim=True) / with_itself.sum((1, 2), keepdim=True).clamp(min=1e-4)


def gains(session: ort.InferenceSession, sample: Sample) -> dict[str, float] | None:
    """Gain over flat compositing of each picture that could have been made; None where there is no product."""
    example = pair_example(np.random.default_rng(0), sample, plain=True)
    alpha, visible, product = example["alpha"], example["visible"], example["product"]
    if alpha.sum() < 4:
        return None
    names = [o.name for o in session.get_outputs()]
    answer = session.run(names, {session.get_inputs()[0].name: example["condition"][None].numpy()})
    made = {k: torch.from_numpy(v[0]).float() for k, v in zip(names, answer, strict=True)}
    flat, worn = (x * 0.5 + 0.5 for x in (example["condition"][3:6], example["worn"]))
    band = ((alpha + ring(alpha[None])[0]) > 0.5)[0].double().numpy()
    shadow, coverage, lit = made["shadow"], made["coverage"], (product + made["residual"]).clamp(0, 1)
    cast = sample.shadows.float()[:1] / 255
    pictures = {
        "the network": (lit, coverage, shadow),
        "with the true coverage": (lit, visible, shadow),
        "with the true coverage and shadow": (lit, visible, cast),
        "those, and the best factor on the network's light": (lit * best_factor(lit, worn, visible), visible, cast),
        "those, and the product as it is": (product, visible, cast),
        "those, and the best factor for each channel": (product * best_factor(product, worn, visible), visible, cast),
        "those, and the best factor in boxes": (product * best_factor(product, worn, visible, EVEN), visible, cast),
    }

    def gain(picture: Tensor) -> float:
        a, b, start = (x.permute(1, 2, 0).double().numpy() for x in (picture, worn, flat))
        return psnr(a, b, band) - psnr(start, b, band)

    return {
        name: gain(compose(example["condition"][:3], product * 2 - 1, s, c, p - product) * 0.5 + 0.5)
        for name, (p, c, s) in pictures.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs")
    parser.add_argument("--model", type=Path, required=True, help="an exported generator for 256x256")
    args = parser.parse_args()
    session = ort.InferenceSession(str(args.model), providers=["CPUExecutionProvider"])
    rows = [row for s in Rendered(args.data, "pair").scan() if (row := gains(session, s))]
    if not rows:
        raise SystemExit(f"{args.data}: no pairs with a product in them; render some with bijou_training.render")
    print(f"{len(rows)} pairs\n\n| picture | gain, mean dB | median dB |\n|---|---|---|")
    for name in rows[0]:
        values = [row[name] for row in rows]
        print(f"| {name} | {np.mean(values):.2f} | {np.median(values):.2f} |")


if __name__ == "__main__":
    main()
