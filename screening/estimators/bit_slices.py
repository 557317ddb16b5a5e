"""How many bits a fingerprint shares with each of many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from screening.estimators.compiled import N_PLANES, TILE, WORD, Words, count_shared, set_digits


class BitSlices:
    """Fingerprints to be counted against.

    Parameters
    ----------
    fingerprints : (n, n_bits); what is stored is on.

    Attributes
    ----------
    tiles : (n_tiles, n_bits + 1, TILE), 64 * TILE fingerprints in each; the last row is empty.
    """

    def __init__(self, fingerprints: csr_array) -> None:
        self._n, n_bits = fingerprints.shape
        n_tiles = -(-self._n // (TILE * WORD))
        self.tiles: Words = np.zeros((n_tiles, n_bits + 1, TILE), dtype=np.uint64)
        set_digits(self.tiles, fingerprints.indptr, fingerprints.indices)

    def shared(self, bits: NDArray[np.integer]) -> NDArray[np.uint16]:
        """(n,) number of bits that each fingerprint shares with a query.

        Parameters
        ----------
        bits : on-bits of the query, each once.

        Raises
        ------
        ValueError : more bits than can be counted.
        """
        if len(bits) >> N_PLANES:
            raise ValueError(f"{len(bits)} bits: at most {2**N_PLANES - 1} can be counted")
        total = np.zeros((len(self.tiles), TILE, WORD), dtype=np.uint16)
        count_shared(self.tiles, bits.astype(np.int64), total)
        return total.reshape(-1)[: self._n]
