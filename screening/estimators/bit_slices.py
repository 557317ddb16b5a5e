"""How many bits a fingerprint shares with each of many, counted for 64 of them at once.

The fingerprints are kept bit by bit: for each bit one row, a binary digit for every fingerprint,
64 in a word. Those rows that the query has are added digit by digit, as hardware does (carry-save
adders; Harley and Seal's population count, Warren 2013, Hacker's Delight, chapter 5). The digits of
the sums, lowest first, are the planes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from screening.core.compiled import compiled

WORD = 64
"""Fingerprints in a word."""
TILE = 32
"""Words of a row that are added up together: 50 such rows stay in a processor's first cache."""
N_PLANES = 16
"""Digits of a sum; up to 65,535 bits are shared."""
Words = NDArray[np.uint64]


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
        _set_digits(self.tiles, fingerprints.indptr, fingerprints.indices)

    def shared(self, bits: NDArray[np.integer]) -> NDArray[np.uint16]:
        """(n,) number of bits that each fingerprint shares with a query.

        Parameters
        ----------
        bits : on-bits of the query, each once.
        """
        total = np.zeros((len(self.tiles), TILE, WORD), dtype=np.uint16)
        _shared(self.tiles, bits.astype(np.int64), total)
        return total.reshape(-1)[: self._n]


@compiled
def _set_digits(tiles: Words, offset: NDArray[np.integer], bits: NDArray[np.integer]) -> None:
    for row in range(len(offset) - 1):
        word, digit = row // WORD, np.uint64(row % WORD)
        for place in range(offset[row], offset[row + 1]):
            tiles[word // TILE, bits[place], word % TILE] |= np.uint64(1) << digit


@compiled
def _shared(tiles: Words, bits: NDArray[np.int64], total: NDArray[np.uint16]) -> None:
    planes = np.zeros((N_PLANES, TILE), np.uint64)
    for tile in range(len(tiles)):
        n_planes = add_rows(tiles[tile], bits, planes)
        for plane in range(n_planes):
            for word in range(TILE):
                digits = planes[plane, word]
                for place in range(WORD):
                    digit = (digits >> np.uint64(place)) & np.uint64(1)
                    total[tile, word, place] += np.uint16(digit << np.uint64(plane))


@compiled
def add_rows(tile: Words, bits: NDArray[np.integer], planes: Words) -> int:
    """Add up some rows of a tile; returns how many of the planes, (N_PLANES, TILE), are in use."""
    planes[:] = 0
    carry = np.empty(TILE, np.uint64)
    empty = len(tile) - 1
    seven = np.empty(7, np.int64)
    n_planes = 0
    for start in range(0, len(bits), 7):
        for place in range(7):
            seven[place] = bits[start + place] if start + place < len(bits) else empty
        _add_seven(tile, seven, planes, carry)
        while min(start + 7, len(bits)) >> n_planes:
            n_planes += 1
        for plane in range(3, n_planes):
            for word in range(TILE):
                digits = planes[plane, word]
                planes[plane, word] = digits ^ carry[word]
                carry[word] &= digits
    return n_planes


@compiled
def _add_seven(tile: Words, seven: NDArray[np.int64], planes: Words, carry: Words) -> None:
    """Add seven rows to the three lowest planes; `carry` is what then has the weight of eight."""
    for word in range(TILE):
        a, b, c = tile[seven[0], word], tile[seven[1], word], tile[seven[2], word]
        d, e, f = tile[seven[3], word], tile[seven[4], word], tile[seven[5], word]
        either, other = a ^ b, d ^ e
        one, another = either ^ c, other ^ f
        twice, again = (a & b) | (either & c), (d & e) | (other & f)
        a, b, c = one, another, tile[seven[6], word]
        either, other = a ^ b, twice ^ again
        ones, third = either ^ c, (a & b) | (either & c)
        twos, fours = other ^ third, (twice & again) | (other & third)
        digits = planes[0, word]
        planes[0, word], carried = digits ^ ones, digits & ones
        digits = planes[1, word]
        either = digits ^ twos
        planes[1, word], carried = either ^ carried, (digits & twos) | (either & carried)
        digits = planes[2, word]
        either = digits ^ fours
        planes[2, word], carried = either ^ carried, (digits & fours) | (either & carried)
        carry[word] = carried
