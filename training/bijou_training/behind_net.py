"""The network that guesses what is behind an earring or a necklace.

Takes picture [N,4,128,128]: sRGB in -1..1, grey (0) in the hole, and the hole itself, 0..1; a square around the hole.
Gives image [N,3,128,128], -1..1: in the hole what may be there, outside it the picture.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bijou_training.networks import Up, conv

SIZE = 128
SIDE, LEAST_MM = 2.3, 26.0
"""Side of the square, in the longer side of the hole, but no less than so many millimetres, so that it holds an ear…"""
NECK_SIDE, NECK_LEAST_MM = 4.0, 80.0
"""…and for a necklace, which is looked at part by part, in the depth of its hole: steps from its middle to its rim."""


class BehindNet(nn.Module):
    """A U-Net whose coarsest maps, of 4x4 cells, see all of the picture."""

    def __init__(self, widths: tuple[int, ...] = (32, 48, 96, 128, 160, 192)) -> None:
        super().__init__()
        a, b, c, d, e, f = widths
        self.down0 = nn.Sequential(conv(4, a), conv(a, a))
        self.down1 = nn.Sequential(conv(a, b, 2), conv(b, b))
        self.down2 = nn.Sequential(conv(b, c, 2), conv(c, c))
        self.down3 = nn.Sequential(conv(c, d, 2), conv(d, d))
        self.down4 = nn.Sequential(conv(d, e, 2), conv(e, e))
        self.down5 = nn.Sequential(conv(e, f, 2), conv(f, f))
        self.up4, self.up3, self.up2 = Up(f, e), Up(e, d), Up(d, c)
        self.up1, self.up0 = Up(c, b), Up(b, a)
        self.head = nn.Conv2d(a, 3, 3, 1, 1)

    def raw(self, picture: Tensor) -> Tensor:
        """The guess at every pixel [N,3,128,128], not bounded."""
        s0 = self.down0(picture)
        s1 = self.down1(s0)
        s2 = self.down2(s1)
        s3 = self.down3(s2)
        s4 = self.down4(s3)
        x = self.up2(self.up3(self.up4(self.down5(s4), s4), s3), s2)
        return self.head(self.up0(self.up1(x, s1), s0)).to(picture.dtype)

    def forward(self, picture: Tensor) -> Tensor:
        """image as exported."""
        known, hole = torch.split(picture, [3, 1], 1)
        return known * (1.0 - hole) + torch.clamp(self.raw(picture), -1.0, 1.0) * hole


def widened(mask: Tensor, by: int) -> Tensor:
    """A mask [C,S,S], wider by so many pixels on every side."""
    return F.max_pool2d(mask[None], 2 * by + 1, 1, by)[0]
