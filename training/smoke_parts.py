"""Areas drawn a few pixels off move to the picture's edges: part of smoke.sh.

A made picture of a head on a striped ground, its true parts known; its areas are drawn six pixels off and without hair.
"""

import numpy as np
import torch

from bijou_training.hand_parts import drawn, snapped
from bijou_training.networks import PARTS

SIZE = 256
rng = np.random.default_rng(5)
y, x = np.mgrid[:SIZE, :SIZE] + 0.5
head = np.hypot((x - 128) / 60, (y - 100) / 75) < 1
body = (y > 190) & (np.abs(x - 128) < 90)
truth = np.where(head, PARTS.index("skin"), np.where(body, PARTS.index("clothes"), 0))
colours = np.array([[70, 90, 110], [190, 140, 110], [0, 0, 0], [40, 40, 60]], float)
picture = colours[truth] + 12 * np.sin(y / 7)[..., None] * (truth == 0)[..., None] + rng.normal(0, 6, (SIZE, SIZE, 3))
planes = torch.from_numpy(picture.clip(0, 255).astype(np.uint8).transpose(2, 0, 1).copy())
# in pixels of a picture four times as large
angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
oval = np.stack([128 + 1.5 + 60 * np.cos(angle), 100 - 1 + 75 * np.sin(angle)], 1) * 4
torso = [(x * 4, y * 4) for x, y in ((39.5, 188.5), (219, 188.5), (219, 256), (39.5, 256))]
areas = [("clothes", [v for p in torso for v in p]), ("skin", oval.reshape(-1).tolist())]
before = (drawn(areas, (SIZE, SIZE), 0.25) != truth).mean()
after = (snapped(areas, planes, 0.25) != truth).mean()
assert before > 0.008, f"the areas are drawn too well to tell anything: {before:.2%} wrong"
assert after < 0.25 * before, f"edges were not found: {before:.2%} of the pixels wrong as drawn, {after:.2%} afterwards"
print(f"drawn {before:.2%} wrong, on the picture's edges {after:.2%}")
