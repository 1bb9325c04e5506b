"""Export a trained network: checkpoint -> ONNX (opset 17, static shapes) + an entry of models/manifest.toml.

    python -m bijou_training.export anchors|ear|trinket|strand|behind|… CKPT --out ../models

In the place of CKPT `random --seed 1` exports random weights, and `kept --quality runs/quality.json` leaves the file
as it is and writes its figures into the manifest. `fine` is the generator for 512x512 pixels, from a checkpoint of the
same network as `generator`. Weights are stored with 16 bits and widened when the file is loaded.
Refuses a file whose outputs in ONNX Runtime differ from PyTorch's by more than WORST (degrees: 100 times that),
or that holds an operator outside ALLOWED. Files are replaced atomically: model first, manifest after it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
import tomllib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch

from bijou_training import behind_net, ear_net, hand_net, strand_net, trinket_net
from bijou_training.networks import PARTS, POINTS, SIZE, AnchorsNet, Generator, LiveGenerator
from bijou_training.surface import MARK_NAMES, MARKS
from bijou_training.texture_net import LARGEST, TextureNet

ALLOWED = set(
    "Add AveragePool Cast Clip Concat Constant Conv Exp LeakyRelu Mul ReduceSum Relu Reshape Resize Sigmoid Slice Softmax "
    "Split Squeeze Sub Tanh Unsqueeze".split()
)
RGB = ["red", "green", "blue"]
SPEC = {
    "anchors": {
        "name": "anchors",
        "input": [("image", RGB, [-1.0, 1.0], (1, 3, SIZE, SIZE))],
        "output": [
            ("points", [f"{p}.{axis}" for p in POINTS for axis in "xy"], [0.0, 1.0]),
            ("sigma", POINTS, [0.0, 1.0]),
            ("visible", POINTS, [0.0, 1.0]),
            ("parts", PARTS, [0.0, 1.0]),
            ("pose", ["yaw", "pitch", "roll"], [-180.0, 180.0]),
            ("face", ["head"], [0.0, 1.0]),
        ],
    },
    "ear": {
        "name": "ear",
        "input": [("image", RGB, [-1.0, 1.0], (1, 3, ear_net.SIZE, ear_net.SIZE))],
        "output": [
            ("points", ["lobe.x", "lobe.y"], [0.0, 1.0]),
            ("sigma", ["lobe"], [0.0, 1.0]),
            ("visible", ["lobe"], [0.0, 1.0]),
        ],
    },
    "trinket": {
        "name": "trinket",
        "input": [("image", RGB, [-1.0, 1.0], (1, 3, ear_net.SIZE, ear_net.SIZE))],
        "output": [("worn", ["earring"], [0.0, 1.0])],
    },
    "strand": {
        "name": "strand",
        "input": [("image", RGB, [-1.0, 1.0], (1, 3, strand_net.SIZE, strand_net.SIZE))],
        "output": [("worn", ["necklace"], [0.0, 1.0])],
    },
    "hand": {
        "name": "hand",
        "input": [("image", RGB, [-1.0, 1.0], (1, 3, hand_net.SIZE, hand_net.SIZE))],
        "output": [("before", ["hand"], [0.0, 1.0])],
    },
    "behind": {
        "name": "behind",
        "input": [("picture", [*RGB, "hole"], [-1.0, 1.0], (1, 4, behind_net.SIZE, behind_net.SIZE))],
        "output": [("image", RGB, [-1.0, 1.0])],
    },
    "generator": {
        "name": "tryon",
        "input": [
            (
                "condition",
                [f"photo.{c}" for c in RGB] + [f"composite.{c}" for c in RGB] + ["coverage", "occlusion"],
                [-1.0, 1.0],
                (1, 8, SIZE, SIZE),
            )
        ],
        "output": [
            ("image", RGB, [-1.0, 1.0]),
            ("shadow", ["shadow"], [0.0, 1.0]),
            ("coverage", ["coverage"], [0.0, 1.0]),
            ("residual", RGB, [-1.0, 1.0]),
        ],
    },
    "texture": {
        "name": "texture",
        "input": [
            ("picture", ["lightness", "noise"], [-4.0, 4.0], (1, 2, SIZE, SIZE)),
            ("marks", MARK_NAMES, [-10.0, 10.0], (1, MARKS, 1, 1)),
        ],
        "output": [("change", ["lightness"], [-LARGEST, LARGEST])],
    },
}
SPEC["live"] = SPEC["generator"] | {"name": "tryon-live"}
SPEC["fine"] = SPEC["generator"] | {
    "name": "tryon-512",
    "input": [(*SPEC["generator"]["input"][0][:3], (1, 8, 512, 512))],
}
NETWORK = {
    "anchors": AnchorsNet, "ear": ear_net.EarNet, "trinket": trinket_net.TrinketNet,
    "strand": strand_net.StrandNet, "hand": hand_net.HandNet, "behind": behind_net.BehindNet,
    "generator": Generator, "fine": Generator, "live": LiveGenerator, "texture": TextureNet,
}  # fmt: skip
ORDER = ["anchors", "ear", "trinket", "strand", "hand", "behind", "tryon", "tryon-512", "tryon-live", "texture"]
SMALL = (4096, 16384)
"""Weights of fewer values keep 32 bits: biases, constants, the last layers, which every output feels. Where a network
feels more of them, the second holds."""

WORST = 1e-3


def build(kind: str) -> torch.nn.Module:
    """A fresh network of the kind."""
    return NETWORK[kind]()


def load(kind: str, checkpoint: str, seed: int) -> tuple[torch.nn.Module, dict]:
    """The network in eval mode (its averaged weights where there are some) and what its training noted."""
    torch.manual_seed(seed)
    net = build(kind)
    notes: dict = {"trained_on": {"data": "none: random weights"}, "quality": {}}
    if checkpoint != "random":
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        net.load_state_dict(state.get("ema") or state["net"])
        notes = json.loads(state.get("notes", "{}"))
    return net.eval(), notes


def without_identities(model: onnx.ModelProto) -> onnx.ModelProto:
    """The exporter shares equal weights through Identity nodes; point their readers at the weights."""
    graph = model.graph
    outputs = {o.name for o in graph.output}
    alias = {n.output[0]: n.input[0] for n in graph.node if n.op_type == "Identity" and n.output[0] not in outputs}
    kept = [n for n in graph.node if n.output[0] not in alias]
    for node in kept:
        for i, name in enumerate(node.input):
            while name in alias:
                name = alias[name]
            node.input[i] = name
    del graph.node[:]
    graph.node.extend(kept)
    return model


def with_short_weights(model: onnx.ModelProto, small: int) -> onnx.ModelProto:
    """Stores weights of `small` values and more with 16 bits; a Cast widens them, which engines do once, when they load the file."""
    graph, casts = model.graph, []
    for i, tensor in enumerate(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < small:
            continue
        name = tensor.name
        graph.initializer[i].CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.short"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.short"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def to_onnx(net: torch.nn.Module, kind: str, path: Path, small: int = SMALL[0]) -> None:
    """Write the graph: static batch 1, batch normalisation folded, no chains of shape arithmetic."""
    inputs, outputs = SPEC[kind]["input"], [o[0] for o in SPEC[kind]["output"]]
    torch.onnx.export(
        net, tuple(torch.zeros(i[3]) for i in inputs), str(path), opset_version=17, input_names=[i[0] for i in inputs],
        output_names=outputs, do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    model = with_short_weights(without_identities(onnx.load(path)), small)
    model = onnx.shape_inference.infer_shapes(model)
    model.producer_name, model.doc_string = "bijou_training", ""
    onnx.checker.check_model(model, full_check=True)
    strange = {n.op_type for n in model.graph.node} - ALLOWED
    if strange:
        raise SystemExit(f"refused: operators {sorted(strange)} are not portable enough")
    for value in list(model.graph.output) + list(model.graph.input):
        if any(not d.HasField("dim_value") for d in value.type.tensor_type.shape.dim):
            raise SystemExit(f"refused: {value.name} has no static shape")
    onnx.save(model, path)


def sample(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    """A smooth random input; channels from the seventh on lie in 0..1."""
    generator = torch.Generator().manual_seed(seed)
    small = torch.rand((shape[0], shape[1], min(shape[2], 16), min(shape[3], 16)), generator=generator) * 2 - 1
    x = torch.nn.functional.interpolate(small, size=shape[2:], mode="bilinear", align_corners=False)
    x[:, 6:] = x[:, 6:].abs()
    return x


def check(net: torch.nn.Module, kind: str, path: Path) -> tuple[float, float]:
    """Largest difference between PyTorch and ONNX Runtime, and ms a run at two threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    worst = 0.0
    for seed in range(3):
        x = {i[0]: sample(i[3], seed) for i in SPEC[kind]["input"]}
        given = {name: tensor.numpy() for name, tensor in x.items()}
        with torch.no_grad():
            made = net(*x.values())
            expected = [o.numpy() for o in (made if isinstance(made, tuple) else (made,))]
        actual = session.run(None, given)
        for (name, _, _), a, b in zip(SPEC[kind]["output"], expected, actual, strict=True):
            unit = 100.0 if name == "pose" else 1.0
            worst = max(worst, float(np.abs(a - b).max()) / unit)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        session.run(None, given)
        times.append(time.perf_counter() - start)
    return worst, float(np.median(times) * 1000)


def toml_value(value: object) -> str:
    """One TOML value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, float):
        return repr(round(value, 5))
    return str(value) if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)


def table(header: str, values: dict) -> list[str]:
    """A table with its header line; sub-tables are the caller's."""
    body = [f"{k} = {toml_value(v)}" for k, v in values.items() if not isinstance(v, (dict, list))]
    body += [
        f"{k} = {toml_value(v)}" for k, v in values.items() if isinstance(v, list) and k not in ("input", "output")
    ]
    return [header, *body]


def write_manifest(path: Path, models: list[dict]) -> None:
    """All entries, replaced atomically."""
    lines = ["# Written by training/bijou_training/export.py; see training/README.md."]
    for model in models:
        lines += ["", *table("[[model]]", model)]
        for side in ("input", "output"):
            for port in model[side]:
                lines += table(f"[[model.{side}]]", port)
        for part in ("trained_on", "quality"):
            lines += table(f"[model.{part}]", model[part])
    temporary = path.with_suffix(".tmp")
    temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tomllib.loads(temporary.read_text(encoding="utf-8"))
    os.replace(temporary, path)


def entry(kind: str, path: Path, notes: dict) -> dict:
    """The manifest entry of one exported file."""
    spec = SPEC[kind]
    return {
        "name": spec["name"],
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "licence": "CC0-1.0",
        "kind": kind if kind in ("anchors", "ear", "trinket", "strand", "hand", "behind", "texture") else "generator",
        "size": list(spec["input"][0][3][2:]),
        "input": [{"name": n, "channels": list(c), "range": r} for n, c, r, _ in spec["input"]],
        "output": [{"name": n, "channels": list(c), "range": r} for n, c, r in spec["output"]],
        "trained_on": notes.get("trained_on", {}),
        "quality": notes.get("quality", {}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=sorted(SPEC))
    parser.add_argument("checkpoint", help="a .pt file, `random`, or `kept`")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quality", type=Path, help="JSON of evaluate.py: numbers for [model.quality]")
    args = parser.parse_args()
    torch.set_num_threads(2)
    args.out.mkdir(parents=True, exist_ok=True)
    name = SPEC[args.kind]["name"]
    path, manifest = args.out / f"{name}.onnx", args.out / "manifest.toml"
    models = tomllib.loads(manifest.read_text(encoding="utf-8"))["model"] if manifest.exists() else []
    if args.checkpoint == "kept":
        mine = [m for m in models if m["name"] == name]
        if not mine or not args.quality:
            raise SystemExit(f"`kept` needs an entry `{name}` in {manifest} and --quality")
        notes, said = mine[0], ""
    else:
        net, notes = load(args.kind, args.checkpoint, args.seed)
        temporary = path.with_suffix(".onnx.tmp")
        for small in SMALL:
            to_onnx(net, args.kind, temporary, small)
            worst, ms = check(net, args.kind, temporary)
            if worst <= WORST:
                break
        else:
            raise SystemExit(f"refused: ONNX Runtime differs from PyTorch by {worst}")
        os.replace(temporary, path)
        said = f", difference {worst:.1e}, {ms:.1f} ms at 2 threads"
    if args.quality:
        # what was measured of the same file before still holds
        notes["quality"] = notes.get("quality", {}) | json.loads(args.quality.read_text())[args.kind]
    models = [m for m in models if m["name"] != name] + [entry(args.kind, path, notes)]
    write_manifest(manifest, sorted(models, key=lambda m: ORDER.index(m["name"]) if m["name"] in ORDER else len(ORDER)))
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB{said}")


if __name__ == "__main__":
    main()
