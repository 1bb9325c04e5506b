"""What both trainings share: budget and learning rate, averaged weights, checkpoints, the CSV, picture grids."""

from __future__ import annotations

import argparse
import copy
import csv
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info


def arguments(description: str) -> argparse.ArgumentParser:
    """The options common to both trainings."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder with the samples, e.g. data/train")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, log.csv and grids")
    parser.add_argument("--steps", type=int, default=10**9, help="stop after so many steps in all")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many minutes of training in all")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="1 is fastest beside other work")
    parser.add_argument("--workers", type=int, default=0, help="processes that make examples; 0: the training itself")
    parser.add_argument("--echo", type=int, default=1, help="how often an example is used; a GPU learns quicker than"
                        " processes make them")  # fmt: skip
    parser.add_argument("--device", default="auto", help="cpu, cuda, cuda:1 or auto: the first CUDA device, else cpu")
    parser.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto",
                        help="bf16: mixed; auto: where the device is quick at it")  # fmt: skip
    parser.add_argument("--init", type=Path, help="start from this checkpoint's weights, with a fresh budget")
    parser.add_argument("--save-every", type=float, default=120.0, help="seconds between checkpoints and grids")
    return parser


def average(ema: nn.Module, net: nn.Module, step: int, keep: float = 0.998) -> None:
    """Move the averaged weights and statistics towards the network's; faster in the beginning."""
    keep = min(keep, (1 + step) / (10 + step))
    pairs = list(zip(ema.state_dict().values(), net.state_dict().values(), strict=True))
    moving = [pair for pair in pairs if pair[0].is_floating_point()]
    with torch.no_grad():
        # all at once: on a GPU a call for each would take longer than the step
        torch._foreach_lerp_([a for a, _ in moving], [b for _, b in moving], 1 - keep)
        for a, b in pairs:
            if not a.is_floating_point():
                a.copy_(b)


def device_of(args: argparse.Namespace) -> torch.device:
    """The device of `--device`; says which, and refuses a CUDA device that is not there."""
    name = args.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise SystemExit(f"--device {name}: PyTorch finds no CUDA device here; use --device cpu")
    print(f"training on {name}", flush=True)
    # every batch has the same shape: the quickest convolutions are found once
    torch.backends.cudnn.benchmark = True
    return torch.device(name)


def mixed(args: argparse.Namespace, device: torch.device) -> torch.autocast:
    """The context the networks run in: 16-bit products with 32-bit weights, or nothing."""
    quick = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    wanted = args.precision == "bf16" or (args.precision == "auto" and quick)
    return torch.autocast(device.type, torch.bfloat16, enabled=wanted)


def onto(data: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """A batch on the device where the network lives, in full precision."""
    return {k: v.to(device, non_blocking=True).float() for k, v in data.items()}


class Endless(IterableDataset):
    """Batches without end for the workers of a DataLoader, each from its own random numbers. 16-bit floats on the
    way: a batch of pictures is some hundred megabytes."""

    def __init__(self, make: Callable[[np.random.Generator], dict[str, Tensor]], seed: tuple[int, ...]) -> None:
        self.make, self.seed = make, seed

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        worker = get_worker_info().id
        torch.set_num_threads(1)
        torch.manual_seed(hash((*self.seed, worker)) % 2**31)
        rng = np.random.default_rng((*self.seed, worker))
        while True:
            yield {k: v.half() for k, v in self.make(rng).items()}


SHELF = 64
"""Batches kept for `--echo`."""


def echoed(source: Iterator[dict[str, Tensor]], times: int, device: torch.device) -> Iterator[dict[str, Tensor]]:
    """Batches drawn from the last `SHELF` ones of a source, `times` as many as the source gives (data echoing, Choi
    and others 2019); 1: the source itself. The shelf lies on the device."""
    if times == 1:
        yield from source
        return
    shelf: dict[str, Tensor] = {}
    for count, data in enumerate(source):
        size = len(next(iter(data.values())))
        for k, v in data.items():
            shelf.setdefault(k, torch.empty((SHELF * size, *v.shape[1:]), dtype=v.dtype, device=device))
            at = count % SHELF * size
            shelf[k][at : at + size] = v.to(device, non_blocking=True)
        for _ in range(times):
            chosen = torch.randint(min(count + 1, SHELF) * size, (size,), device=device)
            yield {k: v[chosen] for k, v in shelf.items()}


def batches(run: Run, make: Callable[[np.random.Generator], dict[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    """Batches that `make` makes of a random generator, here or in `--workers` processes; ask for them anew when the
    samples have changed."""
    yield from echoed(sources(run, make), run.args.echo, run.device)


def sources(run: Run, make: Callable[[np.random.Generator], dict[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    """The batches as they are made."""
    if not run.args.workers:
        while True:
            yield make(run.rng)
    loader = DataLoader(
        Endless(make, (run.args.seed, run.step)), batch_size=None, num_workers=run.args.workers, prefetch_factor=2,
        pin_memory=run.device.type == "cuda", multiprocessing_context="fork",
    )  # fmt: skip
    yield from loader


class Run:
    """One training run's folder, budget and state; resumes from `last.pt` in the folder."""

    def __init__(self, args: argparse.Namespace, net: nn.Module, **parts: object) -> None:
        self.args, self.net, self.parts = args, net, parts
        self.device = next(net.parameters()).device
        self.ema = copy.deepcopy(net).eval()
        self.step, self.before, self.seconds, self.saved = 0, 0, 0.0, time.time()
        self.sums: dict[str, Tensor | float] = {}
        self.count = 0
        self.notes: dict = {}
        self.started_from = ""
        args.out.mkdir(parents=True, exist_ok=True)
        last = args.out / "last.pt"
        if last.exists():
            state = torch.load(last, map_location=self.device, weights_only=True)
            self.step, self.seconds = state["step"], state["seconds"]
            self.before = state.get("before", 0)
            self.notes = json.loads(state["notes"])
            self.started_from = self.notes.get("trained_on", {}).get("started_from", "")
            for name, part in {"net": net, "ema": self.ema, **parts}.items():
                part.load_state_dict(state[name])
        elif args.init:
            state = torch.load(args.init, map_location=self.device, weights_only=True)
            net.load_state_dict(state["ema"])
            self.ema.load_state_dict(state["ema"])
            self.before = state["step"] + state.get("before", 0)
            known = json.loads(state["notes"]).get("trained_on", {})
            self.started_from = ", ".join(f"{known[k]} {k}" for k in ("heads", "samples", "steps") if k in known)
        self.rng = np.random.default_rng((args.seed, self.step))
        torch.manual_seed(args.seed + self.step)
        self.clock = time.time()

    @property
    def progress(self) -> float:
        """0..1 of the budget, by steps or by time, whichever is farther."""
        return min(1.0, max(self.step / self.args.steps, self.seconds / (60 * self.args.minutes)))

    def rate(self, warm: int = 100) -> float:
        """Learning rate now: linear start, then cosine to 2 %."""
        start = min(1.0, (self.step + 1) / warm)
        return float(self.args.rate * start * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * self.progress))))

    def advance(self, terms: dict[str, Tensor]) -> bool:
        """Count a step, remember its losses, save when due. False: the budget is spent."""
        average(self.ema, self.net, self.step)
        self.step += 1
        now = time.time()
        self.seconds, self.clock = self.seconds + now - self.clock, now
        for k, v in terms.items():
            # no float() here: it would wait for the GPU at every step
            self.sums[k] = self.sums.get(k, 0.0) + v.detach()
        self.count += 1
        done = self.progress >= 1.0
        if done or self.step % 50 == 0:
            self.log()
        return not done

    def due(self) -> bool:
        """Whether a checkpoint and a grid should be written now."""
        return self.progress >= 1.0 or time.time() - self.saved > self.args.save_every

    def log(self) -> None:
        """One line of log.csv: step, seconds, learning rate, mean of every term since the last line."""
        row = {"step": self.step, "seconds": round(self.seconds), "rate": f"{self.rate():.2e}"}
        row |= {k: f"{float(v) / self.count:.4f}" for k, v in self.sums.items()}
        path = self.args.out / "log.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        print(" ".join(f"{k}={v}" for k, v in row.items()), flush=True)
        self.sums, self.count = {}, 0

    def save(self, name: str = "last.pt") -> None:
        """Write the checkpoint atomically."""
        state = {"step": self.step, "before": self.before, "seconds": self.seconds, "notes": json.dumps(self.notes)}
        state |= {k: v.state_dict() for k, v in {"net": self.net, "ema": self.ema, **self.parts}.items()}
        temporary = self.args.out / (name + ".tmp")
        torch.save(state, temporary)
        os.replace(temporary, self.args.out / name)
        self.saved = time.time()


def descend(run: Run, optimiser: torch.optim.Optimizer, terms: dict[str, Tensor]) -> bool:
    """One step down the sum of the losses at the rate of the run. False: the budget is spent."""
    optimiser.param_groups[0]["lr"] = run.rate()
    optimiser.zero_grad(set_to_none=True)
    sum(terms.values()).backward()
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), 5.0)
    optimiser.step()
    return run.advance(terms)


def save_grid(path: Path, rows: list[list[Tensor]], scale: int = 1) -> None:
    """Rows of pictures [1|3,H,W] in 0..1 as one PNG."""
    lines = [torch.cat([p.detach().cpu().clamp(0, 1).expand(3, -1, -1) for p in row], 2) for row in rows]
    sheet = (torch.cat(lines, 1) * 255 + 0.5).byte().permute(1, 2, 0).numpy()
    image = Image.fromarray(sheet)
    image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST).save(path)
