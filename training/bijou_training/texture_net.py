"""The network that lays the surface of one picture on another.

Takes a picture's lightness and noise of the reference's spectrum [N,2,H,W] and the reference's marks [N,13,1,1]
(`surface.py`); gives the change of lightness [N,1,H,W]. Plain 3x3 convolutions, nearest resizing, the marks as factor
and offset of the inner maps (FiLM: Perez et al. 2018): the picture's forms, the reference's way of drawing.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bijou_training.surface import MARKS

LARGEST = 0.4
"""Largest change of lightness, encoded 0..1."""


def conv(cin: int, cout: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(cin, cout, 3, stride, 1)


class TextureNet(nn.Module):
    """See the module; height and width are multiples of 4. A pixel depends on those up to 32 away."""

    def __init__(self, widths: tuple[int, ...] = (16, 32, 48), blocks: int = 4) -> None:
        super().__init__()
        a, b, c = widths
        self.register_buffer("centre", torch.zeros(1, MARKS, 1, 1))
        self.register_buffer("spread", torch.ones(1, MARKS, 1, 1))
        self.read = nn.Sequential(nn.Conv2d(MARKS, 32, 1), nn.ReLU(), nn.Conv2d(32, 32, 1), nn.ReLU())
        self.stem, self.down1, self.middle, self.down2 = conv(2, a), conv(a, b, 2), conv(b, b), conv(b, c, 2)
        self.blocks = nn.ModuleList(conv(c, c) for _ in range(blocks))
        self.films = nn.ModuleList(nn.Conv2d(32, 2 * c, 1) for _ in range(blocks))
        self.lateral1, self.up1 = nn.Conv2d(c, b, 1), conv(b, b)
        self.film1 = nn.Conv2d(32, 2 * b, 1)
        self.lateral0, self.up0 = nn.Conv2d(b, a, 1), conv(a, a)
        self.film0 = nn.Conv2d(32, 2 * a, 1)
        self.last = conv(a, 1)
        with torch.no_grad():
            for film in (*self.films, self.film1, self.film0):
                film.weight.mul_(0.3)
                film.bias.zero_()

    def forward(self, picture: Tensor, marks: Tensor) -> Tensor:
        way = self.read(torch.clamp((marks - self.centre) * self.spread, -2.5, 2.5))
        full = F.leaky_relu(self.stem(picture), 0.1)
        half = F.leaky_relu(self.middle(F.leaky_relu(self.down1(full), 0.1)), 0.1)
        x = F.leaky_relu(self.down2(half), 0.1)
        for block, film in zip(self.blocks, self.films, strict=True):
            x = x + F.leaky_relu(modulated(block(x), film(way)), 0.1)
        x = enlarged(self.lateral1(x)) + half
        x = F.leaky_relu(modulated(self.up1(x), self.film1(way)), 0.1)
        x = enlarged(self.lateral0(x)) + full
        x = F.leaky_relu(modulated(self.up0(x), self.film0(way)), 0.1)
        return torch.tanh(self.last(x)) * LARGEST


def enlarged(maps: Tensor) -> Tensor:
    """Twice the resolution, softly: cells of the coarser one would show."""
    return F.avg_pool2d(F.interpolate(maps, scale_factor=2.0, mode="nearest"), 3, 1, 1)


def modulated(maps: Tensor, film: Tensor) -> Tensor:
    """Maps times one plus the factor, plus the offset, a channel each."""
    factor, offset = torch.split(film, film.shape[1] // 2, 1)
    return maps * (factor + 1.0) + offset
