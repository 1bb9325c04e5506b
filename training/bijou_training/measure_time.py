"""How long exported networks take in ONNX Runtime, on this machine, now.

    python -m bijou_training.measure_time ../models/tryon.onnx …    # JSON: per file and threads [median, fastest]

Takes `.onnx` files; gives milliseconds. A process may be slower than the next by a third from its start to its end, as
its memory and its threads happen to lie: `times` starts some and takes the median of their medians.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort

RUNS, WARM, STARTS = 50, 5, 5
THREADS = (1, 2)


def took(path: Path, threads: int) -> tuple[float, float]:
    """Median and fastest of the runs of one session, ms."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    net = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    entry = net.get_inputs()[0]
    x = np.random.default_rng(0).random(entry.shape, np.float32)
    all_of = []
    for _ in range(RUNS + WARM):
        start = time.perf_counter()
        net.run(None, {entry.name: x})
        all_of.append((time.perf_counter() - start) * 1000)
    return float(np.median(all_of[WARM:])), min(all_of)


def times(folder: Path, names: list[str]) -> list[str]:
    """A Markdown table of the networks of a folder: MB, and by threads the median, with the fastest run of all."""
    paths = [folder / f"{name}.onnx" for name in names]
    command = [sys.executable, "-m", "bijou_training.measure_time", *map(str, paths)]
    starts = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(STARTS)]
    lines = ["| network | MB | 1 thread, ms (fastest) | 2 threads, ms (fastest) |", "|---|---|---|---|"]
    for i, path in enumerate(paths):
        each = [[start[i][k] for start in starts] for k in range(len(THREADS))]
        cells = [f"{np.median([m for m, _ in some]):.1f} ({min(f for _, f in some):.1f})" for some in each]
        lines.append(f"| {path.stem} | {path.stat().st_size / 1e6:.1f} | {' | '.join(cells)} |")
    total = sum(file.stat().st_size for file in folder.glob("*.onnx")) / 1e6
    return [*lines, "", f"All files together: {total:.1f} MB (asked: at most 24)."]


if __name__ == "__main__":
    print(json.dumps([[took(Path(path), threads) for threads in THREADS] for path in sys.argv[1:]]))
