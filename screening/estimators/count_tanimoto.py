"""The likest of many count fingerprints, found exactly.

Tanimoto similarity on counts is the sum of the minima over the sum of the maxima (Willett, Barnard
and Downs 1998, J. Chem. Inf. Comput. Sci. 38:983, doi:10.1021/ci9800211). An environment that
occurs *k* times is written as *k* binary digits, "occurs once", "occurs twice" and so on: the
digits that two fingerprints share are then the sum of the minima, and `BitSlices` counts them for
64 fingerprints at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from screening.chem.fingerprints import MORGAN_BITS, SparseCounts
from screening.estimators.bit_slices import BitSlices


class Likest(NamedTuple):
    """The row that is likest to a query, and its similarity, 0 to 1."""

    row: int
    similarity: float


class CountTanimoto:
    """Fingerprints to be compared with.

    Parameters
    ----------
    fingerprints : as `chem.fingerprints.morgan_counts` makes them.
    """

    def __init__(self, fingerprints: Sequence[SparseCounts]) -> None:
        self._most = np.zeros(MORGAN_BITS, dtype=np.int64)
        for one in fingerprints:
            self._most[one.bits] = np.maximum(self._most[one.bits], one.counts)
        self._start = np.concatenate([[0], np.cumsum(self._most)])
        self._totals = np.array([one.counts.sum(dtype=np.int64) for one in fingerprints])
        digits = [self._digits(one) for one in fingerprints]
        offset = np.concatenate([[0], np.cumsum([len(one) for one in digits], dtype=np.int64)])
        columns = np.concatenate(digits) if digits else np.zeros(0, dtype=np.int64)
        shape = (len(digits), int(self._start[-1]))
        self._slices = BitSlices(
            csr_array((np.ones(len(columns), np.uint8), columns, offset), shape=shape)
        )

    def similarities(self, query: SparseCounts) -> NDArray[np.float64]:
        """(n,) similarity of each fingerprint to a query."""
        shared = self._slices.shared(self._digits(query)).astype(np.int64)
        union = self._totals + query.counts.sum(dtype=np.int64) - shared
        similarity: NDArray[np.float64] = shared / np.maximum(union, 1)
        return similarity

    def likest(self, query: SparseCounts) -> Likest | None:
        """The likest fingerprint, the first among equals; None where there is none to compare."""
        if not len(self._totals):
            return None
        similarity = self.similarities(query)
        row = int(similarity.argmax())
        return Likest(row, float(similarity[row]))

    def _digits(self, fingerprint: SparseCounts) -> NDArray[np.int64]:
        """Places of the digits of a fingerprint; counts beyond the largest here share nothing."""
        bits = fingerprint.bits.astype(np.int64)
        counts = np.minimum(fingerprint.counts, self._most[bits])
        first = np.cumsum(counts) - counts
        within = np.arange(counts.sum(), dtype=np.int64) - np.repeat(first, counts)
        digits: NDArray[np.int64] = np.repeat(self._start[bits], counts) + within
        return digits
