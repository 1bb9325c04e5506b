"""Train the network that guesses what is behind an earring or a necklace.

    python -m bijou_training.train_behind --data data/train --out runs/behind --minutes 40
    python -m bijou_training.train_behind --data data/train --out runs/behind0 --minutes 8 \
        --init runs/behind/last.pt --rate 8e-4 --adversarial-from 0 --real PHOTOS --fold 0

Takes the renderer's pairs and its views of ears; `--real` mixes in half of photographs' ears that wear nothing and of
their necks, but for what is behind a necklace there: what is hidden of those is known without a label. Ears and necks
take turns. Every fifth photograph by name is left out (`--fold`, -1: none). A PatchGAN joins for the last part. Gives
OUT/last.pt, log.csv and grids (seen, made, true).
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
import torch
from torch import Tensor

from bijou_training.adversary import Judged, adversary
from bijou_training.behind import Bare, behind_example, of_ear, of_neck, of_pair
from bijou_training.behind_net import BehindNet
from bijou_training.dataset import Rendered
from bijou_training.ears import learned, photograph_options, photographed, rendered
from bijou_training.examples import batch
from bijou_training.losses import mean_over, pyramid
from bijou_training.necks import photographed as photographed_neck
from bijou_training.networks import PatchDiscriminator, parameters
from bijou_training.running import Run, arguments, batches, descend, device_of, mixed, onto, save_grid


def grid(run: Run, data: dict[str, Tensor]) -> None:
    """The batch's first examples: seen, made, true."""
    with torch.no_grad():
        made = run.ema(data["picture"])
    rows = zip(*(list(t[:8] * 0.5 + 0.5) for t in (data["picture"][:, :3], made, data["image"])), strict=True)
    save_grid(run.args.out / f"grid_{run.step:06d}.png", [list(row) for row in rows], 2)


def by_place(bare: list[Bare]) -> list[list[Bare]]:
    """Necks, and whatever else there is."""
    return [some for neck in (True, False) if (some := [b for b in bare if b.neck == neck])]


def make_batch(rng: np.random.Generator, size: int, pools: list[list[list[Bare]]]) -> dict[str, Tensor]:
    """Renders and, half, photographs; of both, half are necks."""
    chosen = [pools[i % len(pools)] for i in range(size)]
    return batch([behind_example(rng, some[i // len(pools) % len(some)]) for i, some in enumerate(chosen)])


def guess_loss(made: Tensor, data: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each term: how far the guess is off where it is asked for, as it is and in coarser and coarser pictures."""
    asked = data["asked"]
    terms = {"guess": 4.0 * mean_over((made - data["image"]).abs(), asked.expand_as(made))}
    both = (pyramid(x * asked) for x in (made, data["image"]))
    area = asked.mean().clamp(min=1e-3)
    terms["bands"] = sum((a - b).abs().mean() / area for a, b in zip(*both, strict=True))
    return terms


def opinion(judge: PatchDiscriminator, picture: Tensor, image: Tensor) -> Judged:
    """What a discriminator says of an image that fills the hole of a picture."""
    return [judge(torch.cat([picture, image], 1))]


def options() -> argparse.Namespace:
    """The command line."""
    parser = arguments(__doc__.splitlines()[0])
    parser.set_defaults(batch=16, rate=1.5e-3)
    photograph_options(parser)
    parser.add_argument("--adversarial-from", type=float, default=0.5, help="part of the budget before the GAN")
    parser.add_argument("--adversarial-weight", type=float, default=0.1)
    return parser.parse_args()


def main() -> None:
    args = options()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = device_of(args)
    net = BehindNet().to(device, memory_format=torch.channels_last)
    judge = PatchDiscriminator(7).to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, betas=(0.8, 0.99), weight_decay=1e-3)
    judge_optimiser = torch.optim.Adam(judge.parameters(), 4e-4, betas=(0.5, 0.99))
    run = Run(args, net, judge=judge, optimiser=optimiser, judge_optimiser=judge_optimiser)
    shown = [[*map(of_ear, photographed(p)), *map(of_neck, photographed_neck(p))] for p in learned(args)]
    bare_of = [[b for b in some if b] for some in shown]
    real = [bare for some in bare_of for bare in some]
    pairs, seen, known = Rendered(args.data, "pair"), set(), 0
    ears: list[Bare] = []
    print(f"{parameters(net)} parameters, step {run.step}, {len(real)} ears and necks of photographs", flush=True)
    source, going = iter(()), run.progress < 1.0
    while going:
        ears += [b for ear in rendered(args.data, seen) if (b := of_ear(ear))]
        bare = [of_pair(s) for s in pairs.scan()] + ears
        if not bare:
            raise SystemExit(f"{args.data}: no pairs and no views of ears; render some (training/README.md)")
        if len(bare) != known:
            known, heads = len(bare), len({s.meta["head"] for s in pairs.samples} | {int(n) // 8 for n in seen})
            pools = [by_place(some) for some in (bare, real) if some]
            source = batches(run, partial(make_batch, size=args.batch, pools=pools))
            print(f"step {run.step}: {known} pictures of {heads} heads", flush=True)
        for _ in range(200):
            data = onto(next(source), device)
            net.train()
            with mixed(args, device):
                guess = net.raw(data["picture"].contiguous(memory_format=torch.channels_last))
            asked = data["asked"]
            made = data["image"] * (1 - asked) + guess.float() * asked
            terms = guess_loss(made, data)
            if run.progress >= args.adversarial_from:
                show = partial(opinion, judge, data["picture"])
                _, fool, match = adversary(run, judge, judge_optimiser, show, data["image"], made)
                terms |= {"fool": args.adversarial_weight * fool, "match": match}
            going = descend(run, optimiser, terms)
            if run.due():
                note(run, heads, known, sum(map(bool, bare_of)))
                grid(run, data)
                run.save()
            if not going:
                break


def note(run: Run, heads: int, samples: int, photographs: int) -> None:
    """What the manifest will say of the training."""
    run.notes = {
        "trained_on": {
            "data": "own Blender renders (training/README.md), random augmentation",
            "heads": heads,
            "samples": samples,
            "steps": run.before + run.step,
            "real_photographs": f"{photographs}, ears that wear nothing, and necks" if photographs else "none",
        }
    }
    if run.started_from:
        run.notes["trained_on"]["started_from"] = run.started_from


if __name__ == "__main__":
    main()
