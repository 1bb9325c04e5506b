"""Exported networks run as the program runs them: ONNX Runtime, and for a head three passes.

Takes `.onnx` files and pictures; gives arrays. For measuring, and for training what follows the anchors.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch

from bijou_training import augment
from bijou_training.dataset import head_box
from bijou_training.measure_pairs import Net
from bijou_training.networks import POINTS, SIZE

LOWER = 0.6
"""How far down from the eyes to the chin the third pass is centred: there necks are seen whole."""
UPRIGHT = 8.0
"""A head tilted by less than so many degrees is looked at as it is."""
OTHER_SIDE = [
    POINTS.index(f"{p[:-1]}{'r' if p[-1] == 'l' else 'l'}") if p[-2:] in ("_l", "_r") else i
    for i, p in enumerate(POINTS)
]
"""Of each point that of the other side."""


def session(path: Path) -> Net:
    """An exported network as a function of one input array. One of another size sees the input enlarged, and what it
    answers is reduced again."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    run = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [o.name for o in run.get_outputs()]
    entry, size = run.get_inputs()[0].name, run.get_inputs()[0].shape[3]

    def answer(x: np.ndarray) -> dict[str, np.ndarray]:
        scale = size // x.shape[3]
        if scale == 1:
            return dict(zip(names, run.run(None, {entry: x.astype(np.float32)}), strict=True))
        small = torch.from_numpy(x.astype(np.float32))
        large = torch.nn.functional.interpolate(small, scale_factor=scale, mode="bilinear")
        given = run.run(None, {entry: large.numpy()})
        reduce = partial(torch.nn.functional.avg_pool2d, kernel_size=scale)
        out = {k: reduce(torch.from_numpy(v)) for k, v in zip(names, given, strict=True)}
        # what is seen of the product, as a share: the product's own outline was softened on the way there and back
        out["coverage"] *= small[:, 6:7] / reduce(large[:, 6:7]).clamp(min=1e-3)
        return {k: v.numpy() for k, v in out.items()}

    return answer


def upright(roll: float) -> float:
    """Degrees by which a window is turned for a head tilted by `roll`: networks know heads that are tilted a little."""
    return 0.0 if abs(roll) < UPRIGHT else float(roll)


def look(net: Net, planes: torch.Tensor, box: tuple[float, float, float], turn: float = 0.0) -> dict[str, np.ndarray]:
    """One pass over a square window (centre x, y, side in pixels) turned clockwise by degrees; points and roll come
    back in the picture's own axes, the rest with the `window`'s matrix (augment.placement)."""
    x, y, side = box
    window = augment.placement((x, y), side, turn, False, SIZE)
    inside = augment.warp(torch.cat([planes, torch.ones_like(planes[:1])]), window, SIZE)
    image = inside[:3] + 0.5 * (1 - inside[3:])
    out = {k: v[0] for k, v in net(image[None].numpy() * 2 - 1).items()}
    out["points"] = out["points"] * SIZE @ window[:2, :2].T + window[:2, 2]
    out["sigma"] = out["sigma"] * side
    out["pose"] = out["pose"] + np.array([0, 0, turn])
    return out | {"window": window}


def mirrored(
    net: Net, planes: torch.Tensor, box: tuple[float, float, float], turn: float = 0.0
) -> dict[str, np.ndarray]:
    """The same with the picture mirrored; points, pose and parts come back as they are in the picture."""
    width = planes.shape[2]
    out = look(net, planes.flip(2), (width - box[0], box[1], box[2]), -turn)
    out |= {k: out[k][OTHER_SIDE] for k in ("points", "sigma", "visible")}
    out["points"][:, 0] = width - out["points"][:, 0]
    out["window"] = flipped(width) @ out["window"] @ flipped(SIZE)
    return out | {"pose": out["pose"] * np.array([-1, 1, -1]), "parts": out["parts"][:, :, ::-1].copy()}


def flipped(width: float) -> np.ndarray:
    """Matrix that mirrors a picture so wide."""
    return np.array([[-1.0, 0, width], [0, 1, 0], [0, 0, 1]])


def detect(net: Net, planes: torch.Tensor) -> dict[str, Any]:
    """The program's three passes: the letterboxed picture [3,H,W] 0..1, then the head box of what that found, then a
    lower one, mirrored, both upright; points and pose are the means of the last two, `lower` is the last."""
    h, w = planes.shape[1:]
    first = look(net, planes, (w / 2, h / 2, float(max(h, w))))
    closer = look(net, planes, head_box(first["points"]), upright(first["pose"][2]))
    again = mirrored(net, planes, head_box(closer["points"], LOWER), upright(closer["pose"][2]))
    means = {k: (closer[k] + again[k]) / 2 for k in ("points", "sigma", "visible", "pose")}
    return closer | means | {"face": first["face"], "lower": again}
