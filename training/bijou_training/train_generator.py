"""Train the generator of corrections, and the small one for live pictures from it.

    python -m bijou_training.train_generator --data data/train --out runs/generator --minutes 40
    python -m bijou_training.train_generator --data data/train --out runs/live --minutes 18 \
        --live runs/generator/last.pt --batch 8 --rate 2e-3

The first `--half-until` of the budget works at half the size with batches twice as large (progressive resizing).
Reconstruction alone for the first `--adversarial-from` of it, then two PatchGANs with a small weight
join. The live network learns from the truth and from what the large one answers, without the PatchGANs.
Takes pairs; gives OUT/last.pt, log.csv and grids (photo, flat, made, worn, shadow, coverage, residual).
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bijou_training.adversary import adversary
from bijou_training.dataset import Rendered, Sample
from bijou_training.examples import batch, halved, pair_example
from bijou_training.losses import correction_loss, lesson, ring
from bijou_training.networks import SIZE, Discriminators, Generator, LiveGenerator, compose, parameters
from bijou_training.running import Run, arguments, batches, device_of, mixed, onto, save_grid

RARE, SEEN = 2.5, 0.97
"""A pair of whose piece less than the second is seen is drawn so many times as often as another."""


def worn_image(shadow: Tensor, coverage: Tensor, residual: Tensor, data: dict[str, Tensor]) -> Tensor:
    """The picture -1..1 that restore makes of the corrections: with the product's straight colour, so that
    soft edges and thin chains are not blended with the photo twice."""
    return compose(data["condition"][:, :3], data["product"] * 2 - 1, shadow, coverage, residual)


def grid(run: Run, data: dict[str, Tensor]) -> None:
    """The batch's first six examples."""
    with torch.no_grad():
        outputs = run.ema(data["condition"])
        image = worn_image(*outputs[1:], data)
    rows = []
    for i in range(min(6, len(image))):
        photo, flat = data["condition"][i, :3] * 0.5 + 0.5, data["condition"][i, 3:6] * 0.5 + 0.5
        row = [photo, flat, image[i] * 0.5 + 0.5, data["worn"][i] * 0.5 + 0.5, outputs[1][i], data["shadow"][i]]
        row += [outputs[2][i], data["visible"][i], outputs[3][i] * (outputs[2][i] > 0.02) + 0.5]
        rows.append(row)
    save_grid(run.args.out / f"grid_{run.step:06d}.png", rows)


def shares(pairs: list[Sample]) -> np.ndarray:
    """How often each pair is drawn: what hides is rare and hard, so pieces that are not wholly seen come more often."""
    often = np.array([RARE if s.meta["visible_fraction"] < SEEN else 1.0 for s in pairs])
    return often / often.sum()


def make_batch(rng: np.random.Generator, args: argparse.Namespace, pairs: list[Sample]) -> dict[str, Tensor]:
    """Augmented pairs."""
    chosen = rng.choice(len(pairs), args.batch, p=shares(pairs))
    return batch([pair_example(rng, pairs[i], pairs, size=args.size) for i in chosen])


def joined(a: dict[str, Tensor], b: dict[str, Tensor]) -> dict[str, Tensor]:
    """Two batches as one."""
    return {k: torch.cat([v, b[k]]) for k, v in a.items()}


def teacher_of(checkpoint: Path, device: torch.device) -> Generator:
    """The large generator of a checkpoint, its averaged weights, which learns no more."""
    net = Generator().to(device, memory_format=torch.channels_last)
    net.load_state_dict(torch.load(checkpoint, map_location=device, weights_only=True)["ema"])
    return net.eval().requires_grad_(False)


def options() -> argparse.Namespace:
    """The command line."""
    parser = arguments(__doc__.splitlines()[0])
    parser.set_defaults(batch=5, rate=1.5e-3)
    parser.add_argument("--live", type=Path, help="train the small generator from this checkpoint of the large one")
    parser.add_argument("--adversarial-from", type=float, default=0.85, help="part of the budget before the GAN")
    parser.add_argument("--size", type=int, default=SIZE, help="side of the training pictures; 512 for `tryon-512`")
    parser.add_argument("--half-until", type=float, default=0.6, help="part of the budget at half the size, quicker")
    parser.add_argument("--adversarial-weight", type=float, default=0.03)
    return parser.parse_args()


def main() -> None:
    args = options()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = device_of(args)
    net = (LiveGenerator() if args.live else Generator()).to(device, memory_format=torch.channels_last)
    teacher = teacher_of(args.live, device) if args.live else None
    judge = Discriminators().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, betas=(0.8, 0.99), weight_decay=5e-3)
    judge_optimiser = torch.optim.Adam(judge.parameters(), 4e-4, betas=(0.5, 0.99))
    run = Run(args, net, judge=judge, optimiser=optimiser, judge_optimiser=judge_optimiser)
    pairs = Rendered(args.data, "pair")
    print(f"{parameters(net)} parameters, step {run.step}", flush=True)
    known, going, source = 0, run.progress < 1.0, iter(())
    while going:
        pairs.scan()
        if len(pairs.samples) != known:
            known, heads = len(pairs.samples), len({s.meta["head"] for s in pairs.samples})
            source = batches(run, partial(make_batch, args=args, pairs=pairs.samples))
            print(f"step {run.step}: {known} pairs of {heads} heads", flush=True)
        for _ in range(min(200, max(20, len(pairs.samples) // args.batch)) if known > 2 else 1):
            half = run.progress < args.half_until
            data = onto(next(source), device)
            data = halved(joined(data, onto(next(source), device))) if half else data
            data["around"] = ring(data["alpha"])
            condition = data["condition"].contiguous(memory_format=torch.channels_last)
            net.train()
            with mixed(args, device):
                # in the losses' own layout: channels last, their poolings and sums take twice as long
                shadow, logit, residual = (x.contiguous() for x in net.raw(condition))
            image = worn_image(shadow.detach(), data["visible"], residual, data)
            terms = correction_loss(image, shadow, logit, residual, data)
            extra = dict.fromkeys(("judge", "fool", "match"), torch.zeros(()))
            if teacher:
                with torch.no_grad(), mixed(args, device):
                    answer = teacher.raw(condition)
                terms |= lesson(shadow, logit, residual, answer, data)
            elif run.progress >= args.adversarial_from:
                show = partial(judge, data["condition"])
                lost, fool, match = adversary(run, judge, judge_optimiser, show, data["worn"], image)
                extra["judge"] = lost
                terms |= {"fool": args.adversarial_weight * fool, "match": 0.5 * match}
            optimiser.param_groups[0]["lr"] = run.rate()
            optimiser.zero_grad(set_to_none=True)
            sum(terms.values()).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            going = run.advance(extra | terms)
            if run.due():
                note(run, heads, len(pairs.samples))
                grid(run, data)
                run.save()
            if not going:
                break


def note(run: Run, heads: int, samples: int) -> None:
    """What the manifest will say of the training."""
    run.notes = {
        "network": "live" if run.args.live else "quality",
        "trained_on": {
            "data": "own Blender renders (training/README.md), random augmentation",
            "heads": heads,
            "samples": samples,
            "steps": run.before + run.step,
            "real_photographs": "none",
        },
    }
    if run.args.live:
        run.notes["trained_on"]["teacher"] = "tryon"
    if run.started_from:
        run.notes["trained_on"]["started_from"] = run.started_from


if __name__ == "__main__":
    main()
