"""Choosing and fitting the blend and calibration of each endpoint on what was held out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from screening.estimators.calibration import (
    Calibration,
    Floats,
    conformal_half_width,
    fit_platt,
    log_loss,
)
from screening.estimators.scorer import blend
from screening.train.recipe import Scale


class Scaling(NamedTuple):
    """How the labels of a regression are learned: on which scale, less the mean, per deviation."""

    scale: Scale = "linear"
    mean: float = 0.0
    deviation: float = 1.0


PLATT_CLASS_SIZE = 10
"""Fewest rows of the rarer class for Platt scaling; below, two parameters fit noise."""
ISOTONIC_CLASS_SIZE = 200
"""Fewest rows of the rarer class for isotonic regression."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
EVEN_SHARE = 0.5
_FOLDS = 5
_GAIN = 0.005
"""Relative log-loss gain for which isotonic steps are worth their ties."""


def _platt(logit: Floats, label: Floats) -> Calibration:
    slope, intercept = fit_platt(logit, label)
    if slope <= 0:
        base = float(np.clip(label.mean(), 1e-3, 1 - 1e-3))
        return Calibration(
            method="platt",
            slope=0.0,
            intercept=float(np.log(base / (1 - base))),
            note="no signal on the structures held out: the base rate is reported",
        )
    return Calibration(method="platt", slope=slope, intercept=intercept)


def _isotonic(logit: Floats, label: Floats) -> Calibration:
    fitted = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip").fit(logit, label)
    return Calibration(
        method="isotonic",
        x=tuple(np.round(fitted.X_thresholds_, 5).tolist()),
        y=tuple(np.round(fitted.y_thresholds_, 5).tolist()),
    )


def _cross_fitted_loss(method: str, logit: Floats, label: Floats) -> float:
    fit = _platt if method == "platt" else _isotonic
    fold = np.arange(len(logit)) % _FOLDS
    probability = np.empty(len(logit))
    for part in range(_FOLDS):
        inside = fold == part
        probability[inside] = fit(logit[~inside], label[~inside]).apply(logit[inside])
    return log_loss(label, probability)


def calibrate_classifier(
    networks: NDArray[np.float32], trees: NDArray[np.float32], label: Floats
) -> Calibration:
    """The share of the trees, then identity, Platt or isotonic by size and cross-fitted log loss.

    Parameters
    ----------
    networks, trees, label : (m, n), (n,) and (n,) of the labelled structures held out.
    """
    rarer = int(min(label.sum(), (1 - label).sum())) if len(label) else 0
    if rarer < PLATT_CLASS_SIZE:
        return Calibration(
            method="identity",
            tree_share=EVEN_SHARE,
            note=f"only {rarer} held-out structures of the rarer class: not calibrated",
        )

    def loss(share: float) -> float:
        raw = blend(networks, trees, share)
        return log_loss(label, _platt(raw, label).apply(raw))

    share = _best_share(loss)
    raw = blend(networks, trees, share)
    found = _platt(raw, label)
    if rarer >= ISOTONIC_CLASS_SIZE:
        platt = _cross_fitted_loss("platt", raw, label)
        if _cross_fitted_loss("isotonic", raw, label) < platt * (1 - _GAIN):
            found = _isotonic(raw, label)
    return found.model_copy(update={"tree_share": share})


def calibrate_regressor(
    networks: NDArray[np.float32],
    trees: NDArray[np.float32],
    value: NDArray[np.floating],
    scaling: Scaling,
) -> Calibration:
    """The share of the trees; undo the standardisation; add the conformal half width.

    Parameters
    ----------
    networks, trees, value : (m, n), (n,) and (n,) of the labelled structures held out; the value
        on the scale that is learned.
    scaling : of the training labels.
    """
    fitted = Calibration(
        method=scaling.scale,
        slope=scaling.deviation,
        intercept=scaling.mean,
        tree_share=EVEN_SHARE,
    )
    if len(value) == 0:
        note = "no structures held out: two standard deviations of the labels"
        return fitted.model_copy(update={"half_width": 2 * scaling.deviation, "note": note})

    def residual(share: float) -> Floats:
        return blend(networks, trees, share) * scaling.deviation + scaling.mean - value

    share = _best_share(lambda share: float(np.abs(residual(share)).mean()))
    half = conformal_half_width(residual(share))
    return fitted.model_copy(update={"tree_share": share, "half_width": half})


def _best_share(loss: Callable[[float], float]) -> float:
    """The share of least loss; an even one unless another is clearly better."""
    losses = {share: loss(share) for share in SHARES}
    best = min(SHARES, key=lambda share: losses[share])
    return best if losses[best] < losses[EVEN_SHARE] * (1 - _GAIN) else EVEN_SHARE
