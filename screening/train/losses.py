"""What training minimises, and what it shows of its progress."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

WEIGHT_RANGE = (0.3, 4.0)
"""Bounds of the weight of one label, so that neither huge nor tiny tables rule the loss."""
_WORST_RATIO = 2.0
"""A tiny endpoint gone wild must not hide the others."""


def endpoint_weights(targets: NDArray[np.float32]) -> NDArray[np.float32]:
    """(e,) weight of one label: the inverse root of its endpoint's size, mean size at 1."""
    sizes = np.maximum((~np.isnan(targets)).sum(0), 1)
    weights: NDArray[np.float32] = np.clip(np.sqrt(sizes.mean() / sizes), *WEIGHT_RANGE).astype(
        np.float32
    )
    return weights


def masked_losses(output: Tensor, target: Tensor, is_class: Tensor) -> tuple[Tensor, Tensor]:
    """Loss of each cell, 0 where the label is unknown, and the mask; both (n, e)."""
    known = ~torch.isnan(target)
    filled = torch.nan_to_num(target)
    as_class = functional.binary_cross_entropy_with_logits(output, filled, reduction="none")
    as_value = functional.smooth_l1_loss(output, filled, reduction="none")
    return torch.where(is_class, as_class, as_value) * known, known


def validation_score(
    raw: NDArray[np.float32],
    targets: NDArray[np.float32],
    train_targets: NDArray[np.float32],
    is_class: NDArray[np.bool_],
) -> float:
    """Mean over endpoints of the loss relative to that of a constant; below 1 means learned.

    Parameters
    ----------
    raw, targets : (n, e) of structures held out. train_targets : (m, e), gives the constants.
    is_class : (e,) classification endpoints.

    Returns
    -------
    the score, NaN where no endpoint has a label there.
    """
    target, classes = torch.from_numpy(targets), torch.from_numpy(is_class)
    loss, known = masked_losses(torch.from_numpy(raw), target, classes)
    base = torch.from_numpy(_column_mean(train_targets))
    constant = torch.where(classes, torch.logit(base.clamp(1e-3, 1 - 1e-3)), base)
    reference, _ = masked_losses(constant.expand_as(target), target, classes)
    usable = (known.sum(0) > 0) & (reference.sum(0) > 0)
    if not bool(usable.any()):
        return float("nan")
    ratio = loss.sum(0)[usable] / reference.sum(0)[usable]
    return float(ratio.clamp(max=_WORST_RATIO).mean())


def _column_mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    count = np.maximum((~np.isnan(values)).sum(0), 1)
    mean: NDArray[np.float32] = (np.nansum(values, axis=0) / count).astype(np.float32)
    return mean
