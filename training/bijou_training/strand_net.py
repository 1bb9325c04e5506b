"""The network that finds the necklace a person wears already.

Takes [N,3,256,256] sRGB in -1..1, a square of `WINDOW` head units (dataset.head_box) around the pit of the throat as
the anchors network has it, mid grey outside the picture. Gives worn [N,1,128,128]: the probability that a necklace is
seen there.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from bijou_training.trinket_net import TrinketNet

SIZE = 256
CELLS = SIZE // 2
WINDOW = 2.0
"""Side of the square in head units: from the jaw to well below the throat, and both shoulders."""


class StrandNet(TrinketNet):
    """The network of the earrings, which looks at more: of its own weights nothing is bound to a size."""


def cells(mask: Tensor) -> Tensor:
    """Coverage [C,SIZE,SIZE] as the map has it, [C,CELLS,CELLS]: a pixel wider all round, for a chain is as thin as
    one."""
    return F.avg_pool2d(F.max_pool2d(mask, 3, 1, 1), SIZE // CELLS)
