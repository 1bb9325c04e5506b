"""Twenty aligned pairs, A|B side by side, cut out of the sample portraits: B is A in warmer, dimmer light.

    python smoke_pairs.py OUT PORTRAITS
"""
import sys
from pathlib import Path

import numpy as np
from PIL import Image

out, portraits = Path(sys.argv[1]), sorted(Path(sys.argv[2]).glob("*.jpg"))
rng = np.random.default_rng(1)
for i in range(20):
    picture = Image.open(portraits[i % len(portraits)]).convert("RGB")
    side = min(picture.size) // 3
    x, y = (int(rng.integers(0, s - side)) for s in picture.size)
    a = np.asarray(picture.crop((x, y, x + side, y + side)).resize((128, 128)), np.float32)
    b = a * np.array([0.75, 0.65, 0.5])
    folder = out / ("test" if i >= 17 else "val" if i >= 14 else "train")
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.hstack([a, b]).astype(np.uint8)).save(folder / f"{i:02d}.png")
