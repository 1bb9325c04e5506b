"""One step of the discriminators of a conditional GAN, whatever they are shown."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from bijou_training.losses import feature_matching, hinge_discriminator, hinge_generator
from bijou_training.running import Run, mixed

Judged = list[tuple[Tensor, list[Tensor]]]
"""Scores and inner features, one pair a scale."""


def adversary(
    run: Run,
    judge: nn.Module,
    optimiser: torch.optim.Optimizer,
    show: Callable[[Tensor], Judged],
    true: Tensor,
    made: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """What `judge` lost telling `true` pictures from `made` ones; then what it wants of the network that made these:
    to fool it, and to match its features. `show`: the judge's opinion of a picture. Only the latter two reach the
    network."""
    with mixed(run.args, run.device):
        lost = hinge_discriminator(show(true), show(made.detach()))
    optimiser.zero_grad(set_to_none=True)
    lost.backward()
    optimiser.step()
    judge.requires_grad_(False)
    with mixed(run.args, run.device):
        with torch.no_grad():
            real = show(true)
        fake = show(made)
    judge.requires_grad_(True)
    return lost.detach(), hinge_generator(fake), feature_matching(real, fake)
