"""The verdict on each prediction: `in`, `edge` or `out` of the endpoint's domain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import DomainLimits

VERDICTS = ("out", "edge", "in")
"""In the order of their codes."""
OUT, EDGE, IN = range(3)
UNKNOWN = -1
"""The code where a model does not say; only third parties' predictors do not."""


def judge(
    similarity: NDArray[np.float32],
    distance: NDArray[np.float32],
    limits: Sequence[DomainLimits],
) -> NDArray[np.int8]:
    """(n, n_endpoints) codes of `VERDICTS`.

    `in` needs a near neighbour and a place where the network has learned; `out` lacks one of them
    by far.

    Parameters
    ----------
    similarity : (n, n_endpoints) to the nearest training neighbour.
    distance : (n, n_endpoints) in the model's space.
    """
    inside = (similarity >= [item.similarity_in for item in limits]) & (
        distance <= [item.distance_in for item in limits]
    )
    outside = (similarity < [item.similarity_edge for item in limits]) | (
        distance > [item.distance_edge for item in limits]
    )
    return np.where(inside, IN, np.where(outside, OUT, EDGE)).astype(np.int8)
