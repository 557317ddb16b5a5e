"""What the nearest training neighbours say of an endpoint: the mean of their labels by similarity.

A weighted nearest-neighbour estimate (Dudani 1976, doi:10.1109/TSMC.1976.5408784). The five
neighbours of `domain` weigh as the fourth power of their similarity, and the mean of all labels as
much as a structure of similarity 0.47 (0.05), so that far neighbours leave it in place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screening.estimators.calibration import Calibration
from screening.estimators.domain import Nearest

_POWER = 4
_PRIOR = 0.05
_LEAST = 1e-4
"""Nearest a share may come to 0 or 1 before its log odds are taken."""


class NeighbourVote:
    """The labels of the neighbours, on the scale of the raw outputs.

    Parameters
    ----------
    labels : (n, n_endpoints) float32 of `DomainIndex.labels`: NaN where unknown or withheld.
    calibrations : of the endpoints; they tell the scale on which values are learned.

    Attributes
    ----------
    can_vote : (n_endpoints,) bool, whether any label is known.
    """

    def __init__(self, labels: NDArray[np.float32], calibrations: Sequence[Calibration]) -> None:
        self._is_class = np.array([item.is_probability for item in calibrations], dtype=np.bool_)
        self._targets = np.stack(
            [item.learned(column) for item, column in zip(calibrations, labels.T, strict=True)],
            axis=1,
        )
        known = ~np.isnan(self._targets)
        self.can_vote = np.asarray(known.any(axis=0), dtype=np.bool_)
        total = np.where(known, self._targets, 0.0).sum(axis=0)
        self._base = total / np.maximum(known.sum(axis=0), 1)

    def raw(self, nearest: Nearest) -> NDArray[np.float32]:
        """Raw outputs (n, n_endpoints): log odds or standardised values; 0 where none can vote."""
        columns = np.arange(len(self._base))[:, None]
        targets = self._targets[np.maximum(nearest.row, 0), columns]
        votes = (nearest.row >= 0) & ~np.isnan(targets)
        weight = np.where(votes, nearest.similarity.astype(np.float64) ** _POWER, 0.0)
        total = (weight * np.where(votes, targets, 0.0)).sum(axis=2) + _PRIOR * self._base
        mean = total / (weight.sum(axis=2) + _PRIOR)
        share = np.clip(mean, _LEAST, 1 - _LEAST)
        said = np.where(self._is_class, np.log(share / (1 - share)), mean)
        return np.where(self.can_vote, said, 0.0).astype(np.float32)
