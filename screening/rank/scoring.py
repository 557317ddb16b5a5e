"""The score: a weighted geometric mean of desirabilities, cautious about what is uncertain.

Derringer and Suich 1980, J. Qual. Technol. 12:214, doi:10.1080/00224065.1980.11980968. With
desirability d and share s (shares add up to 1) of each objective,

    score = product of d ** s = NEUTRAL * exp(sum of s * ln(d / NEUTRAL)),

so that the effects s * ln(d / NEUTRAL) of the objectives add up to ln(score / NEUTRAL).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.core.objectives import Objective, RankSettings

# A missing value is judged as neither good nor bad: its effect is 0, and a flag tells of it.
NEUTRAL = 0.5
# A desirability of 0 would make the score 0 whatever else is known. This floor keeps the order
# among structures that fail one wish.
FLOOR = 0.01
# Equal structures must tie whatever the processor does to the last bits.
_DECIMALS = 12

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Evidence:
    """What is known of n structures for each of k objectives.

    Parameters
    ----------
    values : (n, k) float64, NaN where missing.
    stds : (n, k) float64, 0 for a computed descriptor.
    in_domain : (n, k) bool, True for a computed descriptor.
    """

    values: Floats
    stds: Floats
    in_domain: Flags


@dataclass(frozen=True)
class Scores:
    """Scores of n structures and what each of k objectives did to them.

    Parameters
    ----------
    score : (n,) float64, cautious, 0 to 1.
    score_mean : (n,) float64, predictions taken at face value, 0 to 1.
    desirability : (n, k) float64, cautious, NaN where the value is missing.
    effect : (n, k) float64; a row adds up to ln(score / NEUTRAL).
    """

    score: Floats
    score_mean: Floats
    desirability: Floats
    effect: Floats


def shares(objectives: Sequence[Objective]) -> Floats:
    """Share of each objective in the score, (k,) float64, adding up to 1.

    The objectives of a group share, by weight, the mean of their weights.
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for objective in objectives:
        if objective.group:
            groups[objective.group].append(objective.weight)
    # Mean weight of the group times the objective's part of it: weight / size of the group.
    weights = np.array(
        [one.weight / len(groups[one.group]) if one.group else one.weight for one in objectives]
    )
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def score_evidence(evidence: Evidence, settings: RankSettings) -> Scores:
    """Score structures.

    Each value is moved by `caution` standard deviations to its bad side, and outside the domain
    only `out_of_domain_factor` of its desirability counts. `score_mean` does neither.

    Parameters
    ----------
    evidence : of the settings' objectives, in their order.
    settings : objectives, caution and domain factor.
    """
    worst = np.array([one.worst for one in settings.objectives])
    best = np.array([one.best for one in settings.objectives])
    at_face_value = _desirability(evidence.values, worst, best)
    # A model without an ensemble has no standard deviation to be cautious about.
    moved = settings.caution * np.nan_to_num(evidence.stds, nan=0.0) * np.sign(best - worst)
    cautious = _desirability(evidence.values - moved, worst, best)
    cautious *= np.where(evidence.in_domain, 1.0, settings.out_of_domain_factor)
    share = shares(settings.objectives)
    effect = _effects(cautious, share)
    return Scores(
        score=_score(effect),
        score_mean=_score(_effects(at_face_value, share)),
        desirability=cautious,
        effect=effect,
    )


def domain_share(in_domain: Flags, predicted: Flags, objectives: Sequence[Objective]) -> Floats:
    """Weight of the predicted objectives that is inside the models' domain.

    Parameters
    ----------
    in_domain : (n, k) bool, False where the prediction is missing.
    predicted : (k,) bool: the objective is a prediction with a domain verdict.
    objectives : the k objectives.

    Returns
    -------
    (n,) float64 from 0 to 1; NaN where no objective is a prediction.
    """
    weights = shares(objectives) * predicted
    if not predicted.any():
        return np.full(len(in_domain), np.nan)
    inside = np.where(in_domain, weights, 0.0).sum(axis=1) / weights.sum()
    return np.asarray(np.round(inside, _DECIMALS), dtype=np.float64)


def _desirability(values: Floats, worst: Floats, best: Floats) -> Floats:
    """Linear from 0 at `worst` to 1 at `best`; NaN stays NaN."""
    return np.clip((values - worst) / (best - worst), 0.0, 1.0)


def _effects(desirability: Floats, share: Floats) -> Floats:
    known = np.where(np.isnan(desirability), NEUTRAL, np.maximum(desirability, FLOOR))
    return np.asarray(share * np.log(known / NEUTRAL), dtype=np.float64)


def _score(effect: Floats) -> Floats:
    return np.asarray(np.round(NEUTRAL * np.exp(effect.sum(axis=1)), _DECIMALS), dtype=np.float64)
