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
from screening.core.profiles import objectives_of
from screening.rank.evidence import Codes, Evidence, Floats
from screening.rank.quantities import EDGE, IN, OUT, VERDICTS

# A missing value is judged as neither good nor bad: its effect is 0, and a flag tells of it.
NEUTRAL = 0.5
# A desirability of 0 would make the score 0 whatever else is known. This floor keeps the order
# among structures that fail one wish.
FLOOR = 0.01
# Equal structures must tie whatever the processor does to the last bits.
DECIMALS = 12

# What the domain's edge costs, of what being out of it costs. The error of structures held out is,
# from `in` over `edge` to `out`, 0.53, 0.69 and 0.81 of that of the base value (docs/models.md).
EDGE_COST = (0.69 - 0.53) / (0.81 - 0.53)

Flags = NDArray[np.bool_]


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

    Each value is moved by `caution` standard deviations to its bad side, and at the edge of the
    domain and outside it only a part of its desirability counts. `score_mean` does neither.

    Parameters
    ----------
    evidence : of the settings' objectives, in their order.
    settings : objectives, caution and domain factor.
    """
    objectives = objectives_of(settings)
    worst, best = slopes(objectives)
    at_face_value = desirability_of(evidence.values, worst, best)
    # A model without an ensemble has no standard deviation to be cautious about. What is taken off
    # a quantity comes from another model, and errs on its own.
    std = np.hypot(np.nan_to_num(evidence.stds), np.nan_to_num(evidence.stds_over))
    moved = settings.caution * std * np.sign(best - worst)
    cautious = desirability_of(evidence.values - moved, worst, best)
    cautious *= domain_factors(evidence.verdicts, settings)
    share = shares(objectives)
    effect = effects_of(cautious, share)
    return Scores(
        score=score_of(effect),
        score_mean=score_of(effects_of(at_face_value, share)),
        desirability=cautious,
        effect=effect,
    )


def domain_share(verdicts: Codes, predicted: Flags, objectives: Sequence[Objective]) -> Floats:
    """Weight of the predicted objectives that is inside the models' domain.

    Parameters
    ----------
    verdicts : (n, k) int8 codes, `OUT` where the prediction is missing.
    predicted : (k,) bool: the objective is a prediction with a domain verdict.
    objectives : the k objectives.

    Returns
    -------
    (n,) float64 from 0 to 1; NaN where no objective of any weight is a prediction.
    """
    weights = shares(objectives) * predicted
    if not weights.any():
        return np.full(len(verdicts), np.nan)
    inside = np.where(verdicts == IN, weights, 0.0).sum(axis=1) / weights.sum()
    return np.asarray(np.round(inside, DECIMALS), dtype=np.float64)


def slopes(objectives: Sequence[Objective]) -> tuple[Floats, Floats]:
    """The values with desirability 0 and 1, (k,) float64 each."""
    return np.array([one.worst for one in objectives]), np.array([one.best for one in objectives])


def domain_factors(verdicts: Codes, settings: RankSettings) -> Floats:
    """The part of a desirability that counts, float64 in the shape of the verdicts."""
    factors = np.ones(len(VERDICTS))
    factors[OUT] = settings.out_of_domain_factor
    factors[EDGE] = 1.0 - EDGE_COST * (1.0 - settings.out_of_domain_factor)
    return np.asarray(factors[verdicts], dtype=np.float64)


def desirability_of(values: Floats, worst: Floats, best: Floats) -> Floats:
    """Linear from 0 at `worst` to 1 at `best`; NaN stays NaN."""
    return np.clip((values - worst) / (best - worst), 0.0, 1.0)


def effects_of(desirability: Floats, share: Floats) -> Floats:
    """What each objective adds to the logarithm of the score; a missing one nothing."""
    known = np.where(np.isnan(desirability), NEUTRAL, np.maximum(desirability, FLOOR))
    return np.asarray(share * np.log(known / NEUTRAL), dtype=np.float64)


def score_of(effect: Floats) -> Floats:
    """Scores of effects that stand in the last axis."""
    return np.asarray(np.round(NEUTRAL * np.exp(effect.sum(axis=-1)), DECIMALS), dtype=np.float64)
