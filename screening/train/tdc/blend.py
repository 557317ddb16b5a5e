"""How the methods are blended, by their validation scores."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from screening.train.tdc.read import Task
from screening.train.tdc.seeds import SeedResult

METHODS = ("boosted", "extra", "network")
_STEPS = 4
_GAIN = 0.01
"""Uneven weights must be better by this share; on small sets less is noise."""
Floats = NDArray[np.float32]


def choose_weights(task: Task, results: Sequence[SeedResult]) -> dict[str, float]:
    """Weights of the methods by the mean validation score over all seeds.

    Halfway between even weights and the best in quarters: on small sets the best is luck in part.
    """

    def loss(weights: dict[str, float]) -> float:
        scores = [validation_score(task, result, weights) for result in results]
        known = [score for score in scores if np.isfinite(score)]
        mean = float(np.mean(known)) if known else 0.0
        return mean if task.of.smaller_is_better else 1 - mean

    even = {method: 1 / len(METHODS) for method in METHODS}
    options = [
        dict(zip(METHODS, (share / _STEPS for share in shares), strict=True))
        for shares in itertools.product(range(_STEPS + 1), repeat=len(METHODS))
        if sum(shares) == _STEPS
    ]
    best = min(options, key=loss)
    if loss(best) >= loss(even) * (1 - _GAIN):
        return even
    return {method: (best[method] + even[method]) / 2 for method in METHODS}


def validation_score(task: Task, result: SeedResult, weights: Mapping[str, float]) -> float:
    """The metric of a blend on the validation part of a seed."""
    name = task.of.name
    values = blended(result.validation[name], weights, task)
    return task.of.score(result.validation_labels[name], values)


def blended(methods: Mapping[str, Floats], weights: Mapping[str, float], task: Task) -> Floats:
    """Probabilities, or values in the unit of the labels."""
    mixed = sum(weights[method] * methods[method] for method in METHODS)
    values = np.asarray(mixed, dtype=np.float32)
    in_unit: Floats = np.power(10, values) if task.of.scale == "log10" else values
    return in_unit
