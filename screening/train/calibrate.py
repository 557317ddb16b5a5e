"""Choosing and fitting the calibration of each endpoint on the validation part."""

from __future__ import annotations

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

PLATT_CLASS_SIZE = 10
"""Fewest rows of the rarer class for Platt scaling; below, two parameters fit noise."""
ISOTONIC_CLASS_SIZE = 200
"""Fewest rows of the rarer class for isotonic regression."""
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
            note="no signal on the validation part: the base rate is reported",
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


def calibrate_classifier(logit: Floats, label: Floats) -> Calibration:
    """Identity, Platt or isotonic, by the size of the validation part and cross-fitted log loss.

    Parameters
    ----------
    logit, label : (n,) of the labelled validation structures.
    """
    rarer = int(min(label.sum(), (1 - label).sum())) if len(label) else 0
    if rarer < PLATT_CLASS_SIZE:
        return Calibration(
            method="identity",
            note=f"only {rarer} validation structures of the rarer class: not calibrated",
        )
    if rarer >= ISOTONIC_CLASS_SIZE:
        platt = _cross_fitted_loss("platt", logit, label)
        if _cross_fitted_loss("isotonic", logit, label) < platt * (1 - _GAIN):
            return _isotonic(logit, label)
    return _platt(logit, label)


def calibrate_regressor(
    standardised: Floats, value: NDArray[np.floating], mean: float, scale: float
) -> Calibration:
    """Undo the standardisation and add the conformal half width.

    Parameters
    ----------
    standardised, value : (n,) raw outputs and measured values of the validation part.
    mean, scale : of the training labels.
    """
    if len(value) == 0:
        return Calibration(
            method="linear",
            slope=scale,
            intercept=mean,
            half_width=2 * scale,
            note="no validation structures: two standard deviations of the labels",
        )
    residual = standardised * scale + mean - value
    return Calibration(
        method="linear",
        slope=scale,
        intercept=mean,
        half_width=conformal_half_width(residual),
    )
