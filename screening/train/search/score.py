"""What a trial is judged by: the loss of the calibrated blend, relative to that of knowing nothing.

A bundle's value is a blend, calibrated afterwards; of its parts networks and trees can be tuned,
and are blended here, half and half. The loss is taken after calibration: how well a predictor
separates counts, and overconfidence, which calibration removes, does not (Berta et al. 2025,
arXiv:2501.19195). Log loss is proper, defined for any number of actives, and far steadier from seed
to seed than AUROC or AUPRC.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from screening.estimators.calibration import Floats, fit_platt, log_loss, sigmoid
from screening.train.calibrate import PLATT_CLASS_SIZE

WORST = 2.0
"""A tiny endpoint gone wild must not hide the others, and a network that diverges has a score."""


def blended_score(
    networks: NDArray[np.float32],
    trees: NDArray[np.float32],
    targets: NDArray[np.float32],
    is_class: NDArray[np.bool_],
) -> float:
    """Mean over endpoints of the relative loss of the even blend; 1: the base value, 0: perfect.

    Classes: log loss after Platt scaling on the same rows, over that of the base rate.
    Regressions: mean absolute error, over that of the mean of what was learned.

    Parameters
    ----------
    networks, trees : (n, e) raw outputs for structures held out; where either is NaN, nothing has
        been learned yet and nothing is measured.
    targets : (n, e) 0/1 or standardised, NaN unknown. is_class : (e,).

    Returns
    -------
    the score, NaN where no endpoint can be measured.
    """
    ratios = []
    for column in range(targets.shape[1]):
        arrays = (targets[:, column], networks[:, column], trees[:, column])
        known = ~np.isnan(arrays).any(axis=0)
        label = targets[known, column].astype(np.float64)
        raw = (networks[known, column].astype(np.float64) + trees[known, column]) / 2
        ratio = _class_ratio(raw, label) if is_class[column] else _value_ratio(raw, label)
        if ratio is not None:
            ratios.append(min(ratio, WORST) if np.isfinite(ratio) else WORST)
    return float(np.mean(ratios)) if ratios else float("nan")


def _class_ratio(raw: Floats, label: Floats) -> float | None:
    rarer = int(min(label.sum(), (1 - label).sum()))
    if rarer == 0:
        return None  # nothing, or one class only
    if not np.isfinite(raw).all():
        return WORST
    base = log_loss(label, np.full(len(label), label.mean()))
    if rarer < PLATT_CLASS_SIZE:
        return log_loss(label, sigmoid(raw)) / base
    slope, intercept = fit_platt(raw, label)
    if slope <= 0:
        return 1.0  # calibration reports the base rate then
    return log_loss(label, sigmoid(slope * raw + intercept)) / base


def _value_ratio(raw: Floats, label: Floats) -> float | None:
    base = float(np.abs(label).mean()) if len(label) else 0.0
    return float(np.abs(raw - label).mean()) / base if base else None
