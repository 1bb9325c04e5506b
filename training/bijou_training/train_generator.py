"""Train the generator of corrections.

    python -m bijou_training.train_generator --data data/train --out runs/generator --minutes 40

Reconstruction alone for the first `--adversarial-from` of the budget, then two PatchGANs with a small weight
join. Takes pairs; gives OUT/last.pt, log.csv and grids (photo, flat, made, worn, shadow, coverage, residual).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bijou_training.dataset import Rendered, Sample
from bijou_training.examples import batch, pair_example
from bijou_training.losses import correction_loss, feature_matching, hinge_discriminator, hinge_generator
from bijou_training.networks import Discriminators, Generator, compose, parameters
from bijou_training.running import Run, arguments, mixed, save_grid


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


def make_batch(rng: np.random.Generator, size: int, pairs: list[Sample]) -> dict[str, Tensor]:
    """`size` augmented pairs."""
    return batch([pair_example(rng, pairs[rng.integers(len(pairs))], pairs) for _ in range(size)])


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.set_defaults(batch=5, rate=1.5e-3)
    parser.add_argument("--adversarial-from", type=float, default=0.6, help="part of the budget before the GAN")
    parser.add_argument("--adversarial-weight", type=float, default=0.03)
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16", help="bf16: mixed, faster where known")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    net = Generator().to(memory_format=torch.channels_last)
    judge = Discriminators().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, betas=(0.8, 0.99), weight_decay=1e-3)
    judge_optimiser = torch.optim.Adam(judge.parameters(), 4e-4, betas=(0.5, 0.99))
    run = Run(args, net, judge=judge, optimiser=optimiser, judge_optimiser=judge_optimiser)
    pairs = Rendered(args.data, "pair")
    print(f"{parameters(net)} parameters, step {run.step}", flush=True)
    known, going = 0, run.progress < 1.0
    while going:
        pairs.scan()
        heads = len({s.meta["head"] for s in pairs.samples})
        if len(pairs.samples) != known:
            known = len(pairs.samples)
            print(f"step {run.step}: {known} pairs of {heads} heads", flush=True)
        for _ in range(min(200, max(20, len(pairs.samples) // args.batch)) if known > 2 else 1):
            data = make_batch(run.rng, args.batch, pairs.samples)
            condition = data["condition"].contiguous(memory_format=torch.channels_last)
            net.train()
            with mixed(args):
                shadow, logit, residual = net.raw(condition)
            image = worn_image(shadow.detach(), data["visible"], residual, data)
            terms = correction_loss(image, shadow, logit, residual, data)
            names = ("judge", "fool", "match")
            extra = dict.fromkeys(names, torch.zeros(()))
            if run.progress >= args.adversarial_from:
                with mixed(args):
                    scores = judge(condition, data["worn"]), judge(condition, image.detach())
                    extra["judge"] = hinge_discriminator(*scores)
                judge_optimiser.zero_grad(set_to_none=True)
                extra["judge"].backward()
                judge_optimiser.step()
                judge.requires_grad_(False)
                with mixed(args):
                    with torch.no_grad():
                        real = judge(condition, data["worn"])
                    fake = judge(condition, image)
                terms["fool"] = args.adversarial_weight * hinge_generator(fake)
                terms["match"] = 0.5 * feature_matching(real, fake)
            optimiser.param_groups[0]["lr"] = run.rate()
            optimiser.zero_grad(set_to_none=True)
            sum(terms.values()).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            judge.requires_grad_(True)
            going = run.advance(extra | terms)
            if run.due():
                run.notes = {
                    "trained_on": {
                        "data": "own Blender renders (training/README.md), random augmentation",
                        "heads": heads,
                        "samples": len(pairs.samples),
                        "steps": run.before + run.step,
                        "real_photographs": "none",
                    }
                }
                grid(run, data)
                run.save()
            if not going:
                break


if __name__ == "__main__":
    main()
