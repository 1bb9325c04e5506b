"""What a rendered piece takes of the light beside it, told from the bare and the worn picture.

Takes tensors [C,S,S] in 0..1, sRGB-encoded; gives shares of the encoded value that stay, 1: no shadow.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from bijou_training import augment


def shadow_target(bare: Tensor, worn: Tensor, visible: Tensor) -> Tensor:
    """What the piece leaves of the light beside it: worn / bare (sRGB-encoded), smoothed without the product."""
    weight = (1 - F.max_pool2d(visible[None], 5, 1, 2)[0]).clamp(0, 1) ** 2 + 1e-4
    ratio = (worn.mean(0, keepdim=True) + 0.02) / (bare.mean(0, keepdim=True) + 0.02)
    both = augment.blur(torch.cat([ratio.clamp(0, 1.2) * weight, weight]), 1.5)
    return (both[:1] / both[1:]).clamp(0, 1)


def without_piece(shadow: Tensor, visible: Tensor) -> Tensor:
    """The shadow, under the piece as it is beside it: what is told of it there is the piece itself."""
    free = 1 - F.max_pool2d(visible[None], 7, 1, 3)[0]
    beside = (augment.blur(shadow * free, 6.0) + 1e-3) / (augment.blur(free, 6.0) + 1e-3)
    return shadow * free + beside * (1 - free)


def shadows(planes: Tensor) -> Tensor:
    """Both for a pair's planes (dataset.Sample), uint8 [2,S,S]: the shadow as it was rendered, and as it is beside
    the piece. Told once a sample, as this takes longer than all the random changes of an example."""
    planes = planes.float() / 255
    visible = torch.minimum(planes[10:11], planes[9:10])
    shadow = shadow_target(planes[:3], planes[3:6], visible)
    return (torch.cat([shadow, without_piece(shadow, visible)]) * 255 + 0.5).byte()
