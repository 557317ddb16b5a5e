"""Calibration, evaluated by this file alone from numbers kept in JSON.

Platt scaling: Platt 1999, "Probabilistic outputs for support vector machines". Isotonic
regression: Zadrozny and Elkan 2002, doi:10.1145/775047.775151. Split-conformal intervals: Lei et
al. 2018, J. Am. Stat. Assoc. 113:1094, doi:10.1080/01621459.2017.1307116.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

Floats = NDArray[np.float64]
COVERAGE = 0.9
NORMAL_90 = 1.6448536269514722
"""Half width of the central 90 % of a normal distribution, in standard deviations."""
_ROUNDING = 1e-9


class Shares(NamedTuple):
    """Weights of the boosted trees and of the neighbours' vote in the raw output of an endpoint."""

    trees: float
    votes: float = 0.0

    @property
    def networks(self) -> float:
        """The weight of the networks, which is the rest."""
        return 1.0 - self.trees - self.votes


class Calibration(BaseModel):
    """How raw outputs of one endpoint become reported values.

    Classification: `identity` is the logistic function of the logit, `platt` scales the logit
    first, `isotonic` interpolates (x, y). Regression: `linear` undoes the standardisation, and
    `log10` also the logarithm in which such endpoints are learned; `half_width` is the 90 %
    split-conformal half width on the scale that was learned. `tree_share` and `vote_share` are the
    weights of the trees and of the neighbours in the raw output; the networks have the rest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["identity", "platt", "isotonic", "linear", "log10"]
    slope: float = 1.0
    intercept: float = 0.0
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    half_width: float | None = None
    tree_share: float = 0.0
    vote_share: float = 0.0
    note: str = ""

    @model_validator(mode="after")
    def _can_be(self) -> Calibration:
        if min(self.shares) < 0 or self.shares.networks < -_ROUNDING:
            raise ValueError("shares are from 0 to 1, and 1 together")
        if not self.is_probability and self.slope <= 0:
            raise ValueError("the slope of a value is positive")
        return self

    @property
    def is_probability(self) -> bool:
        """Whether it gives a probability rather than a value in a unit."""
        return self.method not in ("linear", "log10")

    @property
    def shares(self) -> Shares:
        """Who has which part in the raw output."""
        return Shares(self.tree_share, self.vote_share)

    def with_shares(self, shares: Shares) -> Calibration:
        """The same calibration of another blend."""
        update = {"tree_share": shares.trees, "vote_share": shares.votes}
        return self.model_copy(update=update)

    def learned(self, labels: NDArray[np.floating]) -> Floats:
        """Labels on the scale that is learned, NaN where they are NaN; any shape."""
        values = np.asarray(labels, dtype=np.float64)
        if self.is_probability:
            return values
        if self.method == "log10":
            values = np.log10(values)
        return (values - self.intercept) / self.slope

    def apply(self, raw: NDArray[np.floating]) -> Floats:
        """Calibrated probability or value; any shape."""
        values = np.asarray(raw, dtype=np.float64)
        if not self.is_probability:
            return self._in_unit(values * self.slope + self.intercept)
        if self.method == "isotonic":
            return np.interp(values, self.x, self.y)
        return sigmoid(values * self.slope + self.intercept)

    def interval(self, raw: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Ends of the 90 % interval of a value, in its unit; any shape."""
        learned = np.asarray(raw, dtype=np.float64) * self.slope + self.intercept
        half = self.half_width or 0.0
        return self._in_unit(learned - half), self._in_unit(learned + half)

    def _in_unit(self, learned: Floats) -> Floats:
        return np.power(10.0, np.clip(learned, -30, 30)) if self.method == "log10" else learned


def sigmoid(logit: Floats) -> Floats:
    """Logistic function that does not overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(logit, -50.0, 50.0)))


def log_losses(label: Floats, probability: Floats) -> Floats:
    """Negative log likelihoods, probabilities clipped at 1e-6."""
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    return -(label * np.log(clipped) + (1 - label) * np.log(1 - clipped))


def log_loss(label: Floats, probability: Floats) -> float:
    """Mean negative log likelihood, probabilities clipped at 1e-6."""
    return float(np.mean(log_losses(label, probability)))


def fit_platt(logit: Floats, label: Floats, iterations: int = 50) -> tuple[float, float]:
    """Slope and intercept of a logistic regression on the logit, by Newton's method.

    A ridge of 1e-6 per row keeps the solution finite where the classes separate. The logits are
    standardised first: from those of an overconfident network, or far from zero, Newton's method
    would leave for where the likelihood is flat, and give back what it began with.
    """
    centre, scale = float(logit.mean()), float(logit.std()) or 1.0
    design = np.stack([(logit - centre) / scale, np.ones_like(logit)], axis=1)
    weights = np.array([1.0, 0.0])
    ridge = 1e-6 * len(logit) * np.eye(2)
    for _ in range(iterations):
        probability = sigmoid(design @ weights)
        gradient = design.T @ (probability - label) + ridge @ weights
        curvature = np.maximum(probability * (1 - probability), 1e-9)
        step = np.linalg.solve((design * curvature[:, None]).T @ design + ridge, gradient)
        weights = weights - np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    slope = float(weights[0]) / scale
    return slope, float(weights[1]) - slope * centre


def conformal_half_width(residual: Floats, coverage: float = COVERAGE) -> float:
    """Split-conformal half width: the ceil((n + 1) * coverage)-th smallest absolute residual.

    With too few residuals for the rank, the largest is taken.
    """
    ordered = np.sort(np.abs(residual))
    rank = min(math.ceil((len(ordered) + 1) * coverage), len(ordered))
    return float(ordered[rank - 1])


def expected_calibration_error(label: Floats, probability: Floats, bins: int = 10) -> float:
    """Mean gap between predicted and observed share over bins of equal count.

    Naeini et al. 2015, AAAI 29, "Obtaining well calibrated probabilities using Bayesian binning".
    """
    order = np.argsort(probability, kind="stable")
    gaps = [
        len(part) * abs(float(probability[part].mean() - label[part].mean()))
        for part in np.array_split(order, min(bins, len(order)))
    ]
    return sum(gaps) / len(order)


def chance_calibration_error(
    probability: Floats, bins: int = 10, draws: int = 200, seed: int = 0
) -> float:
    """Mean calibration error of labels drawn by the probabilities: what a perfect forecast shows.

    Few structures differ from any forecast by chance. Bröcker and Smith 2007, Weather Forecast.
    22:651, doi:10.1175/WAF993.1.
    """
    random = np.random.default_rng(seed)
    gaps = 0.0
    for part in np.array_split(np.sort(probability), min(bins, len(probability))):
        observed = (random.random((draws, len(part))) < part).mean(axis=1)
        gaps += len(part) * float(np.abs(observed - part.mean()).mean())
    return gaps / len(probability)
