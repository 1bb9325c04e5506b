"""Train a Pix2Pix network on aligned pairs of your own and export it for `bijou try-on --model`.

    python -m bijou_training.pix2pix DATA --out runs/mine --minutes 60
    python -m bijou_training.pix2pix DATA --out runs/mine --export mine.onnx --minutes 0

DATA: see pix2pix_data.py and YOUR_OWN_PAIRS.md. A small U-Net with a PatchGAN and L1. Resumes from OUT/last.pt;
writes OUT/log.csv (losses, PSNR of the validation pairs), grids (A, made, B) and, at the end, the ONNX file:
one input `image` [1,3,S,S] and one output `made` [1,3,S,S], both RGB in -1..1.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bijou_training.adversary import adversary
from bijou_training.export import ALLOWED, without_identities
from bijou_training.networks import PatchDiscriminator, Up, conv, parameters
from bijou_training.pix2pix_data import Pair, example, load, splits
from bijou_training.running import Run, arguments, device_of, mixed, save_grid


class UNet(nn.Module):
    """[N,3,S,S] in -1..1 -> [N,3,S,S] in -1..1, S a multiple of 32; convolutions and nearest resizing only."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        a, b, c, d, e = width, 2 * width, 4 * width, 6 * width, 8 * width
        self.down0 = nn.Sequential(conv(3, a, 2), conv(a, a))
        self.down1 = nn.Sequential(conv(a, b, 2), conv(b, b))
        self.down2 = nn.Sequential(conv(b, c, 2), conv(c, c))
        self.down3 = nn.Sequential(conv(c, d, 2), conv(d, d))
        self.down4 = nn.Sequential(conv(d, e, 2), conv(e, e))
        self.up3, self.up2, self.up1, self.up0 = Up(e, d), Up(d, c), Up(c, b), Up(b, a)
        self.lateral = nn.Conv2d(a, 16, 1)
        self.fine = conv(16 + 3, 16)
        self.head = nn.Conv2d(16 + 3, 3, 3, 1, 1)
        with torch.no_grad():
            # starts near the picture itself: few pairs only have to teach the difference
            self.head.weight.mul_(0.1)
            self.head.bias.zero_()
            for colour in range(3):
                self.head.weight[colour, 16 + colour, 1, 1] = 1.15

    def forward(self, image: Tensor) -> Tensor:
        s0 = self.down0(image)
        s1 = self.down1(s0)
        s2 = self.down2(s1)
        s3 = self.down3(s2)
        x = self.up3(self.down4(s3), s3)
        x = self.up0(self.up1(self.up2(x, s2), s1), s0)
        x = F.interpolate(self.lateral(x), scale_factor=2.0, mode="nearest")
        x = self.fine(torch.cat([x, image], 1))
        # the picture itself reaches the last layer, so that what stays as it is need not be learnt through the net
        return torch.tanh(self.head(torch.cat([x, image], 1)))


class Judges(nn.Module):
    """PatchGANs on A and B (or what was made), at full and half resolution."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.ModuleList([PatchDiscriminator(6), PatchDiscriminator(6)])

    def forward(self, a: Tensor, image: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        x = torch.cat([a, image], 1)
        return [self.scales[0](x), self.scales[1](F.avg_pool2d(x, 2))]


def swapped(planes: Tensor) -> Tensor:
    """B over A."""
    return torch.cat([planes[3:], planes[:3]])


def as_stored(planes: Tensor) -> Tensor:
    """A over B."""
    return planes


def psnr(net: nn.Module, pairs: list[Pair], get: Callable[[Pair], Tensor], device: torch.device) -> tuple[float, float]:
    """Mean PSNR in dB of A itself and of what the network makes of it, against B."""
    rows = []
    with torch.no_grad():
        for pair in pairs:
            planes = get(pair)[None].to(device).float() / 127.5 - 1
            a, b = planes[:, :3], planes[:, 3:]
            errors = [float(((x - b) / 2).square().mean()) for x in (a, net(a))]
            rows.append([-10 * np.log10(max(e, 1e-9)) for e in errors])
    return tuple(np.mean(rows, 0)) if rows else (float("nan"), float("nan"))


def options() -> argparse.Namespace:
    """The command line."""
    parser = arguments(__doc__.splitlines()[0])
    data = next(a for a in parser._actions if a.dest == "data")
    parser._remove_action(data)
    parser._option_string_actions.pop("--data")
    parser.add_argument("data", type=Path, help="folder with the pairs")
    parser.set_defaults(batch=4, rate=1e-3)
    parser.add_argument("--size", type=int, default=256, help="side of the square pictures, a multiple of 32")
    parser.add_argument("--width", type=int, default=32, help="channels of the first layer; 16 is small, 64 large")
    parser.add_argument("--swap", action="store_true", help="learn A from B")
    parser.add_argument("--stretch", action="store_true", help="squeeze oblong pictures instead of cutting the middle")
    parser.add_argument("--no-mirror", action="store_true", help="never mirror the pairs (left and right matter)")
    parser.add_argument("--adversarial-from", type=float, default=0.1, help="part of the budget before the GAN")
    parser.add_argument("--adversarial-weight", type=float, default=0.02, help="0: L1 alone")
    parser.add_argument("--export", type=Path, help="the ONNX file to write; OUT/pix2pix.onnx if left out")
    args = parser.parse_args()
    if args.size % 32 or not 64 <= args.size <= 1024:
        raise SystemExit(f"--size {args.size}: expected a multiple of 32 from 64 to 1024")
    if not 8 <= args.width <= 128:
        raise SystemExit(f"--width {args.width}: expected 8 to 128")
    return args


def step(run: Run, net: UNet, judge: Judges, optimisers: list[torch.optim.Optimizer], planes: Tensor) -> dict:
    """One step on a batch [N,6,S,S]; gives the losses."""
    args, device = run.args, run.device
    a, b = planes[:, :3], planes[:, 3:]
    net.train()
    with mixed(args, device):
        made = net(a)
    made = made.float()
    zero = torch.zeros(())
    terms = {"l1": 2.0 * (made - b).abs().mean()}
    lost = zero
    if args.adversarial_weight > 0 and run.progress >= args.adversarial_from:
        lost, fool, match = adversary(run, judge, optimisers[1], partial(judge, a), b, made)
        terms |= {"fool": args.adversarial_weight * fool, "match": 0.3 * match}
    optimisers[0].param_groups[0]["lr"] = run.rate()
    optimisers[0].zero_grad(set_to_none=True)
    sum(terms.values()).backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimisers[0].step()
    return {"judge": lost, "fool": zero, "match": zero} | terms


def train(args: argparse.Namespace, found: dict[str, list[Pair]]) -> Run:
    """Until the budget is spent; gives the finished run."""
    device = device_of(args)
    torch.manual_seed(args.seed)
    net = UNet(args.width).to(device, memory_format=torch.channels_last)
    judge = Judges().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, betas=(0.8, 0.99), weight_decay=1e-3)
    judge_optimiser = torch.optim.Adam(judge.parameters(), 4e-4, betas=(0.5, 0.99))
    run = Run(args, net, judge=judge, optimiser=optimiser, judge_optimiser=judge_optimiser)
    way = swapped if args.swap else as_stored
    view = partial(example, size=args.size, stretch=args.stretch, flip=not args.no_mirror, way=way)
    get = partial(stored, args=args, way=way)
    print(f"{parameters(net)} parameters, step {run.step}, " + ", ".join(f"{len(v)} {k}" for k, v in found.items()))
    going = run.progress < 1.0
    while going:
        pairs = [found["train"][run.rng.integers(len(found["train"]))] for _ in range(args.batch)]
        planes = torch.stack([view(run.rng, pair) for pair in pairs]).to(device)
        going = run.advance(step(run, net, judge, [optimiser, judge_optimiser], planes))
        if run.due():
            before, after = psnr(run.ema, found["val"][:32], get, device)
            print(f"step {run.step}: validation {before:.2f} dB -> {after:.2f} dB", flush=True)
            with torch.no_grad():
                made = run.ema(planes[:, :3])
            rows = [[p[:3] * 0.5 + 0.5, m * 0.5 + 0.5, p[3:] * 0.5 + 0.5] for p, m in zip(planes, made, strict=True)]
            save_grid(args.out / f"grid_{run.step:06d}.png", rows)
            run.save()
    return run


def stored(pair: Pair, args: argparse.Namespace, way: Callable[[Tensor], Tensor]) -> Tensor:
    """A pair as it is, without any random change."""
    return way(load(pair, args.size, args.stretch))


def export(net: UNet, size: int, path: Path) -> None:
    """Writes the graph (opset 17, static shapes) once ONNX Runtime has given what PyTorch gives."""
    net = net.cpu().eval()
    x = torch.rand(1, 3, size, size) * 2 - 1
    temporary = path.with_suffix(".onnx.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        net, (x,), str(temporary), opset_version=17, input_names=["image"], output_names=["made"],
        do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    model = without_identities(onnx.load(temporary))
    onnx.checker.check_model(model, full_check=True)
    strange = {n.op_type for n in model.graph.node} - ALLOWED
    if strange:
        raise SystemExit(f"refused: operators {sorted(strange)} are not portable enough")
    onnx.save(model, temporary)
    with torch.no_grad():
        expected = net(x).numpy()
    actual = ort.InferenceSession(str(temporary), providers=["CPUExecutionProvider"]).run(None, {"image": x.numpy()})[0]
    worst = float(np.abs(actual - expected).max())
    if not worst <= 2e-3:
        raise SystemExit(f"refused: ONNX Runtime differs from PyTorch by {worst}")
    os.replace(temporary, path)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB, difference {worst:.1e}")


def main() -> None:
    args = options()
    torch.set_num_threads(args.threads)
    found = splits(args.data)
    run = train(args, found)
    get = partial(stored, args=args, way=swapped if args.swap else as_stored)
    for split in ("val", "test"):
        if found[split]:
            before, after = psnr(run.ema, found[split], get, run.device)
            print(f"{split}, {len(found[split])} pairs, PSNR against B: A itself {before:.2f} dB, made {after:.2f} dB")
    export(run.ema, args.size, args.export or args.out / "pix2pix.onnx")


if __name__ == "__main__":
    main()
