"""The network of the closer look: where in a small square a lobe is, and whether it can be seen.

Takes [N,3,128,128] sRGB in -1..1, a square of `WINDOW` head units (dataset.head_box) around the place where the
anchors network expects the subject's left lobe, or the right one mirrored. One ear at a time and both alike: twice
the data for half the question. Gives points [N,1,2] in 0..1, sigma [N,1] and visible [N,1], read like the anchors'.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bijou_training.networks import Pyramid, conv

SIZE = 128
HEAT = SIZE // 4
WINDOW = 0.8
"""Side of the square in head units: the lobe is still inside where the first answer is off by half an eye distance."""


class EarNet(Pyramid):
    """A small U-shaped network with one heat map; its softmax gives the point, sigma and visibility."""

    def __init__(self, widths: tuple[int, ...] = (16, 24, 32, 48, 80, 112)) -> None:
        super().__init__(widths, HEAT)
        c, f = widths[2], widths[5]
        self.maps = nn.Conv2d(c, 3, 1)
        self.whole = nn.Sequential(conv(f, 16, kernel=1), nn.Conv2d(16, 64, HEAT // 8), nn.ReLU(inplace=True))
        self.globals = nn.Conv2d(64, 2, 1)
        with torch.no_grad():
            self.globals.weight.mul_(0.1)
            self.globals.bias.zero_()

    def raw(self, image: Tensor) -> dict[str, Tensor]:
        """Everything the losses need, logits included."""
        finest, coarsest = self.features(image)
        maps = self.maps(finest).to(image.dtype)
        whole = self.globals(self.whole(coarsest)).to(image.dtype).reshape(-1, 2)
        heat, seen, log_sigma = (m.reshape(-1, 1, HEAT * HEAT) for m in torch.split(maps, [1, 1, 1], 1))
        logits = heat * 4.0
        weight = torch.softmax(logits, 2)
        g_seen, g_sigma = torch.split(whole, [1, 1], 1)
        place = torch.stack([(weight * self.grid_x).sum(2), (weight * self.grid_y).sum(2)], 2)
        return {
            "heat": logits,
            "points": place,
            "log_sigma": torch.clamp((weight * log_sigma).sum(2) + g_sigma - 3.0, -6.0, 0.0),
            "visible_logit": (weight * seen).sum(2) + g_seen,
        }

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """points, sigma, visible as exported."""
        r = self.raw(image)
        return r["points"], torch.exp(r["log_sigma"]), torch.sigmoid(r["visible_logit"])
