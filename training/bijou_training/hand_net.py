"""The network that finds hands before a head or a throat, with arms, sleeves and what they hold.

Takes [N,3,256,256] sRGB in -1..1, a square of `WINDOW` head units (dataset.head_box) centred `DOWN` of the way from the
eyes to the chin, mid grey outside the picture. Gives before [N,1,128,128]: the probability that such a thing is seen
there.
"""

from __future__ import annotations

from bijou_training.dataset import BOX_SIDE
from bijou_training.passes import LOWER
from bijou_training.trinket_net import TrinketNet

SIZE = 256
CELLS = SIZE // 2
WINDOW, DOWN = BOX_SIDE, LOWER
"""The square of the anchors' third pass: from the brows to well below the throat."""


class HandNet(TrinketNet):
    """The network of the earrings, which looks at more: of its own weights nothing is bound to a size."""
