"""The network that finds the earring a person wears already.

Takes [N,3,128,128] sRGB in -1..1, a square of ear_net.WINDOW head units around a place `DOWN` head units below the
subject's left lobe, or the right one mirrored. Gives worn [N,1,64,64]: the probability that an earring is seen there.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bijou_training.ear_net import HEAT, SIZE
from bijou_training.networks import Pyramid, Up

CELLS = SIZE // 2
DOWN = 0.12
"""An earring hangs below its lobe; so far below it is looked, in head units."""


class TrinketNet(Pyramid):
    """The body of the closer look (ear_net.py), one step further up: a wire is a cell of its map wide."""

    def __init__(self, widths: tuple[int, ...] = (16, 24, 32, 48, 80, 112)) -> None:
        super().__init__(widths, HEAT)
        self.up = Up(widths[2], widths[0])
        self.map = nn.Conv2d(widths[0], 1, 1)
        with torch.no_grad():
            self.map.bias.fill_(-4.0)

    def raw(self, image: Tensor) -> dict[str, Tensor]:
        """What the loss needs: logits."""
        first, *rest = self.stem
        fine = first(image)
        s0 = fine
        for layer in rest:
            s0 = layer(s0)
        s1 = self.down1(s0)
        s2 = self.down2(s1)
        s3 = self.down3(s2)
        finest = self.up0(self.up1(self.up2(s3, s2), s1), s0)
        return {"worn_logit": self.map(self.up(finest, fine)).to(image.dtype)}

    def forward(self, image: Tensor) -> Tensor:
        """worn as exported."""
        return torch.sigmoid(self.raw(image)["worn_logit"])


def cells(mask: Tensor) -> Tensor:
    """Coverage [C,SIZE,SIZE] as the map has it, [C,CELLS,CELLS]."""
    return F.avg_pool2d(mask, SIZE // CELLS)
