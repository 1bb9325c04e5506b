"""Labels for photographs nobody has labelled: the network's own answers, where its views of one picture agree.

Takes the averaged network and photographs without points, or with few; gives the photographs with points, each
trusted the less the more it moves between crops and mirrored crops. What was set by hand stays as it is. An adaptation
learns from them beside the labelled ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from bijou_training import augment
from bijou_training.dataset import EYE_L, EYE_R, SWAP, Sample, eye_line, head_box
from bijou_training.networks import SIZE, AnchorsNet

ZOOMS = (0.88, 1.0, 1.14)
SPREAD = 0.06
"""Standard deviation, in eye distances, at which a point is no longer trusted at all."""
MOST = 0.6
"""Trust in a point on which all views agree; a hand-set one has 1."""


def view(net: AnchorsNet, photo: Tensor, box: tuple[float, float, float], mirror: bool) -> tuple[np.ndarray, np.ndarray]:
    """Points [K,2] in the photo's pixels and probabilities of being visible [K], from one square window."""
    window = augment.placement(box[:2], box[2], 0.0, mirror, SIZE)
    inside = augment.warp(torch.cat([photo, torch.ones_like(photo[:1])]), window, SIZE)
    image = inside[:3] + 0.5 * (1 - inside[3:])
    with torch.no_grad():
        points, _, visible, *_ = net(image[None] * 2 - 1)
    points, visible = points[0].numpy() * SIZE, visible[0].numpy()
    places = points @ window[:2, :2].T + window[:2, 2]
    return (places[SWAP], visible[SWAP]) if mirror else (places, visible)


def label(net: AnchorsNet, sample: Sample) -> Sample:
    """The photograph with the mean of six views as its points."""
    photo = sample.planes[:3].float() / 255
    size = photo.shape[1]
    first, _ = view(net, photo, (size / 2, size / 2, float(size)), False)
    x, y, side = head_box(first)
    views = [view(net, photo, (x, y, side * zoom), mirror) for zoom in ZOOMS for mirror in (False, True)]
    places, visible = (np.array(part) for part in zip(*views, strict=True))
    middle = places.mean(0)
    eyes = np.linalg.norm(middle[EYE_L] - middle[EYE_R])
    spread = np.sqrt(places.var(0).sum(1)) / max(eyes, 1.0)
    trust = MOST * np.clip(1 - spread / SPREAD, 0, 1)
    # whether a point is seen is learned only where every view says the same
    agreed = (visible > 0.7).all(0) | (visible < 0.3).all(0)
    points = np.column_stack([middle, (visible.mean(0) > 0.5).astype(float), trust * agreed]).astype(np.float32)
    by_hand = sample.points[:, 3] > 0
    points[by_hand] = sample.points[by_hand]
    pose = np.array([np.nan, np.nan, eye_line(points)], np.float32)
    return replace(sample, points=points, pose=pose)


def label_all(net: AnchorsNet, samples: list[Sample]) -> list[Sample]:
    """All photographs in which the eyes were found alike by every view."""
    net = net.cpu().eval()
    labelled = [label(net, s) for s in samples]
    return [s for s in labelled if min(s.points[EYE_L, 3], s.points[EYE_R, 3]) > 0]
