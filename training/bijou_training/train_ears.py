"""Train the network of the closer look, or with `--network trinket`, `strand` or `hand` those that find earrings and
necklaces worn already and hands before the head.

    python -m bijou_training.train_ears --data data/train --out runs/ears --minutes 30
    python -m bijou_training.train_ears --data data/train --out runs/ears0 --minutes 8 \
        --init runs/ears/last.pt --rate 1e-3 --real PHOTOS --fold 0

    python -m bijou_training.train_ears --network trinket --data data/train --out runs/trinkets --minutes 30

`--real` mixes labelled photographs half and half into the renders; every fifth by name is left out (`--fold`, -1:
none). Takes the renderer's samples of kind `ears`, for `strand` its pairs of necklaces, for `hand` those of kind
`arms`; gives OUT/last.pt.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from bijou_training import ears, hands, necks
from bijou_training.ear_net import EarNet
from bijou_training.ears import Ear, Photograph
from bijou_training.examples import batch
from bijou_training.hand_net import HandNet
from bijou_training.hands import Head
from bijou_training.losses import ear_loss, trinket_loss
from bijou_training.necks import Neck
from bijou_training.networks import Pyramid, parameters
from bijou_training.running import Run, arguments, batches, descend, device_of, mixed, onto, save_grid
from bijou_training.strand_net import StrandNet
from bijou_training.train_anchors import draw
from bijou_training.trinket_net import TrinketNet

Part = Ear | Neck | Head


@dataclass
class Look:
    """A network that looks at a part of a head: what it sees, how it is judged, and where that comes from."""

    network: type[Pyramid]
    example: Callable[..., dict[str, Tensor]]
    loss: Callable[[dict[str, Tensor], dict[str, Tensor]], dict[str, Tensor]]
    rendered: Callable[[Path, set[str]], list[Part]] = ears.rendered
    photographed: Callable[[Photograph], list[Part]] = ears.photographed
    heads: int = 8
    """So many folders in a row show one head."""
    times: Callable[[Part], int] = lambda _: 1
    """So much more often a photograph's is shown."""
    lenders: Callable[[list[Part], list[Part]], list[Part]] | None = None
    """Of renders and photographs those of which what is worn is shown on others as well."""
    asks: str = "ears, --ears N"
    """What the renderer must have made."""


def wearing(_: list[Part], real: list[Part]) -> list[Part]:
    """The photographs of people who wear something."""
    return [part for part in real if part.worn is not None and part.worn.any()]


def raised(renders: list[Part], _: list[Part]) -> list[Part]:
    """The rendered heads with hands."""
    return [head for head in renders if not head.bare]


NETWORKS = {
    "ear": Look(EarNet, ears.ear_example, ear_loss),
    "trinket": Look(TrinketNet, ears.trinket_example, trinket_loss, lenders=wearing),
    "strand": Look(
        StrandNet,
        necks.strand_example,
        trinket_loss,
        necks.rendered,
        necks.photographed,
        4,
        necks.times,
        wearing,
        "necklaces, --pairs N",
    ),
    "hand": Look(
        HandNet,
        hands.hand_example,
        trinket_loss,
        hands.rendered,
        hands.photographed,
        lenders=raised,
        asks="raised arms, --arms N",
    ),
}


def grid(run: Run, data: dict[str, Tensor]) -> None:
    """The answers for the batch's first examples: with lines to the truth, or the map found and the true one as the
    red and the green of the picture."""
    with torch.no_grad():
        answer = run.ema(data["image"])
    if run.args.network != "ear":
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
    rng: np.random.Generator, size: int, renders: list[Part], real: list[Part], network: str = "ear"
) -> dict[str, Tensor]:
    """Renders and, half, photographs."""
    look = NETWORKS[network]
    example = partial(look.example, donors=look.lenders(renders, real)) if look.lenders else look.example
    pools = [real if real and i % 2 else renders for i in range(size)]
    return batch([example(rng, pool[rng.integers(len(pool))]) for pool in pools])


def options() -> argparse.Namespace:
    """The command line."""
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--network", choices=sorted(NETWORKS), default="ear")
    ears.photograph_options(parser)
    return parser.parse_args()


def main() -> None:
    args = options()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = device_of(args)
    look = NETWORKS[args.network]
    net = look.network().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, weight_decay=1e-3)
    run = Run(args, net, optimiser=optimiser)
    parts = [found for photo in ears.learned(args) if (found := look.photographed(photo))]
    real = [part for found in parts for part in found for _ in range(look.times(part))]
    print(f"{parameters(net)} parameters, step {run.step}, {len(parts)} photographs", flush=True)
    seen: set[str] = set()
    renders: list[Part] = []
    source, going, known = iter(()), run.progress < 1.0, -1
    while going:
        renders += look.rendered(args.data, seen)
        if not renders:
            raise SystemExit(f"{args.data}: no views for {args.network}; render some: {look.asks}")
        if len(renders) != known:
            known, heads = len(renders), len({int(name) // look.heads for name in seen})
            make = partial(make_batch, size=args.batch, renders=renders, real=real, network=args.network)
            source = batches(run, make)
            print(f"step {run.step}: {known} views of {heads} heads", flush=True)
        for _ in range(200):
            data = onto(next(source), device)
            net.train()
            with mixed(args, device):
                raw = net.raw(data["image"].contiguous(memory_format=torch.channels_last))
            terms = look.loss(raw, data)
            going = descend(run, optimiser, terms)
            if run.due():
                run.notes = {
                    "trained_on": {
                        "data": "own Blender renders (training/README.md), random augmentation",
                        "heads": heads,
                        "samples": known,
                        "steps": run.before + run.step,
                        "real_photographs": f"{len(parts)} labelled" if parts else "none",
                    }
                }
                grid(run, data)
                run.save()
            if not going:
                break


if __name__ == "__main__":
    main()
