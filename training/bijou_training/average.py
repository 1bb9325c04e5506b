"""The mean of two networks' weights: two trainings that went on from the same network know more together (Wortsman and
others 2022, "Model soups").

    python -m bijou_training.average runs/one/last.pt runs/other/last.pt --share 0.6 --out runs/both/last.pt

Takes checkpoints of the same network; gives one that `export` takes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor


def mean(one: dict[str, Tensor], other: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Of two networks' weights; `share` of the first, the rest of the second. Counters are the first's."""
    if one.keys() != other.keys():
        raise SystemExit("these are two different networks; give checkpoints of the same kind")
    return {
        name: (value.float() * share + other[name].float() * (1 - share)).to(value.dtype)
        if value.is_floating_point()
        else value
        for name, value in one.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", type=Path, nargs=2)
    parser.add_argument("--share", type=float, default=0.5, help="of the first, 0..1")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    one, other = (torch.load(path, map_location="cpu", weights_only=False) for path in args.checkpoints)
    one |= {kind: mean(one[kind], other[kind], args.share) for kind in ("net", "ema")}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(one, args.out)


if __name__ == "__main__":
    main()
