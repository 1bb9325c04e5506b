"""Rendered portraits as a folder of labelled photographs: part of smoke.sh.

Takes a folder of rendered samples and a new one; writes pictures and their anchors.json there.
"""

import json
import sys
from pathlib import Path

from PIL import Image

data, out = map(Path, sys.argv[1:])
out.mkdir()
entries = []
for folder in sorted(data.glob("5[0-9]*")):
    name = f"{folder.name}.jpg"
    Image.open(folder / "bare.png").convert("RGB").resize((512, 512)).save(out / name, quality=95)
    points = json.loads((folder / "meta.json").read_text())["points"]
    entries.append({"image": name, "points": {k: [2 * x, 2 * y, v] for k, (x, y, v) in points.items()}})
assert entries, f"{data} holds no portraits"
(out / "anchors.json").write_text(json.dumps(entries))
