"""Labels on the scale on which they are learned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from screening.core.errors import TrainingDataError
from screening.train.assemble import LabelledSet
from screening.train.calibrate import Scaling
from screening.train.recipe import EndpointRecipe, Recipe


def learned_scale(endpoint: EndpointRecipe, labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Labels of an endpoint, (n,), as they are or as logarithms.

    Raises
    ------
    TrainingDataError : a logarithm of a label that is not positive.
    """
    if endpoint.scale == "linear":
        return labels
    if bool((labels <= 0).any()):
        raise TrainingDataError(
            f"{endpoint.id}: scale log10, and a label is {float(np.nanmin(labels)):g}",
            "use scale: linear, or leave such rows out",
        )
    return np.log10(labels)


def make_targets(
    recipe: Recipe, labelled: LabelledSet, learned: NDArray[np.int64]
) -> tuple[NDArray[np.float32], list[Scaling]]:
    """Targets (n, n_endpoints): 0/1, or standardised on the rows that are learned from."""
    targets = labelled.labels.copy()
    scaling = []
    for column, endpoint in enumerate(recipe.endpoints):
        if endpoint.kind == "classification":
            scaling.append(Scaling())
            continue
        values = learned_scale(endpoint, targets[:, column])
        known = values[learned]
        scaling.append(
            Scaling(endpoint.scale, float(np.nanmean(known)), max(float(np.nanstd(known)), 1e-6))
        )
        targets[:, column] = (values - scaling[-1].mean) / scaling[-1].deviation
    return targets, scaling
