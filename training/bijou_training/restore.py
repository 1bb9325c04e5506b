"""Rebuild a trainer's state from an exported network, where only the `.onnx` file was kept.

    python -m bijou_training.restore anchors ../models/anchors.onnx --data data/train --out runs/start.pt
    python -m bijou_training.restore generator ../models/tryon.onnx --data data/train --out runs/start.pt

Batch normalisation is folded into the exported weights. Each one is set anew to the mean and spread that its
convolution really has on training examples, with the scale and shift that undo it, so that the network answers as
the file does and its statistics are right when training goes on. Takes the file and portraits (views of ears for the
closer look and for trinkets, necklaces for strands, raised arms for hands, pairs for the others); gives a checkpoint
for `--init` of `train_anchors`, `train_ears`, `train_behind` or `train_generator`.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from bijou_training.behind import behind_example, of_pair
from bijou_training.dataset import Rendered
from bijou_training.examples import batch, pair_example
from bijou_training.export import build
from bijou_training.train_anchors import make_batch
from bijou_training.train_ears import NETWORKS

KINDS = ("anchors", "ear", "trinket", "strand", "hand", "behind", "generator", "live")
EXAMPLES = 48
"""Examples that the statistics are taken from."""


def examples(kind: str, data: Path) -> Tensor:
    """What the network takes: pictures [N,3,256,256] (of ears [N,3,128,128], with a hole [N,4,128,128]) or conditions
    [N,8,256,256], augmented as in training."""
    rng = np.random.default_rng(0)
    if kind in NETWORKS:
        look = NETWORKS[kind]
        views = look.rendered(data, set())
        if not views:
            raise SystemExit(f"refused: {data} holds no views for {kind}; render some (training/README.md)")
        return batch([look.example(rng, views[i]) for i in rng.integers(len(views), size=EXAMPLES)])["image"]
    samples = Rendered(data, "portrait" if kind == "anchors" else "pair").scan()
    if not samples:
        raise SystemExit(f"refused: {data} holds no samples for {kind}; render some (training/README.md)")
    if kind == "anchors":
        return make_batch(rng, EXAMPLES, samples, [], [])["image"]
    if kind == "behind":
        pool = [of_pair(sample) for sample in samples]
        return batch([behind_example(rng, pool) for _ in range(EXAMPLES)])["picture"]
    chosen = [samples[i] for i in rng.integers(len(samples), size=EXAMPLES)]
    return batch([pair_example(rng, s, samples) for s in chosen])["condition"]


def folded(path: Path) -> tuple[dict[str, Tensor], list[tuple[Tensor, Tensor]]]:
    """The named weights, and those of the folded convolutions (weight, bias) in the graph's order."""
    graph = onnx.load(path).graph
    # large weights are stored with 16 bits under another name (export.py)
    arrays = {i.name.removesuffix(".short"): numpy_helper.to_array(i) for i in graph.initializer}
    weights = {
        k: torch.from_numpy(v.astype(np.float32) if v.dtype == np.float16 else v.copy()) for k, v in arrays.items()
    }
    named = {k: v for k, v in weights.items() if not k.startswith("onnx::")}
    convolutions = [n for n in graph.node if n.op_type == "Conv" and n.input[1].startswith("onnx::")]
    return named, [(weights[n.input[1]], weights[n.input[2]]) for n in convolutions]


def blocks_in_order(net: nn.Module, image: Tensor) -> list[nn.Sequential]:
    """Convolution blocks with normalisation, in the order in which one run meets them."""
    order: list[nn.Sequential] = []
    blocks = [
        m for m in net.modules() if isinstance(m, nn.Sequential) and any(isinstance(c, nn.BatchNorm2d) for c in m)
    ]
    handles = [b.register_forward_hook(lambda block, *_: order.append(block)) for b in blocks]
    with torch.no_grad():
        net.raw(image)
    for handle in handles:
        handle.remove()
    return order


def rebuild(kind: str, path: Path, images: Tensor) -> nn.Module:
    """A network that answers as the exported file, normalised as `images` [N,C,S,S] need it."""
    net = build(kind).eval()
    named, convolutions = folded(path)
    blocks = blocks_in_order(net, images[:1])
    graph_order = sorted_by_shape(blocks, convolutions)
    net.load_state_dict(named, strict=False)
    for block, (weight, bias) in zip(blocks, graph_order, strict=True):
        block[0].weight.data.copy_(weight)

        def settle(
            module: nn.Conv2d, _: object, out: Tensor, norm: nn.BatchNorm2d = block[1], b: Tensor = bias
        ) -> None:
            mean, var = out.mean((0, 2, 3)), out.var((0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(var)
            norm.weight.data.copy_(torch.sqrt(var + norm.eps))
            norm.bias.data.copy_(b + mean)

        block[0].register_forward_hook(settle)
    with torch.no_grad():
        net.raw(images)
    for block in blocks:
        block[0]._forward_hooks.clear()
    return net


def sorted_by_shape(
    blocks: list[nn.Sequential], convolutions: list[tuple[Tensor, Tensor]]
) -> list[tuple[Tensor, Tensor]]:
    """The convolutions in the blocks' order: the exporter may move one, but keeps those of a shape in order."""
    left = list(convolutions)
    ordered = []
    for block in blocks:
        at = next((i for i, (w, _) in enumerate(left) if w.shape == block[0].weight.shape), None)
        if at is None:
            raise SystemExit(f"refused: the file has no weights of shape {tuple(block[0].weight.shape)} left")
        ordered.append(left.pop(at))
    return ordered


def trained_on(path: Path) -> dict:
    """What the manifest beside the file says of its training; nothing where there is none."""
    manifest = path.with_name("manifest.toml")
    entries = tomllib.loads(manifest.read_text()).get("model", []) if manifest.exists() else []
    return next((e.get("trained_on", {}) for e in entries if e["file"] == path.name), {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("model", type=Path, help="the exported network")
    parser.add_argument("--data", type=Path, required=True, help="folder with rendered samples, for the statistics")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    args = parser.parse_args()
    images = examples(args.kind, args.data)
    net = rebuild(args.kind, args.model, images)
    session = ort.InferenceSession(str(args.model), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    with torch.no_grad():
        made = net(images[:1])
        answers = [o.numpy() for o in (made if isinstance(made, tuple) else (made,))]
    truth = session.run(None, {session.get_inputs()[0].name: images[:1].numpy()})
    # angles are in degrees, everything else about 1
    compared = [pair for name, *pair in zip(names, answers, truth, strict=True) if name != "pose"]
    worst = max(float(np.abs(a - b).max()) for a, b in compared)
    if worst > 1e-3:
        raise SystemExit(f"refused: the rebuilt network differs from the file by {worst}")
    known = trained_on(args.model)
    state = {"step": known.get("steps", 0), "before": 0, "seconds": 0.0, "notes": json.dumps({"trained_on": known})}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state | {"net": net.state_dict(), "ema": net.state_dict()}, args.out)
    print(f"{args.out}: differs from {args.model} by {worst:.1e}")


if __name__ == "__main__":
    main()
