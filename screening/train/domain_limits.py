"""From where on predictions of an endpoint are worth more than its base rate.

Sheridan et al. 2004 (J. Chem. Inf. Comput. Sci. 44:1912, doi:10.1021/ci049782w): the error of a
prediction rises as the similarity to the training set falls. How far it may rise is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from screening.core.bundle import DomainLimits, Kind

LOWEST_IN, LOWEST_EDGE = 0.3, 0.2
"""Data may raise these floors and not lower them: structures held out that lie below are small and
drug-like, and say nothing of marine chemistry."""
IDENTICAL = 1.0
"""Where nothing beats the base value, only a structure with a training fingerprint is in domain."""
SHARE_IN, SHARE_EDGE = 2 / 3, 1 / 3
"""Of the skill over the base value that the likest structures have."""
SMALLEST_SKILL = 0.05
DISTANCE_IN, DISTANCE_EDGE = 0.99, 0.999
"""Quantiles of the distance of structures held out, of which nearly all are like what was learned;
among them the error does not depend on the distance."""
OWN_CURVE = 500
"""Structures held out from which an endpoint has a curve of its own, not that of its bundle."""
_FAR = 1e6
"""No limit; JSON has no infinity."""
_BINS = np.arange(0.1, 0.85, 0.05)
_SMALLEST_BIN = 30


@dataclass(frozen=True)
class Errors:
    """What was held out of one endpoint; arrays (n,).

    similarity : to the nearest training structure. distance : in the model's space.
    error, reference : squared (classes) or absolute errors of the prediction and of the base value,
        in units of the mean error of the base value.
    """

    similarity: NDArray[np.float32]
    distance: NDArray[np.float32]
    error: NDArray[np.float64]
    reference: NDArray[np.float64]

    @property
    def skill(self) -> float:
        """1 - error over that of the base value; 0 where nothing was held out."""
        total = float(self.reference.sum())
        return 1 - float(self.error.sum()) / total if total > 0 else 0.0


def errors_of(
    kind: Kind,
    label: NDArray[np.floating],
    value: NDArray[np.floating],
    base: float,
    *,
    similarity: NDArray[np.float32],
    distance: NDArray[np.float32],
) -> Errors:
    """Errors of predictions beside those of the base value.

    Parameters
    ----------
    label, value : (n,) on the scale that is learned. base : mean label of what was learned from.
    """
    power = 2 if kind == "classification" else 1
    error = (np.abs(value - label) ** power).astype(np.float64)
    reference = (np.abs(base - label) ** power).astype(np.float64)
    unit = max(float(reference.mean()), 1e-12) if len(label) else 1.0
    return Errors(similarity, distance, error / unit, reference / unit)


def choose_limits(endpoints: Sequence[Errors]) -> list[DomainLimits]:
    """Limits of the endpoints of a bundle.

    The error relative to the base value's, in bins of similarity, is made to fall as similarity
    rises (isotonic regression). `in` begins where the skill is two thirds of that of the likest
    structures, `edge` where it is one third.
    """
    weights = [1 / max(len(item.similarity), 1) for item in endpoints]
    pooled = _curve(endpoints, weights)
    limits = []
    for item in endpoints:
        own = len(item.similarity) >= OWN_CURVE
        curve = _curve([item], [1.0]) if own else pooled
        similarity_in, similarity_edge, reason = _similarities(curve, item, own=own)
        near, far = _distances(item.distance)
        limits.append(
            DomainLimits(
                similarity_in=similarity_in,
                similarity_edge=similarity_edge,
                distance_in=near,
                distance_edge=far,
                reason=reason,
            )
        )
    return limits


Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def _curve(endpoints: Sequence[Errors], weights: Sequence[float]) -> Curve:
    """Lower ends of the bins of similarity, and skill in each, rising."""
    similarity = np.concatenate([item.similarity for item in endpoints])
    weight = np.concatenate(
        [np.full(len(item.similarity), w) for item, w in zip(endpoints, weights, strict=True)]
    )
    error = np.concatenate([item.error for item in endpoints]) * weight
    reference = np.concatenate([item.reference for item in endpoints]) * weight
    place = np.clip(np.digitize(similarity, _BINS) - 1, 0, len(_BINS) - 1)
    number, sums, references = (
        np.bincount(place, weights=values, minlength=len(_BINS))
        for values in (np.ones(len(place)), error, reference)
    )
    usable = (number >= _SMALLEST_BIN) & (references > 0)
    if not usable.any():
        return np.empty(0), np.empty(0)
    skill = 1 - sums[usable] / references[usable]
    smooth = IsotonicRegression().fit(_BINS[usable], skill, sample_weight=number[usable])
    return _BINS[usable], smooth.predict(_BINS[usable])


def _similarities(curve: Curve, item: Errors, *, own: bool) -> tuple[float, float, str]:
    begins, skills = curve
    of = "of its own" if own else "of all endpoints of the bundle"
    if not len(begins):
        return LOWEST_IN, LOWEST_EDGE, "default: too few structures held out to measure"
    best = float(skills[-1])
    if best < SMALLEST_SKILL or (len(item.error) >= _SMALLEST_BIN and item.skill <= 0):
        return IDENTICAL, IDENTICAL, f"no skill over the base value ({item.skill:.0%})"
    at = [float(begins[np.argmax(skills >= share * best)]) for share in (SHARE_IN, SHARE_EDGE)]
    similarity_in = round(max(at[0], LOWEST_IN), 2)
    similarity_edge = round(min(max(at[1], LOWEST_EDGE), similarity_in), 2)
    return similarity_in, similarity_edge, f"errors {of}: skill {best:.0%} among the likest"


def _distances(distance: NDArray[np.float32]) -> tuple[float, float]:
    known = distance[np.isfinite(distance)]
    if len(known) < _SMALLEST_BIN:
        return _FAR, _FAR
    near, far = (float(np.quantile(known, share)) for share in (DISTANCE_IN, DISTANCE_EDGE))
    return round(near, 3), round(far, 3)
