"""The generators of corrections (one for quality, one for live pictures) and of points, and the discriminator.

Takes tensors [N,C,256,256]; gives dictionaries of named outputs. Plain 3x3 convolutions with batch
normalisation (folded at export) and nearest-neighbour resizing: operators every ONNX engine has.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

POINTS = (
    "lobe_l lobe_r eye_l eye_r nose_tip nostril_l nostril_r mouth_l mouth_r chin ear_top_l ear_top_r "
    "neck_l neck_r notch hairline shoulder_l shoulder_r"
).split()
PARTS = ["background", "skin", "hair", "clothes"]
SIZE = 256
HEAT = 64
SHARPEN = 6.0
"""Factor on the visibility logit when coverage is made of it: a pearl half in front of a lapel is one or the other.
Compared on 150 test pairs: 3 leaves 2.3 % of a product half transparent, 6 about 1 %, at the same overlap."""
DOUBT = 6.0
"""Added to that: what is doubtful is worn. On 596 pairs that the network did not learn from, with 8, 6, 4, 2: of what
is hidden 64, 69, 73, 78 % is found, of what is seen 99.6, 99.3, 98.8, 98.2 % kept, the overlap with the true coverage
is 0.947, 0.947, 0.944, 0.941."""
DARKEST = 0.8
"""Largest share of the photo's encoded value that a shadow may take."""
REACH = (7, 25)
"""Sides of the boxes, pixels at 256, that spread the product's coverage into a near and a wide shadow."""
EVEN = 9
"""Side of the box, pixels at 256, over which light on the product is averaged."""
DIMMED, LIFTED = 0.85, 0.15
"""Largest change of the product's encoded values: as a share of themselves, and added to them."""
OFFSET = 0.3
"""Largest distance, in input sides, that a point may be moved out of the heat map's area."""


def conv(cin: int, cout: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    """Convolution + batch normalisation + ReLU, same padding."""
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(cout),
        nn.ReLU(inplace=True),
    )


class Up(nn.Module):
    """Twice the resolution: 1x1 to the skip's channels, nearest resize, add the skip, 3x3."""

    def __init__(self, cin: int, cskip: int) -> None:
        super().__init__()
        self.lateral = nn.Conv2d(cin, cskip, 1)
        self.mix = conv(cskip, cskip)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.mix(enlarged(self.lateral(x)) + skip)


class Pyramid(nn.Module):
    """What the networks of points are built on: down to a 32nd of the input and up again to a quarter, and the places
    of a heat map of that size, in 0..1."""

    def __init__(self, widths: tuple[int, ...], heat: int) -> None:
        super().__init__()
        a, b, c, d, e, f = widths
        self.stem = nn.Sequential(conv(3, a, 2), conv(a, b, 2), conv(b, c))
        self.down1 = nn.Sequential(conv(c, d, 2), conv(d, d))
        self.down2 = nn.Sequential(conv(d, e, 2), conv(e, e))
        self.down3 = nn.Sequential(conv(e, f, 2), conv(f, f))
        self.up2, self.up1, self.up0 = Up(f, e), Up(e, d), Up(d, c)
        line = (torch.arange(heat, dtype=torch.float32) + 0.5) / heat
        self.register_buffer("grid_x", line.repeat(heat).view(1, 1, -1), persistent=False)
        self.register_buffer("grid_y", line.repeat_interleave(heat).view(1, 1, -1), persistent=False)

    def features(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """The finest features, at a quarter of the input's size, and the coarsest."""
        s0 = self.stem(image)
        s1 = self.down1(s0)
        s2 = self.down2(s1)
        s3 = self.down3(s2)
        return self.up0(self.up1(self.up2(s3, s2), s1), s0), s3


class AnchorsNet(Pyramid):
    """[N,3,256,256] sRGB in -1..1 -> points, sigma, visible, parts, pose, face (see the contract).

    One heat map a point; its softmax gives the point (soft-argmax), and the same weights read that
    point's sigma and visibility from two more maps. A small regressed offset reaches points outside.
    """

    def __init__(self, widths: tuple[int, ...] = (16, 32, 40, 80, 144, 192)) -> None:
        super().__init__(widths, HEAT)
        c, f = widths[2], widths[5]
        k = len(POINTS)
        self.maps = nn.Conv2d(c, 3 * k + len(PARTS), 1)
        self.squeeze = conv(f, 16, kernel=1)
        self.whole = nn.Sequential(nn.Conv2d(16, 128, 8), nn.ReLU(inplace=True))
        self.globals = nn.Conv2d(128, 2 * k + k + k + 3 + 1, 1)
        with torch.no_grad():
            self.globals.weight.mul_(0.1)
            self.globals.bias.zero_()

    def raw(self, image: Tensor) -> dict[str, Tensor]:
        """Everything the losses need, logits included. `inside` [N,K,2] is the point before its offset."""
        k = len(POINTS)
        finest, coarsest = self.features(image)
        maps = self.maps(finest)
        whole = self.globals(self.whole(self.squeeze(coarsest)))
        if maps.dtype != image.dtype:
            # a point's place is finer than 16 bits tell
            maps, whole = maps.to(image.dtype), whole.to(image.dtype)
        whole = whole.reshape(-1, 4 * k + 4)
        heat, seen, log_sigma, parts = torch.split(maps, [k, k, k, len(PARTS)], 1)
        logits = heat.reshape(-1, k, HEAT * HEAT) * 4.0
        weight = torch.softmax(logits, 2)
        x = (weight * self.grid_x).sum(2)
        y = (weight * self.grid_y).sum(2)
        off, g_seen, g_sigma, pose, face = torch.split(whole, [2 * k, k, k, 3, 1], 1)
        off_x, off_y = torch.split(torch.tanh(off) * OFFSET, [k, k], 1)
        log_sigma = (weight * log_sigma.reshape(-1, k, HEAT * HEAT)).sum(2) + g_sigma - 3.0
        return {
            "heat": logits,
            "inside": torch.stack([x, y], 2),
            "points": torch.stack([x + off_x, y + off_y], 2),
            "log_sigma": torch.clamp(log_sigma, -7.0, 0.0),
            "visible_logit": (weight * seen.reshape(-1, k, HEAT * HEAT)).sum(2) + g_seen,
            "parts_logit": parts,
            "pose": pose * 90.0,
            "face_logit": face,
        }

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """points, sigma, visible, parts, pose, face as exported."""
        r = self.raw(image)
        return (
            r["points"],
            torch.exp(r["log_sigma"]),
            torch.sigmoid(r["visible_logit"]),
            torch.softmax(r["parts_logit"], 1),
            r["pose"],
            torch.sigmoid(r["face_logit"]),
        )


MAPS = 9
"""Output maps of a generator: two of shadow, visibility, light (3) and lift (3)."""


class Corrections(nn.Module):
    """[N,8,256,256] condition -> image, shadow, coverage, residual (see the contract); children have `corrected`."""

    def __init__(self) -> None:
        super().__init__()
        most = torch.tensor([DIMMED] * 3 + [LIFTED] * 3).view(1, -1, 1, 1)
        self.register_buffer("most", most, persistent=False)

    def raw(self, condition: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Shadow 0..1, visibility as a logit, residual -1..1: everything the losses need."""
        return self.corrected(condition, condition[:, 3:6], condition[:, 6:7])

    def forward(self, condition: Tensor) -> tuple[Tensor, ...]:
        """image, shadow, coverage, residual as exported."""
        photo, composite, alpha, _ = torch.split(condition, [3, 3, 1, 1], 1)
        shadow, visible, residual = self.corrected(condition, composite, alpha)
        # sharper than the trained probability: a doubtful product is worn, not half transparent
        coverage = alpha * torch.sigmoid(visible * SHARPEN + DOUBT)
        image = compose(photo, composite, shadow, coverage, residual)
        return image, shadow, coverage, residual


FAINT, SEEN = -1.5, 2.0
"""Where the maps of shadow and visibility start, as logits: far enough from the sigmoid's flat ends to learn."""


def first_guess(heads: nn.Conv2d, start: list[float]) -> None:
    """Starts the output maps as flat compositing with a faint contact shadow and nearly all of the product seen."""
    with torch.no_grad():
        heads.weight.mul_(0.1)
        heads.bias.copy_(torch.tensor(start))


class Generator(Corrections):
    """The generator `tryon`: a U-Net whose output maps are corrections."""

    def __init__(self, widths: tuple[int, ...] = (32, 64, 128, 192, 256), last: int = 16) -> None:
        super().__init__()
        a, b, c, d, e = widths
        self.down0 = nn.Sequential(conv(8, a, 2), conv(a, a))
        self.down1 = nn.Sequential(conv(a, b, 2), conv(b, b))
        self.down2 = nn.Sequential(conv(b, c, 2), conv(c, c))
        self.down3 = nn.Sequential(conv(c, d, 2), conv(d, d))
        self.down4 = nn.Sequential(conv(d, e, 2), conv(e, e))
        self.up3, self.up2, self.up1, self.up0 = Up(e, d), Up(d, c), Up(c, b), Up(b, a)
        self.lateral = nn.Conv2d(a, last, 1)
        self.fine = conv(last + 8, last)
        self.heads = nn.Conv2d(last, MAPS, 3, 1, 1)
        first_guess(self.heads, [FAINT, FAINT, SEEN] + [0.0] * 6)

    def corrected(self, condition: Tensor, composite: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What `raw` gives, of a condition and of the composite and the alpha in it.

        A shadow lies where the product is near: two maps say how much of its coverage, spread narrowly and
        widely, darkens what lies there (skin does, the background behind a hanging drop does not).
        The residual is what light makes of the product: a factor on its values and a small lift, both averaged
        over 9x9 px, as light changes slowly; so it can dim and tint the product but not repaint it."""
        s0 = self.down0(condition)
        s1 = self.down1(s0)
        s2 = self.down2(s1)
        s3 = self.down3(s2)
        x = self.up3(self.down4(s3), s3)
        x = self.up0(self.up1(self.up2(x, s2), s1), s0)
        x = enlarged(self.lateral(x))
        raw = self.heads(self.fine(torch.cat([x, condition], 1)))
        if raw.dtype != condition.dtype:
            # full precision from here: a faint shadow is finer than a 16-bit step below 1
            raw = raw.to(condition.dtype)
        shade, visible, light = torch.split(raw, [2, 1, 6], 1)
        scale = condition.shape[3] / SIZE
        darkness = darkening(shade, alpha, scale)
        light = box(torch.tanh(light) * self.most, odd(EVEN * scale))
        factor, lift = torch.split(light, [3, 3], 1)
        return 1.0 - torch.clamp(darkness, 0.0, DARKEST), visible, relit(factor, lift, composite)


class LiveGenerator(Corrections):
    """The generator `tryon-live`: the same corrections from a fifteenth of the work.

    Shadow and light change slowly: their maps are made at a quarter of the resolution, that of what is seen at half of
    it. Nothing but the composition runs at full size. Widths are multiples of 8, which engines pack best.
    """

    def __init__(self, widths: tuple[int, ...] = (8, 24, 48, 64, 128)) -> None:
        super().__init__()
        a, b, c, d, e = widths
        self.down0, self.down1, self.down2 = conv(8, a, 2), conv(a, b, 2), conv(b, c, 2)
        self.down3 = nn.Sequential(conv(c, d, 2), conv(d, d))
        self.down4 = nn.Sequential(conv(d, e, 2), conv(e, e))
        self.up3, self.up2, self.up1 = Up(e, d), Up(d, c), Up(c, b)
        self.slow = nn.Conv2d(b, MAPS - 1, 1)
        self.lateral = nn.Conv2d(b, a, 1)
        self.quick = nn.Conv2d(a, 1, 1)
        first_guess(self.slow, [FAINT, FAINT] + [0.0] * 6)
        first_guess(self.quick, [SEEN])

    def corrected(self, condition: Tensor, composite: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As the larger generator's."""
        s0 = self.down0(condition)
        s1 = self.down1(s0)
        s2 = self.down2(s1)
        s3 = self.down3(s2)
        x = self.up1(self.up2(self.up3(self.down4(s3), s3), s2), s1)
        slow, quick = self.slow(x), self.quick(F.relu(enlarged(self.lateral(x)) + s0))
        if slow.dtype != condition.dtype:
            slow, quick = slow.to(condition.dtype), quick.to(condition.dtype)
        shade, light = torch.split(slow, [2, 6], 1)
        scale = condition.shape[3] / SIZE
        darkness = darkening(enlarged(shade), F.avg_pool2d(alpha, 2), scale / 2)
        shadow = enlarged(1.0 - torch.clamp(darkness, 0.0, DARKEST))
        factor, lift = torch.split(torch.tanh(light) * self.most, [3, 3], 1)
        # half a unit of the composite is a unit of its encoded values: said on the small maps, where it costs nothing
        factor = factor * 0.5
        factor, lift = (enlarged(box(enlarged(x), odd(EVEN * scale / 2))) for x in (factor, lift + factor))
        # reshaped, so that engines leave their layout of eight planes before they enlarge the one there is
        visible = box(enlarged(quick.reshape(quick.shape)), 3)
        return shadow, visible, factor * composite + lift


def enlarged(planes: Tensor) -> Tensor:
    """Twice the resolution, each pixel four times."""
    return F.interpolate(planes, scale_factor=2.0, mode="nearest")


def odd(side: float) -> int:
    """The odd number near a length, at least 3."""
    return max(3, int(side) // 2 * 2 + 1)


def darkening(shade: Tensor, alpha: Tensor, scale: float) -> Tensor:
    """The product's coverage spread narrowly and widely, as far as two maps say; `scale` 1 is 256 pixels."""
    narrow, wide = torch.split(torch.sigmoid(shade), [1, 1], 1)
    near, far = (spread(alpha, odd(side * scale)) for side in REACH)
    return (narrow * near + wide * far) * DARKEST


def relit(factor: Tensor, lift: Tensor, composite: Tensor) -> Tensor:
    """The change of the product's encoded values by maps [N,3,H,W]: a factor less one, and a lift."""
    return factor * (composite * 0.5 + 0.5) + lift


def box(planes: Tensor, side: int) -> Tensor:
    """Mean over boxes of `side` pixels; of large ones across and down one after the other, which is less."""
    if side == 3:
        return F.avg_pool2d(planes, 3, 1, 1)
    planes = F.avg_pool2d(planes, (1, side), 1, (0, side // 2))
    return F.avg_pool2d(planes, (side, 1), 1, (side // 2, 0))


def spread(plane: Tensor, side: int) -> Tensor:
    """Mean over boxes of `side` pixels, twice, so that it falls off evenly."""
    return box(box(plane, side), side)


def compose(photo: Tensor, composite: Tensor, shadow: Tensor, coverage: Tensor, residual: Tensor) -> Tensor:
    """The contract's composition, sRGB-encoded: photo and composite -1..1 -> image -1..1."""
    product = torch.clamp(composite * 0.5 + (residual + 0.5), 0.0, 1.0)
    around = shadow * (1.0 - coverage)
    # what can be is reckoned on maps of one plane
    return photo * around + product * (2.0 * coverage) + (around - 1.0)


class PatchDiscriminator(nn.Module):
    """One PatchGAN with spectral normalisation: [N,C,H,W] -> patch scores and inner features."""

    def __init__(self, channels: int, widths: tuple[int, ...] = (24, 48, 96)) -> None:
        super().__init__()
        blocks, before = [], channels
        for width in widths:
            layer = spectral_norm(nn.Conv2d(before, width, 4, 2, 1))
            blocks.append(nn.Sequential(layer, nn.LeakyReLU(0.2, inplace=True)))
            before = width
        self.blocks = nn.ModuleList(blocks)
        self.score = spectral_norm(nn.Conv2d(before, 1, 3, 1, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        features = []
        for block in self.blocks:
            x = block(x)
            features.append(x)
        return self.score(x), features


class Discriminators(nn.Module):
    """Two PatchGANs, full and half resolution, on photo + composite + image (9 channels)."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.ModuleList([PatchDiscriminator(9), PatchDiscriminator(9)])

    def forward(self, condition: Tensor, image: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        x = torch.cat([condition[:, :6], image], 1)
        return [self.scales[0](x), self.scales[1](F.avg_pool2d(x, 2))]


def parameters(net: nn.Module) -> int:
    """How many trained numbers the network has."""
    return sum(p.numel() for p in net.parameters())
