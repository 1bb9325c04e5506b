"""The network that lays another picture's texture on a photo, and what "alike" means to it.

Takes lightness alone (colour is transported by a table, see the program's `style/transport.rs`): a photo's and a
style picture's, [N,1,H,W], sRGB-encoded 0..1; gives the photo's lightness in the style's strokes. In the tradition of
Gatys, Ecker and Bethge 2016, Johnson et al. 2016 and Huang and Belongie 2017 (AdaIN), with two differences: the
features are our own, a dictionary of small filters learned by k-means on whitened patches (Coates and Ng 2012; that
single-layer features of several scales carry texture: Ustyuzhaninov et al. 2016), and the photo's features are
modulated by the style's statistics but never normalised by their own, so that tiles agree.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from scipy.cluster.vq import kmeans2
from torch import Tensor, nn

SIDE = 256
"""Side of the exported network's inputs."""
FILTERS = 16
PATCH = 7
LEVELS = 3
LARGEST = 0.5
"""Largest change of lightness."""


def dictionary(pictures: list[np.ndarray], seed: int) -> Tensor:
    """FILTERS zero-mean filters [F,1,7,7] learned from lightness [H,W] 0..1; responses of deviation 1 on them."""
    rng = np.random.default_rng(seed)
    patches = []
    for _ in range(20000):
        picture = pictures[rng.integers(len(pictures))]
        step = 2 ** rng.integers(0, 2)
        y, x = (int(rng.integers(0, n - PATCH * step)) for n in picture.shape)
        patch = picture[y : y + PATCH * step, x : x + PATCH * step]
        patches.append(patch.reshape(PATCH, step, PATCH, step).mean((1, 3)).ravel())
    data = np.array(patches)
    data -= data.mean(1, keepdims=True)
    data = data[data.std(1) > 0.01]
    data /= data.std(1, keepdims=True) + 0.03
    values, vectors = np.linalg.eigh(np.cov(data.T))
    white = vectors @ np.diag(1 / np.sqrt(np.maximum(values, 0) + 0.05)) @ vectors.T
    centres, _ = kmeans2(data @ white, FILTERS, iter=25, minit="++", seed=seed)
    filters = centres @ white
    filters -= filters.mean(1, keepdims=True)
    filters /= (np.array(patches) @ filters.T).std(0)[:, None] + 1e-6
    return torch.tensor(filters, dtype=torch.float32).reshape(FILTERS, 1, PATCH, PATCH)


def halves(x: Tensor) -> list[Tensor]:
    """The picture at LEVELS sizes, each half the one before."""
    levels = [x]
    for _ in range(LEVELS - 1):
        levels.append(F.avg_pool2d(levels[-1], 2))
    return levels


class Dictionary(nn.Module):
    """Rectified responses of both signs at every level."""

    def __init__(self, filters: Tensor | None = None) -> None:
        super().__init__()
        filters = torch.zeros(FILTERS, 1, PATCH, PATCH) if filters is None else filters
        self.register_buffer("filters", filters)

    def forward(self, x: Tensor) -> list[Tensor]:
        responses = [F.conv2d(level, self.filters) for level in halves(x)]
        return [torch.cat([F.relu(r), F.relu(-r)], 1) for r in responses]


def grams(features: list[Tensor]) -> list[Tensor]:
    """Mean products of all pairs of responses, [N,C,C] a level."""
    flat = [f.flatten(2) for f in features]
    return [f @ f.transpose(1, 2) / f.shape[2] for f in flat]


def style_loss(made: list[Tensor], style: list[Tensor]) -> Tensor:
    """Relative distance of Gram matrices and of mean responses, averaged over levels."""
    total = made[0].new_zeros(())
    for a, b, f, g in zip(grams(made), grams(style), made, style, strict=True):
        total = total + ((a - b).abs().mean((1, 2)) / (b.abs().mean((1, 2)) + 0.02)).mean()
        p, q = f.mean((2, 3)), g.mean((2, 3))
        total = total + ((p - q).abs().mean(1) / (q.abs().mean(1) + 0.05)).mean()
    return total / (2 * LEVELS)


def content_loss(made: Tensor, content: Tensor) -> Tensor:
    """Distance of what is recognised: lightness over 8 px, and the edges of forms over 4 px."""
    a, b = F.avg_pool2d(made, 4), F.avg_pool2d(content, 4)
    forms = (F.avg_pool2d(a, 2) - F.avg_pool2d(b, 2)).abs().mean()
    across = ((a[..., 1:] - a[..., :-1]) - (b[..., 1:] - b[..., :-1])).abs().mean()
    down = ((a[..., 1:, :] - a[..., :-1, :]) - (b[..., 1:, :] - b[..., :-1, :])).abs().mean()
    return forms + across + down


class Modulated(nn.Module):
    """3x3 convolution whose channels the style scales and shifts; leaky rectifier."""

    def __init__(self, cin: int, cout: int, code: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, stride, 1)
        self.scale, self.shift = nn.Conv2d(code, cout, 1), nn.Conv2d(code, cout, 1)
        with torch.no_grad():
            for layer in (self.scale, self.shift):
                layer.weight.mul_(0.3)
                layer.bias.zero_()

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        x = self.conv(x)
        return F.leaky_relu(x + x * self.scale(code) + self.shift(code), 0.2)


class TextureNet(nn.Module):
    """photo [N,2,H,W] (lightness -1..1, white noise -1..1), style [N,1,H,W] (-1..1) -> lightness [N,1,H,W] -1..1.

    Fully convolutional in the photo: a pixel depends on fewer than BORDER pixels around it.
    """

    def __init__(self, filters: Tensor | None = None, widths: tuple[int, ...] = (8, 24, 40), code: int = 48) -> None:
        super().__init__()
        a, b, c = widths
        self.dictionary = Dictionary(filters)
        self.read = nn.Sequential(
            nn.Conv2d(2 * 2 * FILTERS * LEVELS, 96, 1), nn.LeakyReLU(0.2), nn.Conv2d(96, code, 1), nn.LeakyReLU(0.2)
        )
        self.down0 = Modulated(2, b, code, 2)
        self.down1 = Modulated(b + 1, c, code, 2)
        self.blocks = nn.ModuleList(Modulated(c, c, code) for _ in range(4))
        self.up1 = Modulated(c + b, b, code)
        self.up0 = Modulated(b + 2, a, code)
        self.last = nn.Conv2d(a + 2, 1, 3, 1, 1)
        with torch.no_grad():
            self.last.weight.mul_(0.3)
            self.last.bias.zero_()

    def statistics(self, style: Tensor) -> Tensor:
        """Mean responses to the dictionary, at two gains so that faint and strong textures are told apart."""
        means = [F.avg_pool2d(f, f.shape[2:]) for f in self.dictionary(style * 0.5 + 0.5)]
        raw = torch.cat(means, 1)
        return self.read(torch.cat([torch.tanh(raw * 6.0), torch.tanh(raw * 1.2)], 1))

    def forward(self, photo: Tensor, style: Tensor) -> Tensor:
        code = self.statistics(style)
        light, noise = torch.split(photo, [1, 1], 1)
        s0 = self.down0(photo, code)
        s1 = self.down1(torch.cat([s0, F.avg_pool2d(noise, 2) * 2.0], 1), code)
        x = s1
        for block in self.blocks:
            x = x + block(x, code)
        x = self.up1(torch.cat([F.interpolate(x, scale_factor=2.0, mode="nearest"), s0], 1), code)
        x = self.up0(torch.cat([F.interpolate(x, scale_factor=2.0, mode="nearest"), photo], 1), code)
        change = torch.tanh(self.last(torch.cat([x, photo], 1))) * (2.0 * LARGEST)
        return torch.clamp(light + change, -1.0, 1.0)
