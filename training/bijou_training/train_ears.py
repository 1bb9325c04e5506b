"""Train the network of the closer look, or with `--network trinket` the one that finds earrings worn already.

    python -m bijou_training.train_ears --data data/train --out runs/ears --minutes 30
    python -m bijou_training.train_ears --data data/train --out runs/ears0 --minutes 8 \
        --init runs/ears/last.pt --rate 1e-3 --real PHOTOS --fold 0

    python -m bijou_training.train_ears --network trinket --data data/train --out runs/trinkets --minutes 30

`--real` mixes labelled photographs half and half into the renders; every fifth by name is left out (`--fold`, -1:
none). Takes the renderer's samples of kind `ears`; gives OUT/last.pt.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from bijou_training.ear_net import EarNet
from bijou_training.ears import Ear, ear_example, photographed, photographs, rendered, trinket_example
from bijou_training.examples import batch
from bijou_training.losses import ear_loss, trinket_loss
from bijou_training.networks import parameters
from bijou_training.passes import session
from bijou_training.running import Run, arguments, batches, descend, device_of, mixed, onto, save_grid
from bijou_training.train_anchors import draw
from bijou_training.trinket_net import TrinketNet

NETWORKS = {"ear": (EarNet, ear_example, ear_loss), "trinket": (TrinketNet, trinket_example, trinket_loss)}
"""Each with what it sees and how it is judged."""


def grid(run: Run, data: dict[str, Tensor]) -> None:
    """The answers for the batch's first examples: with lines to the truth, or the map found and the true one as the
    red and the green of the picture."""
    with torch.no_grad():
        answer = run.ema(data["image"])
    if run.args.network == "trinket":
        found, true = (F.interpolate(m, scale_factor=2.0) for m in (answer, data["worn"]))
        grey = (data["image"].mean(1, keepdim=True) + 1) / 2
        tiles = list(torch.cat([(grey + found) / 2, (grey + true) / 2, grey / 2], 1)[:24])
    else:
        points, _, visible = answer
        tiles = [draw(data["image"][i], points[i], visible[i], data["points"][i]) for i in range(min(24, len(points)))]
    wide = min(8, len(tiles))
    rows = [tiles[i : i + wide] for i in range(0, len(tiles) - wide + 1, wide)]
    save_grid(run.args.out / f"grid_{run.step:06d}.png", rows, 2)


def make_batch(
    rng: np.random.Generator, size: int, ears: list[Ear], real: list[Ear], network: str = "ear"
) -> dict[str, Tensor]:
    """Renders and, half, photographs."""
    pools = [real if real and i % 2 else ears for i in range(size)]
    return batch([NETWORKS[network][1](rng, pool[rng.integers(len(pool))]) for pool in pools])


def options() -> argparse.Namespace:
    """The command line."""
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--network", choices=sorted(NETWORKS), default="ear")
    parser.add_argument("--real", type=Path, help="labelled photographs")
    parser.add_argument("--anchors", type=Path, default=Path("../models/anchors.onnx"), help="finds the heads in them")
    parser.add_argument("--fold", type=int, default=0, help="which fifth of the people is left out; -1: none")
    return parser.parse_args()


def main() -> None:
    args = options()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = device_of(args)
    network, _, loss = NETWORKS[args.network]
    net = network().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, weight_decay=1e-3)
    run = Run(args, net, optimiser=optimiser)
    found = photographs(args.real, session(args.anchors)) if args.real else []
    learned = [photo for i, photo in enumerate(found) if i % 5 != args.fold]
    real = [ear for photo in learned for ear in photographed(photo)]
    print(f"{parameters(net)} parameters, step {run.step}, {len(learned)} photographs", flush=True)
    seen: set[str] = set()
    ears: list[Ear] = []
    source, going, known = iter(()), run.progress < 1.0, -1
    while going:
        ears += rendered(args.data, seen)
        if not ears:
            raise SystemExit(f"{args.data}: no views of ears; render some with --ears N")
        if len(ears) != known:
            known, heads = len(ears), len({int(name) // 8 for name in seen})
            source = batches(run, partial(make_batch, size=args.batch, ears=ears, real=real, network=args.network))
            print(f"step {run.step}: {known} ears of {heads} heads", flush=True)
        for _ in range(200):
            data = onto(next(source), device)
            net.train()
            with mixed(args, device):
                raw = net.raw(data["image"].contiguous(memory_format=torch.channels_last))
            terms = loss(raw, data)
            going = descend(run, optimiser, terms)
            if run.due():
                run.notes = {
                    "trained_on": {
                        "data": "own Blender renders (training/README.md), random augmentation",
                        "heads": heads,
                        "samples": known,
                        "steps": run.before + run.step,
                        "real_photographs": f"{len(learned)} labelled" if learned else "none",
                    }
                }
                grid(run, data)
                run.save()
            if not going:
                break


if __name__ == "__main__":
    main()
