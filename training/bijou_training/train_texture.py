"""Trains the texture network on pairs that our own painter makes (`style_pictures.py`).

A pair: a ground (a piece of one of our portraits, or a made-up one), the same ground painted in a manner, and a style
picture of the same manner on another ground. The network sees the ground and what `surface.py` tells of the style
picture; what it makes of the ground must be like the painted one in its patches (sliced Wasserstein distance of
patches on three scales: Elnekave and Weiss 2022), must run along the forms as that does, must pass for it before a
PatchGAN, and keeps the ground's forms. Where each stroke falls is nobody's business: no pixel is compared with its
twin but after blurring.

    python -m bijou_training.train_texture --data data/texture --portraits ../assets/portraits --out runs/texture \\
        --minutes 20
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from bijou_training.networks import PatchDiscriminator
from bijou_training.running import Run, arguments, batches, device_of, onto, save_grid
from bijou_training.style_pictures import KINDS, Ground, made_up, make, of_picture, paint
from bijou_training.surface import FORM, SIDE, marks, mean, noise
from bijou_training.texture_net import TextureNet

LUMA = np.array([0.2126, 0.7152, 0.0722])
SHORT = 720
"""Short side of a picture at the scale of surfaces, as in the program."""
WEIGHT = {"patches": 1.0, "form": 20.0, "course": 0.3, "fool": 0.15}
PROJECTIONS = 16
POSITIONS = 1024


def grounds(folder: Path, rng: np.random.Generator) -> Ground:
    """A piece of a portrait at about the program's scale, its tones stretched at random; or a made-up ground."""
    paths = sorted(folder.glob("*.jpg"))
    if rng.random() < 0.15 or not paths:
        return of_picture(made_up(rng, SIDE).tone)
    picture = Image.open(paths[rng.integers(len(paths))]).convert("L")
    factor = SHORT * rng.uniform(0.75, 1.3) / min(picture.size)
    picture = picture.resize([round(n * factor) for n in picture.size], Image.Resampling.LANCZOS)
    x, y = (rng.integers(n - SIDE + 1) for n in picture.size)
    tone = np.asarray(picture.crop((x, y, x + SIDE, y + SIDE)), float) / 255.0
    low, high = np.quantile(tone, (0.01, 0.99))
    stretched = (tone - low) / max(high - low, 0.2) * rng.uniform(0.6, 1.0) + rng.uniform(0, 0.2)
    return of_picture(np.clip(tone + rng.random() * (stretched - tone), 0, 1))


def pair(folder: Path, seed: int) -> dict[str, np.ndarray]:
    """ground, painted [256,256] 0..1, noise [256,256], marks [13]. Painted has the ground's forms and the strength of
    the style picture."""
    rng = np.random.default_rng((seed, 5))
    kind, manner = sorted(KINDS)[seed % len(KINDS)], int(rng.integers(10**6))
    style = make(kind, manner, SIDE) / 255.0 @ LUMA
    ground = grounds(folder, rng)
    painted = paint(kind, manner, rng, ground) / 255.0 @ LUMA
    fine = painted - mean(painted, FORM)
    wanted, found = (np.abs(p - mean(p, FORM)).mean() for p in (style, painted))
    fine *= np.clip(wanted / max(found, 1e-4), 0.4, 1.6)
    painted = np.clip(mean(ground.tone, FORM) + fine, 0, 1)
    return {"ground": ground.tone, "painted": painted, "noise": noise(style, seed), "marks": marks(style)}


def pairs(args) -> dict[str, Tensor]:
    """All pairs, made once and kept in the folder of the data."""
    path = args.data / f"pairs-{args.pairs}.npz"
    if not path.exists():
        args.data.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor() as pool:
            made = list(pool.map(partial(pair, args.portraits), range(args.pairs), chunksize=4))
        np.savez(path, **{k: np.stack([m[k] for m in made]).astype(np.float16) for k in made[0]})
    with np.load(path) as kept:
        return {k: torch.from_numpy(kept[k].astype(np.float32)) for k in kept.files}


def batch(data: dict[str, Tensor], rng: np.random.Generator, count: int, side: int) -> dict[str, Tensor]:
    """Pieces, turned and mirrored; the noise begins anywhere, and anywhere else for the discriminator (`other`)."""
    rows = []
    for i in rng.integers(len(data["ground"]), size=count):
        x, y = rng.integers(0, SIDE - side + 1, 2)
        turn, flip = int(rng.integers(4)), bool(rng.integers(2))

        def piece(plane: Tensor, x: int, y: int, turn: int = turn, flip: bool = flip) -> Tensor:
            cut = torch.rot90(plane[y : y + side, x : x + side], turn)
            return (cut.flip(1) if flip else cut)[None]

        planes = [piece(data[k][i], x, y) for k in ("ground", "painted")]
        for _ in range(2):
            planes.append(piece(torch.roll(data["noise"][i], tuple(rng.integers(0, SIDE, 2)), (0, 1)), 0, 0))
        rows.append((torch.stack(planes), data["marks"][i]))
    planes = torch.stack([r[0] for r in rows])
    ground, painted, speck, other = (planes[:, k] for k in range(4))
    return {"ground": ground, "painted": painted, "noise": speck, "other": other,
            "marks": torch.stack([r[1] for r in rows])[:, :, None, None]}  # fmt: skip


def seen(ground: Tensor, speck: Tensor) -> Tensor:
    """What the network is given: lightness -1..1 and noise of deviation 1."""
    return torch.cat([ground * 2 - 1, speck], 1)


def patches(made: Tensor, wanted: Tensor) -> Tensor:
    """Sliced Wasserstein distance of 7x7 patches on three scales, in shares of the wanted deviation."""
    total = made.new_zeros(())
    for scale in range(3):
        if scale:
            made, wanted = F.avg_pool2d(made, 2), F.avg_pool2d(wanted, 2)
        slices = torch.randn(PROJECTIONS, 1, 7, 7, device=made.device)
        slices[: PROJECTIONS // 2] -= slices[: PROJECTIONS // 2].mean((2, 3), keepdim=True)
        slices /= slices.flatten(1).norm(dim=1)[:, None, None, None]
        a, b = (F.conv2d(p, slices).flatten(2) for p in (made, wanted))
        chosen = torch.randperm(a.shape[2], device=made.device)[:POSITIONS]
        a, b = (p[:, :, chosen].sort(2).values for p in (a, b))
        spread = (b - b.mean(2, keepdim=True)).abs().mean(2, keepdim=True) + 0.004
        total = total + ((a - b).abs() / spread).mean()
    return total / 3


def soft(plane: Tensor, radius: int = 3) -> Tensor:
    """Mean over squares, twice."""
    for _ in range(2):
        plane = F.avg_pool2d(F.pad(plane, (radius,) * 4, mode="replicate"), 2 * radius + 1, 1)
    return plane


def course(made: Tensor, wanted: Tensor) -> Tensor:
    """How differently strokes run: the structure tensors of what is finer than forms, each the mean over some 15
    pixels, so that directions and strengths are compared and no stroke with its twin."""

    def tensor(plane: Tensor) -> Tensor:
        fine = plane - soft(plane, FORM)
        dx, dy = fine[:, :, :-1, 1:] - fine[:, :, :-1, :-1], fine[:, :, 1:, :-1] - fine[:, :, :-1, :-1]
        return F.avg_pool2d(torch.cat([dx * dx - dy * dy, 2 * dx * dy, dx * dx + dy * dy], 1), 15, 5)

    a, b = tensor(made), tensor(wanted)
    size = b[:, 2:] + 0.3 * b[:, 2:].mean((2, 3), keepdim=True) + 1e-5
    return ((a - b).abs() / size).mean()


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--portraits", type=Path, required=True, help="folder of portraits to paint")
    parser.add_argument("--pairs", type=int, default=350)
    parser.add_argument("--side", type=int, default=128, help="side of the training pieces")
    parser.set_defaults(batch=4, rate=1e-3)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = device_of(args)
    data = pairs(args)
    # channels last: half as long on processors
    net, judge = TextureNet().to(device, memory_format=torch.channels_last), PatchDiscriminator(3).to(device)
    net.centre.copy_(data["marks"].mean(0)[None, :, None, None])
    net.spread.copy_(1 / (data["marks"].std(0)[None, :, None, None] + 1e-3))
    painting = torch.optim.Adam(net.parameters(), args.rate, (0.5, 0.99))
    judging = torch.optim.Adam(judge.parameters(), args.rate, (0.5, 0.99))
    run = Run(args, net, judge=judge, painting=painting, judging=judging)
    run.notes = {"trained_on": {"data": "own painter on own renders (style_pictures.py)", "pairs": args.pairs,
                                "real_photographs": "none"}}  # fmt: skip
    source, going = batches(run, partial(batch, data, count=args.batch, side=args.side)), run.progress < 1.0
    while going:
        for optimiser in (painting, judging):
            for group in optimiser.param_groups:
                group["lr"] = run.rate()
        b = onto(next(source), device)
        near = b["marks"] + 0.1 * torch.randn_like(b["marks"]) / net.spread
        picture = seen(b["ground"], b["noise"]).to(memory_format=torch.channels_last)
        made = b["ground"] + net(picture, near)

        def view(picture: Tensor, b: dict[str, Tensor] = b) -> Tensor:
            return torch.cat([b["ground"] * 2 - 1, picture * 2 - 1, b["other"] * 0.3], 1)

        real, _ = judge(view(b["painted"]))
        fake, _ = judge(view(made.detach()))
        judged = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        judging.zero_grad()
        judged.backward()
        judging.step()
        terms = {"patches": patches(made, b["painted"]), "form": (soft(made) - soft(b["painted"])).abs().mean(),
                 "course": course(made, b["painted"]), "fool": -judge(view(made))[0].mean()}  # fmt: skip
        loss = sum(WEIGHT[k] * v for k, v in terms.items() if k != "fool" or run.step > 150)
        painting.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        painting.step()
        run.notes["trained_on"]["steps"] = run.step + 1
        going = run.advance(terms | {"judged": judged})
        if run.due():
            run.save()
            grid(run, data, args)


def grid(run: Run, data: dict[str, Tensor], args) -> None:
    """A line for every kind: ground, the reference's noise, made, painted."""
    rows = []
    with torch.no_grad():
        for i in range(len(KINDS)):
            ground, speck, marks = (data[k][i].to(run.device) for k in ("ground", "noise", "marks"))
            ground, speck = ground[None, None], speck[None, None]
            made = ground + run.ema(seen(ground, speck), marks[None, :, None, None])
            rows.append([p.cpu() for p in (ground[0], speck[0] * 0.15 + 0.5, made[0], data["painted"][i][None])])
    save_grid(args.out / "grid.png", rows)


if __name__ == "__main__":
    main()
