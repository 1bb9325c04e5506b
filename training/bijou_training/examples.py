"""Training examples made of samples: what the networks see and what they should answer.

Takes a Sample and a numpy Generator; gives dictionaries of float tensors, stacked by `batch`.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import SWAP, Sample, eye_line, head_box
from bijou_training.networks import HEAT, POINTS, SIZE
from bijou_training.relighting import relit
from bijou_training.variations import premultiplied, straight, varied

PAINTED = 0.2
"""Share of pictures with an area painted over in mid-grey, as the program does it to look for a second head."""
COMPANY = 0.15
"""Share of pictures with a second, smaller head beside; of those painted over, half had another under the paint."""
RELIT = 0.5
"""Share of pairs whose lamps are turned."""
MARGIN = 0.25
"""Points farther outside than this part of the side are not asked for."""


def halved(data: dict[str, Tensor]) -> dict[str, Tensor]:
    """A generator's batch at half the size, for the quick first part of its training."""
    small = {k: F.avg_pool2d(v, 2) for k, v in data.items()}
    cover = F.avg_pool2d(data["alpha"], 2)
    colour = F.avg_pool2d(data["product"] * data["alpha"], 2) / cover.clamp(min=1 / 255)
    return small | {"product": torch.where(cover > 1 / 255, colour, small["product"])}


def batch(examples: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Stack examples along a new first axis."""
    return {k: torch.stack([e[k] for e in examples]) for k in examples[0]}


def portrait_window(rng: np.random.Generator, sample: Sample, gentle: bool, aside: bool = False) -> np.ndarray:
    """A window as the first pass (whole picture, small head) or the second (jittered head box) would see; `aside`: the
    head is small and on one side, as where another has been painted over."""
    x, y, side = head_box(sample.points)
    degrees = float(np.clip(rng.normal(0, 7 if gentle else 13), -35, 35))
    if aside:
        side *= np.exp(rng.uniform(np.log(1.6), np.log(3.2)))
        x += (-1) ** rng.integers(2) * rng.uniform(0.2, 0.38) * side
        y += rng.uniform(-0.3, 0.3) * side
    elif rng.random() < 0.62:
        side *= np.exp(rng.normal(0, 0.12))
        x, y = np.array([x, y]) + rng.normal(0, 0.05, 2) * side
    else:
        factor = np.exp(rng.uniform(np.log(0.75), np.log(2.0 if gentle else 3.2)))
        room = max(0.06, (1 - 0.62 / factor) / 2)
        side *= factor
        x, y = np.array([x, y]) + rng.uniform(-room, room, 2) * side
    return augment.placement((x, y), side, degrees, bool(rng.random() < 0.5), SIZE)


def fill_outside(rng: np.random.Generator, image: Tensor, inside: Tensor) -> Tensor:
    """The area outside the source picture: letterbox grey, black, white or a texture."""
    how = rng.random()
    if how < 0.5:
        other = torch.full_like(image, 0.5)
    elif how < 0.6:
        other = torch.full_like(image, float(rng.integers(2)))
    else:
        other = augment.texture(rng, image.shape[1])
    return image * inside + other * (1 - inside)


def finish(rng: np.random.Generator, image: Tensor, gentle: bool) -> Tensor:
    """Light, tone and camera; 0..1 -> -1..1."""
    if rng.random() < (0.05 if gentle else 0.2):
        image = augment.hard_shadow(rng, image)
    image = augment.colour(rng, 0.6 if gentle else 1.0)(image)
    image = augment.degrade(rng, image, 0.5 if gentle else 1.0)
    return image.clamp(0, 1) * 2 - 1


def painted_over(rng: np.random.Generator, side: int, low: float, high: float) -> tuple[slice, slice]:
    """Rows and columns of a square beside columns `low` to `high`, as the program paints over one head in mid-grey to
    look for another; empty where there is no room."""
    left = low > side - high
    room = int(low if left else side - high)
    if room < 0.25 * side:
        return slice(0, 0), slice(0, 0)
    wide = int(room * rng.uniform(0.6, 1.0))
    start = int(rng.uniform(0, room - wide)) + (0 if left else side - room)
    top = int(rng.uniform(-0.2 * wide, max(side - 1.3 * wide, 1)))
    return slice(max(top, 0), min(top + wide, side)), slice(start, start + wide)


def somebody(rng: np.random.Generator, other: Sample, place: tuple[float, float], side: float) -> Tensor:
    """A rendered portrait [7,S,S] (RGB, skin, hair, clothes, inside) with its head box, `side` pixels, at `place`."""
    x, y, own = head_box(other.points)
    scale, flip = own / side, bool(rng.random() < 0.5)
    away_x, away_y = (place[0] - SIZE / 2) * scale * (-1 if flip else 1), (place[1] - SIZE / 2) * scale
    window = augment.placement((x - away_x, y - away_y), SIZE * scale, 0.0, flip, SIZE)
    planes = other.planes.float() / 255
    return augment.warp(torch.cat([planes, torch.ones_like(planes[:1])]), window, SIZE)


def company(
    rng: np.random.Generator,
    others: list[Sample],
    head: tuple[float, float, float],
    paint: tuple[slice, slice],
    behind: Tensor | None,
) -> tuple[Tensor, Tensor] | None:
    """Somebody else beside the head box `head`: smaller, or as large as the `paint` that will hide that head. A mask
    [1,S,S] and what it shows [6,S,S]; they stand `behind` [1,S,S] or, as in a collage, in a strip of their own. None
    where there is no room."""
    x, y, box = head
    low, high = x - 0.4 * box, x + 0.4 * box
    left = low > SIZE - high
    room, start = (low, 0.0) if left else (SIZE - high, high)
    rows, columns = paint
    if columns.stop > columns.start:
        side = (columns.stop - columns.start) * rng.uniform(0.8, 1.0)
        place = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
    elif room < 0.2 * SIZE:
        return None
    else:
        side = min(box * rng.uniform(0.35, 0.9), 1.6 * room)
        place = start + room * rng.uniform(0.3, 0.7), y + rng.normal(0, 0.25) * box
    planes = somebody(rng, others[rng.integers(len(others))], place, side)
    if behind is not None and rng.random() < 0.5:
        return planes[3:6].sum(0, keepdim=True).clamp(0, 1) * behind, planes[:6]
    mask = planes[6:].clone()
    mask[:, :, slice(int(low), None) if left else slice(0, int(high))] = 0.0
    return mask, planes[:6]


def portrait_example(rng: np.random.Generator, sample: Sample, others: list[Sample]) -> dict[str, Tensor]:
    """One example with a head. Real photographs are treated more gently than renders, half of the time."""
    gentle = sample.real and rng.random() < 0.5
    aside = rng.random() < PAINTED
    matrix = portrait_window(rng, sample, gentle, aside)
    flip = np.linalg.det(matrix[:2, :2]) < 0
    planes = sample.planes.float() / 255
    warped = augment.warp(torch.cat([planes, torch.ones_like(planes[:1])]), matrix, SIZE)
    image, inside = warped[:3], warped[-1:]
    parts = warped[3:-1] if sample.parted else torch.zeros(3, SIZE, SIZE)
    backdrop = (1 - parts.sum(0, keepdim=True)).clamp(0, 1)
    if sample.parted and rng.random() < (0.25 if sample.real else 0.45):
        behind = augment.texture(rng, SIZE)
        if rng.random() < 0.4 and others:
            behind = borrowed_background(rng, others[rng.integers(len(others))])
        image = image * (1 - backdrop) + behind * backdrop
        if rng.random() < 0.5:
            inside = torch.ones_like(inside)
    image = fill_outside(rng, image, inside)

    points = augment.move(matrix, sample.points[:, :2].astype(float)) / SIZE
    v, trust = sample.points[:, 2], sample.points[:, 3]
    if flip:
        points, v, trust = points[SWAP], v[SWAP], trust[SWAP]
    within = ((points > 0) & (points < 1)).all(1)
    near = ((points > -MARGIN) & (points < 1 + MARGIN)).all(1)
    visible = ((v == 1) & within).astype(np.float32)
    rows = columns = slice(0, 0)
    head = head_box(points * SIZE)
    if aside:
        rows, columns = painted_over(rng, SIZE, head[0] - 0.4 * head[2], head[0] + 0.4 * head[2])
    beside = None
    if others and rng.random() < (0.5 if aside else COMPANY):
        beside = company(rng, others, head, (rows, columns), backdrop if sample.parted else None)
    place = np.clip(points * SIZE, 0, SIZE - 1).astype(int)
    if beside:
        mask, shown = beside
        image, parts = image * (1 - mask) + shown[:3] * mask, parts * (1 - mask) + shown[3:] * mask
        visible *= mask[0, place[:, 1], place[:, 0]].numpy() < 0.5
    parts[:, rows, columns] = 0.0
    covered = (place[:, 1] >= rows.start) & (place[:, 1] < rows.stop)
    visible *= ~(covered & (place[:, 0] >= columns.start) & (place[:, 0] < columns.stop))
    if rng.random() < (0.1 if gentle else 0.3):
        mask, rgb, kind = augment.cut_out(rng, SIZE)
        image = image * (1 - mask) + rgb * mask
        parts = parts * (1 - mask)
        parts[("skin", "hair", "clothes").index(kind)] += mask[0]
        visible *= mask[0, place[:, 1], place[:, 0]].numpy() < 0.5
    pose = sample.pose.copy()
    pose[0] *= -1 if flip else 1
    pose[2] = eye_line(points)
    known = np.isfinite(pose)
    image = finish(rng, image, gentle)
    image[:, rows, columns] = 0.0
    return {
        "image": image,
        "points": torch.from_numpy(np.clip(points, -1, 2).astype(np.float32)),
        "trust": torch.from_numpy((trust * near * np.where(visible > 0, 1.0, 0.5)).astype(np.float32)),
        "visible": torch.from_numpy(visible.astype(np.float32)),
        "visible_trust": torch.from_numpy((trust > 0).astype(np.float32)),
        "parts": part_map(parts),
        "parts_trust": torch.tensor(float(sample.parted)),
        "pose": torch.from_numpy(np.nan_to_num(pose).astype(np.float32)),
        "pose_trust": torch.from_numpy(known.astype(np.float32)),
        "face": torch.tensor(1.0),
    }


def part_map(parts: Tensor) -> Tensor:
    """Skin, hair, clothes [3,S,S] -> background, skin, hair, clothes [4,64,64] that add up to 1."""
    small = F.adaptive_avg_pool2d(parts[None], HEAT)[0].clamp(0, 1)
    full = torch.cat([(1 - small.sum(0, keepdim=True)).clamp(0, 1), small])
    return full / full.sum(0, keepdim=True)


def borrowed_background(rng: np.random.Generator, sample: Sample) -> Tensor:
    """Another picture's background, its person painted over with the background's mean colour and blurred."""
    planes = sample.planes.float() / 255
    area = (1 - planes[-3:].sum(0, keepdim=True)).clamp(0, 1)
    mean = (planes[:3] * area).sum((1, 2), keepdim=True) / area.sum().clamp(min=1)
    filled = planes[:3] * area + mean * (1 - area)
    size = filled.shape[1]
    window = augment.placement(
        (size / 2, size / 2), size * rng.uniform(0.4, 1), rng.normal(0, 20), bool(rng.integers(2)), SIZE
    )
    return augment.warp(filled, window, SIZE, "reflection")


def negative_example(rng: np.random.Generator, portraits: list[Sample], pairs: list[Sample]) -> dict[str, Tensor]:
    """One example without a head: textures, empty backgrounds, bits of clothing and skin, bare products."""
    parts = torch.zeros(3, SIZE, SIZE)
    image = augment.texture(rng, SIZE)
    kind = rng.random()
    if kind < 0.35 and portraits:
        sample = portraits[rng.integers(len(portraits))]
        planes = sample.planes.float() / 255
        size = planes.shape[1]
        for _ in range(8):
            side = size * rng.uniform(0.15, 0.45)
            centre = tuple(rng.uniform(side / 2, size - side / 2, 2))
            window = augment.placement(centre, side, rng.normal(0, 20), bool(rng.integers(2)), SIZE)
            crop = augment.warp(planes, window, SIZE, "reflection")
            if crop[4].mean() < 0.05 and crop[3].mean() < 0.25:
                image, parts = crop[:3], crop[3:6]
                break
    elif kind < 0.55 and portraits:
        image = borrowed_background(rng, portraits[rng.integers(len(portraits))])
    elif kind < 0.7 and pairs:
        product = pairs[rng.integers(len(pairs))].planes[6:10].float() / 255
        image = image * (1 - product[3:]) + product[:3] * product[3:]
    if rng.random() < 0.3:
        mask, rgb, name = augment.cut_out(rng, SIZE)
        image = image * (1 - mask) + rgb * mask
        parts = parts * (1 - mask)
        parts[("skin", "hair", "clothes").index(name)] += mask[0]
    rows = columns = slice(0, 0)
    if rng.random() < PAINTED:
        middle = rng.uniform(0.2, 0.8) * SIZE
        rows, columns = painted_over(rng, SIZE, middle, middle)
        parts[:, rows, columns] = 0.0
    image = finish(rng, image, False)
    image[:, rows, columns] = 0.0
    k = len(POINTS)
    return {
        "image": image,
        "points": torch.zeros(k, 2),
        "trust": torch.zeros(k),
        "visible": torch.zeros(k),
        "visible_trust": torch.full((k,), 0.5),
        "parts": part_map(parts),
        "parts_trust": torch.tensor(1.0),
        "pose": torch.zeros(3),
        "pose_trust": torch.zeros(3),
        "face": torch.tensor(0.0),
    }


def in_front(rng: np.random.Generator, alpha: Tensor, others: list[Sample]) -> tuple[Tensor, Tensor] | None:
    """Something to hide part of a product with: a mask [1,S,S] and its picture [3,S,S]. Another picture's hair,
    laid anew, or strands, fingers and cloth; None where it would miss the product or bury it."""
    out = alpha.shape[1]
    for _ in range(4):
        if others and rng.random() < 0.7:
            planes = others[rng.integers(len(others))].planes.float() / 255
            hair = torch.cat([planes[:3], planes[12:13]])
            size = hair.shape[1]
            centre = tuple(size / 2 + rng.uniform(-0.35, 0.35, 2) * size)
            side = size * np.exp(rng.uniform(-0.7, 0.3))
            window = augment.placement(centre, side, rng.normal(0, 25), bool(rng.integers(2)), out)
            hair = augment.warp(hair, window, out)
            mask, picture = hair[3:], hair[:3]
        else:
            mask, picture, _ = augment.cut_out(rng, out)
        share = float((mask * alpha).sum() / alpha.sum().clamp(min=1))
        if 0.05 < share < 0.75:
            return mask, picture
    return None


def pair_example(
    rng: np.random.Generator, sample: Sample, others: list[Sample] | None = None, plain: bool = False, size: int = SIZE
) -> dict[str, Tensor]:
    """One example for the generator: condition [8,S,S], worn [3,S,S] -1..1, product [3,S,S] 0..1 (straight
    colour), visible [1,S,S], alpha [1,S,S], shadow [1,S,S]. `others`: pairs whose hair may be laid in front;
    `plain`: no augmentation (evaluation); `size`: S, of plain ones always 256."""
    planes = sample.planes.float() / 255
    planes[10] = torch.minimum(planes[10], planes[9])
    shadows = sample.shadows.float() / 255
    if not plain and sample.shares is not None and rng.random() < RELIT:
        planes, shadows = relit(rng, planes, shadows, sample.shares.float() / 255)
    shadow, beside = shadows.split(1)
    if not plain:
        planes = varied(rng, sample, planes, beside)
        side = SIZE * np.exp(rng.uniform(-0.7, -0.25) if rng.random() < 0.2 else rng.uniform(-0.25, 0.12))
        room = max(0.0, (SIZE - side) / 2) + 4
        centre = SIZE / 2 + rng.uniform(-room, room, 2) * 0.8
        turn = float(rng.normal(0, 4))
        window = augment.placement(tuple(centre), side, turn, bool(rng.random() < 0.5), size)
        # premultiplied while resampling, or hidden colours bleed into the edges
        planes = augment.warp(torch.cat([premultiplied(planes), shadow]), window, size, "reflection")
        planes, shadow = straight(planes[:-1]), planes[-1:]
    bare, worn, product, alpha, visible = planes[:3], planes[3:6], planes[6:9].clamp(0, 1), planes[9:10], planes[10:11]
    visible = torch.minimum(visible, alpha)
    hidden = (planes[12:13] + planes[13:14]).clamp(0, 1)
    front = in_front(rng, alpha, others) if others and rng.random() < 0.12 else None
    if front:
        mask, picture = front
        bare, worn = (p * (1 - mask) + picture * mask for p in (bare, worn))
        visible, shadow = visible * (1 - mask), shadow * (1 - mask) + mask
        hidden = torch.maximum(hidden, mask)
    occlusion = F.interpolate(
        F.adaptive_avg_pool2d(hidden[None], 64), size=bare.shape[1:], mode="bilinear", align_corners=False
    )[0]
    flat = bare * (1 - alpha) + product * alpha
    if not plain:
        tone = augment.colour(rng, 0.45)
        bare, worn = tone(bare), tone(worn)
        if rng.random() < 0.35:
            lamp = augment.coloured_light(rng, size)
            bare, worn = (bare * lamp).clamp(0, 1), (worn * lamp).clamp(0, 1)
        product = (product * float(np.exp(rng.normal(0, 0.05)))).clamp(0, 1)
        damaged = augment.degrade(rng, bare, 0.8)
        worn = (worn + (damaged - bare) * (1 - visible)).clamp(0, 1)
        bare = damaged
        occlusion = damaged_occlusion(rng, occlusion)
        flat = lay_flat(rng, bare, product, alpha)
    condition = torch.cat([bare * 2 - 1, flat * 2 - 1, alpha, occlusion])
    return {
        "condition": condition,
        "worn": worn * 2 - 1,
        "product": product,
        "alpha": alpha,
        "visible": visible,
        "shadow": shadow,
    }


def lay_flat(rng: np.random.Generator, photo: Tensor, product: Tensor, alpha: Tensor) -> Tensor:
    """The product over the photo: blended sRGB-encoded, or in linear light, or straight colour wherever there
    is product. The network should not care which of them the caller does."""
    how = rng.random()
    if how < 0.5:
        return photo * (1 - alpha) + product * alpha
    if how < 0.8:
        light = augment.power(photo, 2.2) * (1 - alpha) + augment.power(product, 2.2) * alpha
        return augment.power(light.clamp(0, 1), 1 / 2.2)
    hard = (alpha * 8).clamp(0, 1)
    return photo * (1 - hard) + product * hard


def damaged_occlusion(rng: np.random.Generator, occlusion: Tensor) -> Tensor:
    """As the anchors network would give it: soft, a little wrong, sometimes missing."""
    if rng.random() < 0.12:
        return torch.zeros_like(occlusion)
    x = augment.blur(occlusion, rng.uniform(1.0, 6.0)) if rng.random() < 0.6 else occlusion
    wrong = F.interpolate(
        torch.from_numpy(rng.standard_normal((1, 1, 10, 10)).astype(np.float32)), size=x.shape[1:], mode="bilinear"
    )[0]
    return (x + wrong * 0.08 * x.clamp(0.2, 1)).clamp(0, 1)
