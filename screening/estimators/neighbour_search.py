"""Of many fingerprints those that are likest to a query, for each endpoint among its own.

All are compared, 64 at once. Words of 64 of which none shares more bits than the endpoints still
need are passed over; the ratio of bits shared to the sum of both sizes, by which the rest is
compared, ranks as Tanimoto's similarity does (r / (1 - r)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from screening.estimators.bit_slices import BitSlices
from screening.estimators.compiled import WORD, Searched


def searched(counts: csr_array, patterns: NDArray[np.int64]) -> Searched:
    """Fingerprints to be searched; those of like patterns should stand together.

    Parameters
    ----------
    counts : (n, n_bits) uint8. patterns : (n,) int64.
    """
    sizes = np.diff(counts.indptr).astype(np.int64)
    return Searched(
        BitSlices(counts).tiles,
        sizes.astype(np.float32),
        patterns.astype(np.uint64),
        _words(sizes, counts.shape[1]).min(axis=1),
        np.bitwise_or.reduce(_words(patterns, 0), axis=1).astype(np.uint64),
        counts.indptr.astype(np.int64),
        counts.indices.astype(np.int32),
        counts.data,
        np.asarray(counts.sum(axis=1, dtype=np.int64)),
    )


def _words(values: NDArray[np.int64], rest: int) -> NDArray[np.int64]:
    """(n_words, WORD), the last word filled up with `rest`."""
    return np.pad(values, (0, -len(values) % WORD), constant_values=rest).reshape(-1, WORD)
