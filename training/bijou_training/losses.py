"""Losses of both networks. Tensors as networks.py and examples.py give them; every result is a scalar."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from bijou_training.networks import POINTS

WEIGHT = torch.tensor([{"lobe": 2.0, "neck": 1.5, "notc": 1.5}.get(p[:4], 1.0) for p in POINTS])
"""What jewellery hangs on counts more than the rest of the face."""
LEAST = 300.0
"""Sum of weights from which a picture counts fully: a hundred pixels of three channels."""
HEAT_SIGMA = 1.4
"""Width of the heat map's target, in its cells."""


def mean_over(value: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean; 0 where nothing weighs."""
    return (value * weight).sum() / weight.sum().clamp(min=1e-3)


def each_over(value: Tensor, weight: Tensor) -> Tensor:
    """Mean over the pictures [N,C,H,W] of the weighted mean in each, so that a stud counts as much as a necklace; one
    of hardly any weight counts less."""
    return ((value * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3)).clamp(min=LEAST)).mean()


def heat_loss(logits: Tensor, points: Tensor, trust: Tensor) -> Tensor:
    """Cross-entropy of the square heat maps [N,K,cells] against a Gaussian at each point inside the picture."""
    cells = round(logits.shape[2] ** 0.5)
    line = (torch.arange(cells, dtype=torch.float32, device=points.device) + 0.5) / cells
    gx = -((line - points[..., :1]) ** 2) / (2 * (HEAT_SIGMA / cells) ** 2)
    gy = -((line - points[..., 1:]) ** 2) / (2 * (HEAT_SIGMA / cells) ** 2)
    target = torch.softmax((gy[..., :, None] + gx[..., None, :]).flatten(2), 2)
    inside = ((points > 0) & (points < 1)).all(2).float() * trust
    entropy = -(target * torch.log_softmax(logits, 2)).sum(2)
    return mean_over(entropy, inside)


def anchors_loss(raw: dict[str, Tensor], target: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each term, already weighted; their sum is the loss."""
    points = target["points"]
    trust = target["trust"] * WEIGHT.to(points.device)
    distance = (raw["points"] - points).abs().sum(2)
    inside = ((points > 0) & (points < 1)).all(2).float()
    stray = (raw["points"] - raw["inside"]).abs().sum(2)
    # 2-D Gaussian likelihood; sigma learns from the error, not the point from sigma
    squared = ((raw["points"].detach() - points) ** 2).sum(2)
    likelihood = squared / (2 * torch.exp(2 * raw["log_sigma"])) + 2 * raw["log_sigma"]
    seen = F.binary_cross_entropy_with_logits(raw["visible_logit"], target["visible"], reduction="none")
    parts = -(target["parts"] * torch.log_softmax(raw["parts_logit"], 1)).sum(1).mean((1, 2))
    pose = F.smooth_l1_loss(raw["pose"] / 15, target["pose"] / 15, reduction="none")
    return {
        "heat": 0.3 * heat_loss(raw["heat"], points, trust),
        "point": 12.0 * mean_over(distance, trust),
        "stray": 3.0 * mean_over(stray, inside * trust),
        "sigma": 0.05 * mean_over(likelihood, trust),
        "visible": 0.6 * mean_over(seen, target["visible_trust"]),
        "parts": 1.5 * mean_over(parts, target["parts_trust"]),
        "pose": 0.3 * mean_over(pose, target["pose_trust"]),
        "face": 0.3 * F.binary_cross_entropy_with_logits(raw["face_logit"][:, 0], target["face"]),
    }


def trinket_loss(raw: dict[str, Tensor], target: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each term of the network that finds earrings: cross-entropy of the cells, an earring's counting more, as few as
    they are, the overlap of each map that has one (Dice), and whether the surest cell of a map is right."""
    logit, worn, trust = raw["worn_logit"], target["worn"], target["worn_trust"][:, :, None, None]
    entropy = F.binary_cross_entropy_with_logits(logit, worn, reduction="none") * (1 + 3 * worn)
    given = torch.sigmoid(logit)
    both, sizes = ((x * trust).sum((1, 2, 3)) for x in (given * worn, given + worn))
    some = (worn.sum((1, 2, 3)) > 2).float() * trust[:, 0, 0, 0]
    dice = 1 - (2 * both + 1) / (sizes + 1)
    surest, there = logit.amax((1, 2, 3)), (worn.amax((1, 2, 3)) > 0.5).float()
    decided = F.binary_cross_entropy_with_logits(surest, there, reduction="none")
    return {
        "worn": 10.0 * mean_over(entropy, trust.expand_as(entropy)),
        "dice": 0.3 * mean_over(dice, some),
        "there": 0.3 * mean_over(decided, trust[:, 0, 0, 0]),
    }


def ear_loss(raw: dict[str, Tensor], target: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each term of the closer look, already weighted; their sum is the loss. As for the anchors."""
    points, trust = target["points"], target["trust"]
    squared = ((raw["points"].detach() - points) ** 2).sum(2)
    likelihood = squared / (2 * torch.exp(2 * raw["log_sigma"])) + 2 * raw["log_sigma"]
    seen = F.binary_cross_entropy_with_logits(raw["visible_logit"], target["visible"], reduction="none")
    return {
        "heat": 0.3 * heat_loss(raw["heat"], points, trust),
        "point": 12.0 * mean_over((raw["points"] - points).abs().sum(2), trust),
        "sigma": 0.05 * mean_over(likelihood, trust),
        "visible": 0.6 * mean_over(seen, target["visible_trust"]),
    }


def ring(alpha: Tensor, reach: int = 12) -> Tensor:
    """The product's surroundings: alpha dilated by `reach` pixels, without the product itself."""
    across = F.max_pool2d(alpha, (1, 2 * reach + 1), 1, (0, reach))
    wide = F.max_pool2d(across, (2 * reach + 1, 1), 1, (reach, 0))
    return (wide - alpha).clamp(0, 1)


def pyramid(x: Tensor, levels: int = 4) -> list[Tensor]:
    """Laplacian pyramid [N,C,H,W] -> differences, finest first, and the rest."""
    out = []
    for _ in range(levels - 1):
        small = F.avg_pool2d(x, 2)
        out.append(x - F.interpolate(small, scale_factor=2.0, mode="bilinear", align_corners=False))
        x = small
    return [*out, x]


def correction_loss(
    image: Tensor, shadow: Tensor, logit: Tensor, residual: Tensor, target: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Each weighted term for the generator; `target` is a batch with the product's `ring` as `around`. `image` -1..1
    is composed with the product's straight colour, the true coverage and the shadow cut off from learning: the
    visibility `logit` learns from the coverage alone, so it never hedges a tone, and the `shadow` from the shadow
    alone, as L1 on the picture would rather have none."""
    alpha, around, visible, worn = (target[k] for k in ("alpha", "around", "visible", "worn"))
    difference = (image - worn).abs()
    product = alpha.clamp(0, 1)
    emphasis = (0.15 + around + 2.0 * product).clamp(max=2.15)
    bands = sum(
        mean_over((a - b).abs(), F.adaptive_avg_pool2d(emphasis, a.shape[2:]).expand_as(a))
        for a, b in zip(pyramid(image), pyramid(worn), strict=True)
    )
    outside = (1 - F.max_pool2d(visible, 3, 1, 1)) * (0.2 + around + (alpha - visible).clamp(0, 1))
    # most of every picture has no shadow; the little that has must not be outvoted. Squared, because the
    # absolute error's answer to "dark in a third of such places" is no shadow at all
    cast = 1 + 4 * (1 - target["shadow"])
    return {
        "product": 2.0 * each_over(difference, product.expand_as(difference)),
        "tone": 2.0 * tone_loss(image - worn, visible),
        "ring": 3.0 * each_over(difference, around.expand_as(difference)),
        "whole": 1.0 * difference.mean(),
        "bands": 1.0 * bands,
        "hidden": 2.0 * visibility_entropy(logit, alpha, visible),
        "shadow": 100.0 * mean_over((shadow - target["shadow"]) ** 2, outside * cast),
        "quiet": quiet_loss(residual, alpha),
    }


def tone_loss(difference: Tensor, visible: Tensor) -> Tensor:
    """How far the seen product's mean colour is off in each picture: what metal and stone it is must not change."""
    area = visible.sum((2, 3))
    mean = (difference * visible).sum((2, 3)) / area.clamp(min=1)
    return (mean.abs() * (area / (LEAST / 3)).clamp(max=1)).mean()


def quiet_loss(residual: Tensor, alpha: Tensor) -> Tensor:
    """Keeps the product the product: L1 alone would trade its brilliance for a grey mean."""
    inside = alpha.expand_as(residual)
    return 0.02 * mean_over(residual.abs(), 1 - inside) + 0.03 * mean_over(residual.abs(), inside)


def lesson(
    shadow: Tensor, logit: Tensor, residual: Tensor, teacher: tuple[Tensor, Tensor, Tensor], target: dict[str, Tensor]
) -> dict[str, Tensor]:
    """What a small generator learns from a large one's maps (shadow, visibility logit, residual), beside the truth."""
    shade, seen, tint = teacher
    alpha, around = target["alpha"], (target["around"] + 0.1).clamp(max=1)
    entropy = F.binary_cross_entropy_with_logits(logit, torch.sigmoid(seen), reduction="none")
    return {
        "teach_shadow": 100.0 * mean_over((shadow - shade) ** 2, around),
        "teach_seen": 0.3 * mean_over(entropy, alpha),
        "teach_tint": 2.0 * mean_over((residual - tint).abs(), alpha.expand_as(tint)),
    }


def visibility_entropy(logit: Tensor, alpha: Tensor, visible: Tensor) -> Tensor:
    """Binary cross-entropy of the visible share of the product; hidden parts are rare and weigh double.

    The share is taken over 3x3 px: on a chain thinner than a pixel the two renders' own noise is no occlusion."""
    around, seen = (F.avg_pool2d(x, 3, 1, 1) for x in (alpha, visible))
    wanted = (seen / around.clamp(min=0.02)).clamp(0, 1)
    entropy = F.binary_cross_entropy_with_logits(logit, wanted, reduction="none")
    return mean_over(entropy, (alpha > 0.05).float() * alpha * (2 - wanted))


def hinge_discriminator(real: list, fake: list) -> Tensor:
    """Hinge loss over all scales of (scores, features)."""
    terms = [F.relu(1 - r).mean() + F.relu(1 + f).mean() for (r, _), (f, _) in zip(real, fake, strict=True)]
    return sum(terms) / len(terms)


def hinge_generator(fake: list) -> Tensor:
    """What the generator wants of the scores."""
    return -sum(score.mean() for score, _ in fake) / len(fake)


def feature_matching(real: list, fake: list) -> Tensor:
    """L1 between the discriminators' inner features of the real and the made picture."""
    terms = [
        (a.detach() - b).abs().mean()
        for (_, r), (_, f) in zip(real, fake, strict=True)
        for a, b in zip(r, f, strict=True)
    ]
    return sum(terms) / len(terms)
