"""How well it is guessed what is behind an earring or a necklace: on rendered pairs and ears of heads nobody trained
on, and on photographs' ears that wear nothing and necks, of a necklace one square along it.

Takes exported networks; gives Markdown lines and the manifest's numbers. Beside the guess the hole as its rim has it:
each pixel the mean of what is known around, from the rim inwards; and the guess in the colours known around, as the
program takes it (`src/clear/guess.rs`), though not for ninths of a cell.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from skimage.color import deltaE_ciede2000, rgb2lab
from torch import Tensor

from bijou_training.behind import Bare, behind_example, of_ear, of_neck, of_pair
from bijou_training.dataset import Rendered
from bijou_training.ears import photographed, rendered
from bijou_training.measure_pairs import Net, psnr
from bijou_training.measure_rows import Table, judges
from bijou_training.necks import photographed as photographed_neck

SAMPLED, ALIKE, AWAY = 4, 0.05, 0.5
"""See `src/clear/guess.rs`."""
TIMES = 3
"""Every photographed ear and neck is hidden so often, behind another thing each time."""


def spread(picture: Tensor) -> Tensor:
    """What is known of picture [4,S,S], and the hole filled from its rim inwards [3,S,S]."""
    known, there = picture[:3].clone(), 1 - picture[3:]
    while bool((there < 1).any()) and bool(there.any()):
        weight = F.avg_pool2d(there[None], 3, 1, 1)[0]
        mean = F.avg_pool2d((known * there)[None], 3, 1, 1)[0] / weight.clamp(min=1e-6)
        reached = ((weight > 0) & (there == 0)).float()
        known, there = known + (mean - known) * reached, there + reached
    return known


def familiar(made: Tensor, hole: Tensor) -> Tensor:
    """What is guessed, [3,S,S] in 0..1, as the mean of those known colours around that are nearest to it."""
    size = made.shape[1]
    y, x = torch.meshgrid(*(torch.arange(size) / size,) * 2, indexing="ij")
    all_of = torch.cat([made, AWAY * torch.stack([x, y])]).flatten(1).T
    asked, grid = hole.flatten() > 0.5, torch.zeros(size, size, dtype=torch.bool)
    grid[::SAMPLED, ::SAMPLED] = True
    known = all_of[grid.flatten() & ~asked]
    if not len(known) or not asked.any():
        return made
    off = torch.cdist(all_of[asked], known) ** 2
    weight = torch.softmax(-off / (2 * ALIKE**2), 1)
    out = made.flatten(1).clone()
    out[:, asked] = (weight @ known[:, :3]).T
    return out.view_as(made)


def judged(net: Net, bare: Bare, rng: np.random.Generator) -> list[float]:
    """PSNR in dB and mean ΔE2000 inside the hole: of its rim's colours, of the guess, and of that in known colours."""
    data = behind_example(rng, [bare], plain=True)
    picture, asked = data["picture"], data["asked"][0].numpy()
    made = net(picture[None].numpy())["image"][0]
    known = familiar(torch.from_numpy(made) / 2 + 0.5, picture[3]).numpy() * 2 - 1
    out = []
    true = data["image"].numpy().transpose(1, 2, 0) / 2 + 0.5
    for image in (spread(picture).numpy(), made, known):
        guess = np.clip(image.transpose(1, 2, 0) / 2 + 0.5, 0, 1)
        inside = asked > 0.5
        delta = deltaE_ciede2000(rgb2lab(guess[inside]), rgb2lab(true[inside])).mean() if inside.any() else 0.0
        out += [psnr(guess, true, asked), float(delta)]
    return out


def row(title: str, results: list[list[float]]) -> tuple[str, dict[str, float]]:
    """One line of the table, and its numbers."""
    mean = np.mean(results, 0)
    line = f"| {title} | {len(results)} |" + "".join(f" {' → '.join(f'{v:.2f}' for v in mean[i::2])} |" for i in (0, 1))
    names = [f"{of}{what}" for of in ("rim_", "guess_", "") for what in ("psnr", "delta_e2000")]
    return line, {name: float(v) for name, v in zip(names, mean, strict=True)}


def report(nets: list[Net], shipped: Net, data: Path, real: Path | None, anchors: Net) -> tuple[list[str], dict]:
    """Renders with the shipped network; photographs with the one that did not learn from them, if there are folds."""
    table = Table("| hidden | pictures | PSNR dB | ΔE2000 |", "|---|---|---|---|")
    rng = np.random.default_rng(0)
    pairs = Rendered(data, "pair").scan()
    of = {name: [of_pair(s) for s in pairs if s.meta["category"] == name] for name in ("earring", "necklace")}
    pools = {"test pairs": of["earring"], "test ears": [b for ear in rendered(data, set()) if (b := of_ear(ear))],
             "test necks": of["necklace"]}  # fmt: skip
    for title, pool in pools.items():
        table.add(row, title, title.replace(" ", "_"), [judged(shipped, bare, rng) for bare in pool])
    ears, necks = [], []
    for net, photo in judges(nets, shipped, real, anchors):
        for results, pool in (
            (ears, map(of_ear, photographed(photo))),
            (necks, map(of_neck, photographed_neck(photo))),
        ):
            results += [judged(net, bare, rng) for bare in pool if bare for _ in range(TIMES)]
    table.add_photographs(row, nets, ears)
    table.add_photographs(row, nets, necks, "necks")
    return table.lines, table.numbers
