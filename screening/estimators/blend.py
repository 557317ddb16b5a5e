"""Joining what networks, trees and neighbours say into one value with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from screening.estimators.calibration import NORMAL_90, Calibration, Shares


@dataclass(frozen=True)
class Outputs:
    """Raw outputs for some structures, on the scale that is learned.

    networks : (m, n, n_endpoints) float32. trees, votes : (n, n_endpoints) float32, of the boosted
    trees and of the nearest neighbours.
    """

    networks: NDArray[np.float32]
    trees: NDArray[np.float32]
    votes: NDArray[np.float32]

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Outputs:
        """The outputs for some of the structures."""
        return Outputs(self.networks[:, rows], self.trees[rows], self.votes[rows])

    def of(self, column: int) -> OneEndpoint:
        """The outputs for one endpoint."""
        return OneEndpoint(
            self.networks[:, :, column], self.trees[:, column], self.votes[:, column]
        )


class OneEndpoint(NamedTuple):
    """Raw outputs for one endpoint: networks (m, n), trees and votes (n,), float32."""

    networks: NDArray[np.float32]
    trees: NDArray[np.float32]
    votes: NDArray[np.float32]

    def take(self, rows: NDArray[np.bool_]) -> OneEndpoint:
        """The outputs for some of the structures."""
        return OneEndpoint(self.networks[:, rows], self.trees[rows], self.votes[rows])

    def blend(self, shares: Shares) -> NDArray[np.float64]:
        """(n,) mean of the networks, of the trees and of the votes, by their shares."""
        mean = self.networks.mean(0, dtype=np.float64)
        mixed: NDArray[np.float64] = (
            shares.networks * mean + shares.trees * self.trees + shares.votes * self.votes
        )
        return mixed


class Values(NamedTuple):
    """What an ensemble says, each array (n, n_endpoints) float32; see `scorer.Scores`."""

    value: NDArray[np.float32]
    std: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]


def ensemble_values(outputs: Outputs, calibrations: Sequence[Calibration]) -> Values:
    """Values with their uncertainty from raw outputs.

    The value is the calibrated blend. The deviation is that of the mixture of the members'
    calibrated outputs, trees and votes with their shares: it sees where networks differ from each
    other and where they differ from the trees or the neighbours. Intervals of values are
    split-conformal; that of a probability is the central 90 % of a normal distribution of that
    deviation, cut at 0 and 1.
    """
    result = Values(*(np.empty(outputs.trees.shape, np.float32) for _ in Values._fields))
    for column, calibration in enumerate(calibrations):
        said, shares = outputs.of(column), calibration.shares
        raw = said.blend(shares)
        value = calibration.apply(raw)
        members = calibration.apply(np.vstack([said.networks, said.trees, said.votes]))
        each = np.full(len(said.networks), shares.networks / len(said.networks))
        weights = np.append(each, [shares.trees, shares.votes])[:, None]
        mean = (weights * members).sum(0)
        std = np.sqrt((weights * (members - mean) ** 2).sum(0))
        if calibration.is_probability:
            half = NORMAL_90 * std
            low, high = np.maximum(value - half, 0.0), np.minimum(value + half, 1.0)
        else:
            low, high = calibration.interval(raw)
        for array, numbers in zip(result, (value, std, low, high), strict=True):
            array[:, column] = numbers
    return result
