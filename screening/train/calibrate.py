"""Choosing and fitting the blend and calibration of each endpoint on what was held out."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from screening.estimators.blend import OneEndpoint
from screening.estimators.calibration import (
    Calibration,
    Floats,
    Shares,
    conformal_half_width,
    fit_platt,
    log_loss,
    log_losses,
)
from screening.train.recipe import Scale


class Scaling(NamedTuple):
    """How the labels of a regression are learned: on which scale, less the mean, per deviation."""

    scale: Scale = "linear"
    mean: float = 0.0
    deviation: float = 1.0

    def calibration(self) -> Calibration:
        """What takes a raw output back into the unit."""
        return Calibration(method=self.scale, slope=self.deviation, intercept=self.mean)


PLATT_CLASS_SIZE = 10
"""Fewest rows of the rarer class for Platt scaling; below, two parameters fit noise."""
ISOTONIC_CLASS_SIZE = 200
"""Fewest rows of the rarer class for isotonic regression."""
EVEN = Shares(1 / 3, 1 / 3)
"""Shares of trees and neighbours, where nothing speaks for others."""
EVEN_WITHOUT_VOTES = Shares(1 / 2)
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_FOLDS = 5
_GAIN = 0.005
"""Relative gain in loss for which isotonic steps are worth their ties, other shares a choice."""


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


def calibrate_classifier(said: OneEndpoint, label: Floats, *, can_vote: bool = True) -> Calibration:
    """The shares, then identity, Platt or isotonic by size and cross-fitted log loss.

    Parameters
    ----------
    said : of the n labelled structures held out. label : (n,) theirs.
    can_vote : neighbours vote, for the bundle may carry their labels.
    """
    rarer = int(min(label.sum(), (1 - label).sum())) if len(label) else 0
    if rarer < PLATT_CLASS_SIZE:
        note = f"only {rarer} held-out structures of the rarer class: not calibrated"
        return Calibration(method="identity", note=note).with_shares(_even(can_vote))

    def losses(shares: Shares) -> Floats:
        raw = said.blend(shares)
        return log_losses(label, _platt(raw, label).apply(raw))

    shares = _best_shares(losses, can_vote)
    raw = said.blend(shares)
    found = _platt(raw, label)
    if rarer >= ISOTONIC_CLASS_SIZE:
        platt = _cross_fitted_loss("platt", raw, label)
        if _cross_fitted_loss("isotonic", raw, label) < platt * (1 - _GAIN):
            found = _isotonic(raw, label)
    return found.with_shares(shares)


def calibrate_regressor(
    said: OneEndpoint, value: NDArray[np.floating], scaling: Scaling, *, can_vote: bool = True
) -> Calibration:
    """The shares; undo the standardisation; add the conformal half width.

    Parameters
    ----------
    said : of the n labelled structures held out. value : (n,) theirs, on the scale that is learned.
    scaling : of the training labels.
    can_vote : neighbours vote, for the bundle may carry their labels.
    """
    fitted = scaling.calibration()
    if len(value) == 0:
        note = "no structures held out: two standard deviations of the labels"
        update = {"half_width": 2 * scaling.deviation, "note": note}
        return fitted.with_shares(_even(can_vote)).model_copy(update=update)

    def residual(shares: Shares) -> Floats:
        return said.blend(shares) * scaling.deviation + scaling.mean - value

    shares = _best_shares(lambda shares: np.abs(residual(shares)), can_vote)
    half = conformal_half_width(residual(shares))
    return fitted.with_shares(shares).model_copy(update={"half_width": half})


def _even(can_vote: bool) -> Shares:
    return EVEN if can_vote else EVEN_WITHOUT_VOTES


def _best_shares(losses: Callable[[Shares], Floats], can_vote: bool) -> Shares:
    """The shares of least loss; even ones unless others are clearly better.

    Clearly is by half a per cent, and by one standard error of the difference (Breiman et al. 1984,
    Classification and Regression Trees, chapter 3.4.3): the best of many choices on few structures
    is best by chance.

    Parameters
    ----------
    losses : of every structure, by the shares.
    """
    even = _even(can_vote)
    choices = [
        Shares(trees, votes)
        for trees, votes in product(_QUARTERS, _QUARTERS if can_vote else (0.0,))
        if trees + votes <= 1
    ]
    found = {shares: losses(shares) for shares in (even, *choices)}
    best = min(found, key=lambda shares: float(found[shares].mean()))
    gain = found[even] - found[best]
    error = float(gain.std()) / math.sqrt(len(gain))
    clear = max(_GAIN * float(found[even].mean()), error)
    return best if float(gain.mean()) > clear else even
