"""Train the anchors network.

    python -m bijou_training.train_anchors --data data/train --out runs/anchors --minutes 20
    python -m bijou_training.train_anchors --data data/train --out runs/adapted --minutes 5 \
        --init runs/anchors/last.pt --rate 6e-4 --real PHOTOS

`--real` mixes a folder of labelled photographs (anchors.json) half and half into the renders; every fifth
person is left out for measuring (`--fold`); `--own-labels` adds the further photographs, of which at most lobes and
neck were set by hand (own_labels.py). Where skin, hair and clothes were drawn (hand_parts.py) they are learned too.
Takes portraits (and pairs, for negatives); gives OUT/last.pt.
"""

from __future__ import annotations

import argparse
import copy
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from bijou_training.dataset import EYE_L, Rendered, Sample, further_photographs, real_photographs
from bijou_training.examples import batch, negative_example, portrait_example
from bijou_training.losses import anchors_loss
from bijou_training.networks import SIZE, AnchorsNet, parameters
from bijou_training.own_labels import label_all
from bijou_training.running import Run, arguments, batches, descend, device_of, mixed, onto, save_grid

NEGATIVES = 0.12
COLOURS = torch.tensor([[0.2, 0.2, 0.2], [0.9, 0.6, 0.4], [0.9, 0.9, 0.1], [0.2, 0.4, 0.9]])


def draw(image: Tensor, points: Tensor, seen: Tensor, reference: Tensor | None = None) -> Tensor:
    """Points on a picture -1..1: green seen, red hidden, white crosses for the reference."""
    sheet = Image.fromarray(((image.cpu() * 0.5 + 0.5) * 255).byte().permute(1, 2, 0).numpy())
    pen = ImageDraw.Draw(sheet)
    for i, (x, y) in enumerate((points * SIZE).tolist()):
        if reference is not None:
            u, v = (reference[i] * SIZE).tolist()
            pen.line([(u, v), (x, y)], fill=(255, 255, 255))
        pen.ellipse([x - 2, y - 2, x + 2, y + 2], fill=(0, 230, 0) if seen[i] > 0.5 else (255, 0, 0))
    return torch.from_numpy(np.asarray(sheet).transpose(2, 0, 1).copy()).float() / 255


def part_picture(parts: Tensor) -> Tensor:
    """Probabilities [4,64,64] as colours [3,256,256]."""
    small = torch.einsum("phw,pc->chw", parts.cpu(), COLOURS)
    return torch.nn.functional.interpolate(small[None], size=(SIZE, SIZE))[0]


def grid(run: Run, data: dict[str, Tensor]) -> None:
    """Prediction and target of the batch's first eight examples."""
    with torch.no_grad():
        points, _, visible, parts, _, _ = run.ema(data["image"])
    rows = []
    for i in range(min(8, len(points))):
        row = [data["image"][i] * 0.5 + 0.5, draw(data["image"][i], data["points"][i], data["visible"][i])]
        row += [draw(data["image"][i], points[i], visible[i]), part_picture(data["parts"][i]), part_picture(parts[i])]
        rows.append(row)
    save_grid(run.args.out / f"grid_{run.step:06d}.png", rows)


def make_batch(
    rng: np.random.Generator, size: int, portraits: list[Sample], pairs: list[Sample], real: list[Sample]
) -> dict[str, Tensor]:
    """Renders, real photographs (half, where given) and negatives."""
    examples = []
    for i in range(size):
        if rng.random() < NEGATIVES or not portraits:
            examples.append(negative_example(rng, portraits, pairs))
        else:
            pool = real if real and i % 2 else portraits
            examples.append(portrait_example(rng, pool[rng.integers(len(pool))], portraits))
    return batch(examples)


def options() -> argparse.Namespace:
    """The command line."""
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--real", type=Path, help="labelled photographs for the adaptation")
    parser.add_argument("--fold", type=int, default=0, help="which fifth of the people is left out; -1: none")
    parser.add_argument("--own-labels", action="store_true", help="learn from the further photographs as well")
    return parser.parse_args()


def photographs(run: Run) -> list[Sample]:
    """The real photographs of this run, the unlabelled ones with the network's own answers."""
    args = run.args
    if not args.real:
        return []
    labelled = real_photographs(args.real, fold=args.fold)[0]
    further = further_photographs(args.real, fold=args.fold)[0] if args.own_labels else []
    own = label_all(copy.deepcopy(run.ema), further)
    print(f"{len(labelled)} labelled photographs, {len(own)} labelled by the network itself", flush=True)
    return labelled * 2 + own if own else labelled


def note(run: Run, heads: int, samples: int, real: list[Sample]) -> None:
    """What the manifest will say of the training."""
    labelled = len({s.name for s in real if s.points[EYE_L, 3] > 0.61})
    own = len({s.name for s in real}) - labelled
    kinds = f"{labelled} labelled" + (f", {own} by its own answers and the points set by hand" if own else "")
    drawn = len({s.name for s in real if s.parted})
    kinds += f"; parts drawn by hand in {drawn}" if drawn else ""
    run.notes = {
        "trained_on": {
            "data": "own Blender renders (training/README.md), random augmentation",
            "heads": heads,
            "samples": samples,
            "steps": run.before + run.step,
            "real_photographs": f"{kinds}, for adaptation" if real else "none",
        }
    }
    if run.started_from:
        run.notes["trained_on"]["started_from"] = run.started_from


def main() -> None:
    args = options()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = device_of(args)
    net = AnchorsNet().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, weight_decay=1e-3)
    run = Run(args, net, optimiser=optimiser)
    portraits, pairs = Rendered(args.data, "portrait"), Rendered(args.data, "pair")
    real = photographs(run)
    print(f"{parameters(net)} parameters, step {run.step}", flush=True)
    known, going, source = 0, run.progress < 1.0, iter(())
    while going:
        portraits.scan()
        pairs.scan()
        if len(portraits.samples) != known:
            known, heads = len(portraits.samples), len({s.meta["head"] for s in portraits.samples})
            make = partial(make_batch, size=args.batch, portraits=portraits.samples, pairs=pairs.samples, real=real)
            source = batches(run, make)
            print(f"step {run.step}: {known} portraits of {heads} heads", flush=True)
        for _ in range(min(200, max(20, len(portraits.samples) // args.batch)) if known > 2 else 1):
            data = onto(next(source), device)
            net.train()
            with mixed(args, device):
                raw = net.raw(data["image"].contiguous(memory_format=torch.channels_last))
            terms = anchors_loss(raw, data)
            going = descend(run, optimiser, terms)
            if run.due():
                note(run, heads, len(portraits.samples), real)
                grid(run, data)
                run.save()
            if not going:
                break


if __name__ == "__main__":
    main()
