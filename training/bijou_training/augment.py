"""What a camera, a network or a hand does to a picture: random changes of tensors in 0..1.

Every function takes and gives float tensors [C,H,W] (sRGB-encoded) and a numpy Generator, so that a seed
decides everything. Geometry is a 3x3 matrix from output pixels to input pixels.
"""

from __future__ import annotations

import io

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor


def placement(centre: tuple[float, float], side: float, degrees: float, flip: bool, out: int) -> np.ndarray:
    """Matrix of a square window on the input: output pixel (x, y, 1) -> input pixel. `degrees`: the window's
    rotation, so the content turns the other way; `flip` mirrors the output."""
    a, s = np.radians(degrees), side / out
    rotate = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    mirror = np.diag([-1.0 if flip else 1.0, 1.0, 1.0])
    to_centre = np.array([[1, 0, -out / 2], [0, 1, -out / 2], [0, 0, 1]])
    back = np.array([[s, 0, centre[0]], [0, s, centre[1]], [0, 0, 1]])
    return back @ rotate @ mirror @ to_centre


def move(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Input points [K,2] as output points."""
    inverse = np.linalg.inv(matrix)
    return points @ inverse[:2, :2].T + inverse[:2, 2]


def warp(planes: Tensor, matrix: np.ndarray, out: int, padding: str = "zeros") -> Tensor:
    """Bilinear resampling of [C,H,W] to [C,out,out]; halves the input first where it would alias."""
    scale = np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    x, m = planes[None], matrix.copy()
    while scale > 1.6 and min(x.shape[2:]) >= 64:
        x, scale = F.avg_pool2d(x, 2), scale / 2
        m[:2] /= 2
    h, w = x.shape[2:]
    # pixels (centres at +0.5) -> grid_sample's -1..1 with align_corners=False
    to_unit = np.array([[2 / w, 0, -1], [0, 2 / h, -1]])
    from_unit = np.array([[out / 2, 0, out / 2], [0, out / 2, out / 2], [0, 0, 1]])
    theta = torch.from_numpy((to_unit @ m @ from_unit).astype(np.float32))[None]
    grid = F.affine_grid(theta, [1, x.shape[1], out, out], align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode=padding, align_corners=False)[0]


def texture(rng: np.random.Generator, size: int, channels: int = 3) -> Tensor:
    """A background: flat, gradient, soft noise of several scales, stripes or blocks of random colours."""
    kind = rng.integers(5)
    low, high = (
        np.sort(rng.random((2, channels, 1, 1)), axis=0) if rng.random() < 0.3 else rng.random((2, channels, 1, 1))
    )
    y, x = np.mgrid[0:size, 0:size] / size
    angle = rng.random() * 2 * np.pi
    t = (x * np.cos(angle) + y * np.sin(angle))[None]
    if kind == 0:
        mask = np.zeros((1, size, size))
    elif kind == 1:
        mask = (t - t.min()) / (np.ptp(t) + 1e-6)
    elif kind == 2:
        mask = 0.5 + 0.5 * np.sin(t * rng.uniform(8, 120) + rng.random() * 6)
    else:
        soft = torch.zeros(1, channels if kind == 3 else 1, 1, 1)
        blocks = torch.zeros(1, 1, size, size)
        for cells in (2, 4, 9, 20, 48):
            # each scale is enlarged to the next finer one, and only the last to the whole size: that takes the time
            soft = F.interpolate(soft, size=(cells, cells), mode="bicubic", align_corners=False)
            cell = torch.from_numpy(rng.standard_normal(tuple(soft.shape)).astype(np.float32)) * rng.random() ** 2
            if kind == 4 and cells < 20:
                blocks += F.interpolate(cell, size=(size, size), mode="nearest")
            else:
                soft = soft + cell
        soft = F.interpolate(soft, size=(size, size), mode="bicubic", align_corners=False)
        mask = torch.sigmoid((soft + blocks if kind == 4 else soft) * 1.5)[0].numpy()
    low, high = low.astype(np.float32), high.astype(np.float32)
    return torch.from_numpy(low + (high - low) * mask.astype(np.float32)).clamp(0, 1)


def power(x: Tensor, exponent: float) -> Tensor:
    """Values of 0..1 to a power; several times quicker than `**`."""
    return torch.exp(torch.log(x.clamp(min=1e-6)) * exponent)


def colour(rng: np.random.Generator, strength: float = 1.0):
    """A random tone curve: exposure, gamma, contrast, white balance, saturation; the same for every call."""
    s = strength
    gain = np.exp(rng.normal(0, 0.14 * s))
    balance = torch.from_numpy((gain * np.exp(rng.normal(0, 0.06 * s, (3, 1, 1)))).astype(np.float32))
    gamma, contrast = float(np.exp(rng.normal(0, 0.16 * s))), float(np.exp(rng.normal(0, 0.12 * s)))
    saturation = 0.0 if rng.random() < 0.08 * s else float(np.exp(rng.normal(0, 0.2 * s)))

    def apply(rgb: Tensor) -> Tensor:
        x = power((rgb * balance).clamp(0, 1), gamma)
        grey = (x * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(0, keepdim=True)
        x = grey + (x - grey) * saturation
        return ((x - 0.5) * contrast + 0.5).clamp(0, 1)

    return apply


def coloured_light(rng: np.random.Generator, size: int) -> Tensor:
    """Factors [3,S,S] on encoded values: one or two tinted lamps, each stronger on its side of the picture."""
    yy, xx = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1, 1, size), indexing="ij")
    factor = torch.ones(3, size, size)
    for _ in range(int(rng.integers(1, 3))):
        angle, steep = rng.random() * 2 * np.pi, rng.uniform(0.5, 4)
        side = torch.sigmoid((xx * np.cos(angle) + yy * np.sin(angle) + rng.uniform(-0.7, 0.7)) * steep)
        tint = torch.from_numpy(np.exp(rng.normal(0, 0.16, (3, 1, 1))).astype(np.float32))
        factor = factor * (1 + side * (tint - 1))
    return factor


def weighted(x: Tensor, taps: list[tuple[int, int, float]], high: int, wide: int) -> Tensor:
    """Sum of [C,H,W] moved by (row, column) and weighted, [C,high,wide]. Quicker here than a convolution of so few
    channels."""
    row, column, weight = taps[0]
    out = x[:, row : row + high, column : column + wide] * weight
    for row, column, weight in taps[1:]:
        out.add_(x[:, row : row + high, column : column + wide], alpha=weight)
    return out


def box(planes: Tensor, side: int) -> Tensor:
    """Mean over boxes of `side` pixels, an odd number, with nothing beyond the picture: what `networks.box` gives, of
    large boxes in a tenth of the time, as sums are carried along."""
    reach = side // 2
    for axis in (-1, -2):
        length = planes.shape[axis]
        pad = (reach + 1, reach) if axis == -1 else (0, 0, reach + 1, reach)
        sums = F.pad(planes, pad).cumsum(axis)
        planes = (sums.narrow(axis, side, length) - sums.narrow(axis, 0, length)) / side
    return planes


def blur(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of [C,H,W], sigma in pixels."""
    r = max(1, int(sigma * 2.5 + 0.5))
    k = torch.exp(-0.5 * (torch.arange(-r, r + 1, dtype=torch.float32) / sigma) ** 2)
    k = (k / k.sum()).tolist()
    h, w = x.shape[1:]
    y = F.pad(x[None], (r, r, r, r), mode="replicate")[0]
    y = weighted(y, [(i, 0, v) for i, v in enumerate(k)], h, w + 2 * r)
    return weighted(y, [(0, i, v) for i, v in enumerate(k)], h, w)


def motion_blur(x: Tensor, length: float, angle: float) -> Tensor:
    """A straight camera shake of `length` pixels."""
    n = max(3, int(length) | 1)
    line = np.zeros((n, n), np.float32)
    for t in np.linspace(-1, 1, 3 * n):
        line[round((n - 1) / 2 * (1 + t * np.sin(angle))), round((n - 1) / 2 * (1 + t * np.cos(angle)))] = 1
    taps = [(int(i), int(j), 1 / float(line.sum())) for i, j in np.argwhere(line)]
    return weighted(F.pad(x[None], (n // 2,) * 4, mode="replicate")[0], taps, *x.shape[1:])


def down_up(x: Tensor, size: int) -> Tensor:
    """As if it had been a picture of only `size` pixels."""
    small = F.interpolate(x[None], size=(size, size), mode="area")
    return F.interpolate(small, size=x.shape[1:], mode="bilinear", align_corners=False)[0]


def jpeg(x: Tensor, quality: int) -> Tensor:
    """Through a JPEG file and back."""
    array = (x.clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).numpy()
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=quality)
    return torch.from_numpy(np.asarray(Image.open(buffer)).transpose(2, 0, 1).copy()).float() / 255


def noise(rng: np.random.Generator, x: Tensor, level: float) -> Tensor:
    """Sensor noise, coarse or fine, stronger in the shadows."""
    n = torch.from_numpy(rng.standard_normal(tuple(x.shape), dtype=np.float32))
    if rng.random() < 0.4:
        n = blur(n, 0.8) * 2.0
    return (x + n * level * (1.3 - x)).clamp(0, 1)


def degrade(rng: np.random.Generator, x: Tensor, strength: float = 1.0) -> Tensor:
    """Blur, shake, small originals, noise and JPEG, each now and then."""
    if rng.random() < 0.25 * strength:
        x = blur(x, rng.uniform(0.4, 2.2))
    if rng.random() < 0.1 * strength:
        x = motion_blur(x, rng.uniform(3, 11), rng.random() * np.pi)
    if rng.random() < 0.25 * strength:
        x = down_up(x, int(rng.uniform(60, 200)))
    if rng.random() < 0.45 * strength:
        x = noise(rng, x, rng.exponential(0.025))
    if rng.random() < 0.3 * strength:
        x = jpeg(x, int(rng.uniform(20, 90)))
    return x


def hard_shadow(rng: np.random.Generator, x: Tensor) -> Tensor:
    """A straight or wavy edge of shade across the picture."""
    h, w = x.shape[1:]
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    a = rng.random() * 2 * np.pi
    d = (xx - rng.uniform(0, w)) * np.cos(a) + (yy - rng.uniform(0, h)) * np.sin(a)
    d += rng.uniform(0, 20) * np.sin(xx * rng.uniform(0.01, 0.08)) + rng.uniform(0, 20) * np.sin(
        yy * rng.uniform(0.01, 0.08)
    )
    mask = torch.from_numpy(1 / (1 + np.exp(np.clip(-d / rng.uniform(0.7, 12), -30, 30))).astype(np.float32))
    return x * (1 - mask * rng.uniform(0.25, 0.65))


def cut_out(rng: np.random.Generator, size: int) -> tuple[Tensor, Tensor, str]:
    """Something in front: a mask [1,S,S], its picture [3,S,S], and what it is (hair, skin or clothes)."""
    sheet = Image.new("L", (size, size))
    pen = ImageDraw.Draw(sheet)
    x0, y0 = rng.uniform(0, size, 2)
    kind = ("hair", "skin", "clothes")[rng.integers(3)]
    if kind == "hair":
        lean, width = rng.normal(0, 0.3), rng.uniform(8, 40)
        for _ in range(int(rng.uniform(15, 60))):
            x = x0 + rng.normal(0, width / 2)
            bend = rng.normal(0, 15)
            line = [
                (x + lean * t * size * 0.5 + bend * t * t, y0 + (t - 0.5) * size * 0.8) for t in np.linspace(0, 1, 8)
            ]
            pen.line(line, fill=255, width=int(rng.integers(1, 4)))
        rgb = torch.from_numpy((rng.random() ** 1.5 * np.array([0.7, 0.55, 0.4]) + 0.03).astype(np.float32))
    elif kind == "skin":
        angle, length, width = rng.random() * 6.3, rng.uniform(25, 80), rng.uniform(6, 16)
        for finger in range(int(rng.integers(1, 5))):
            b = angle + (finger - 1.5) * rng.uniform(0.1, 0.3)
            pen.line([(x0, y0), (x0 + np.cos(b) * length, y0 + np.sin(b) * length)], fill=255, width=int(width))
        pen.ellipse([x0 - 1.6 * width, y0 - 1.6 * width, x0 + 1.6 * width, y0 + 1.6 * width], fill=255)
        rgb = torch.from_numpy((np.array([0.9, 0.68, 0.55]) * rng.uniform(0.25, 1.0)).astype(np.float32))
    else:
        corners = [(x0 + rng.normal(0, size / 6), y0 + rng.normal(0, size / 6)) for _ in range(int(rng.integers(3, 7)))]
        pen.polygon(corners, fill=255)
        rgb = torch.from_numpy(rng.random(3).astype(np.float32))
    sheet = sheet.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.5)))
    mask = torch.from_numpy(np.asarray(sheet, np.float32).copy())[None] / 255
    shade = texture(rng, size, 1) * 0.6 + 0.5
    return mask, (rgb.view(3, 1, 1) * shade).clamp(0, 1), kind
