"""Of many fingerprints those that are likest to a query, for each endpoint among its own.

All are compared, 64 at once. Words of 64 of which none shares more bits than the endpoints still
need are passed over; the ratio of bits shared to the sum of both sizes, by which the rest is
compared, ranks as Tanimoto's similarity does (r / (1 - r)).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from screening.core.compiled import compiled, lowest_bit
from screening.estimators.bit_slices import N_PLANES, TILE, WORD, BitSlices, Words, add_rows

_NOT_YET = np.float32(-1)
_ALL = np.uint64(2**64 - 1)
_ONE = np.uint64(1)


class Searched(NamedTuple):
    """What is searched, n fingerprints; see `searched`.

    tiles : of `BitSlices`. sizes : (n,) float32, bits that are on. patterns : (n,) uint64, bit j is
    set where endpoint j has a label. least_sizes, word_patterns : (n_words,) int64 and uint64, the
    smallest of 64 sizes, and the endpoints that any of them has. offset, bits, counts : as of a
    sparse matrix by rows. totals : (n,) int64, sum of the counts.
    """

    tiles: Words
    sizes: NDArray[np.float32]
    patterns: Words
    least_sizes: NDArray[np.int64]
    word_patterns: Words
    offset: NDArray[np.int64]
    bits: NDArray[np.int32]
    counts: NDArray[np.uint8]
    totals: NDArray[np.int64]


class Queries(NamedTuple):
    """Fingerprints end to end; offset, (n_queries + 1,), tells where each begins."""

    bits: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    offset: NDArray[np.int64]


class Likest(NamedTuple):
    """For each query and endpoint k rows, the likest first, (n_queries, n_endpoints, k) each.

    likeness : float32, by which they stand in this order. row : int64, -1 where there are no more.
    """

    likeness: NDArray[np.float32]
    row: NDArray[np.int64]


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


@compiled
def find_likest(among: Searched, queries: Queries, found: Likest) -> None:
    """Fill in the likest by the ratio of what is shared; of equal ones the first comes first."""
    found.likeness[:] = _NOT_YET
    found.row[:] = -1
    planes = np.zeros((N_PLANES, TILE), np.uint64)
    # A tile's rows stay in the cache while all queries ask for theirs.
    for tile in range(len(among.tiles)):
        for query in range(len(queries.offset) - 1):
            bits = queries.bits[queries.offset[query] : queries.offset[query + 1]]
            n_planes = add_rows(among.tiles[tile], bits, planes)
            one = Likest(found.likeness[query], found.row[query])
            _look_through(among, tile, planes[:n_planes], len(bits), one)


@compiled
def _look_through(among: Searched, tile: int, planes: Words, size: int, found: Likest) -> None:
    """Take those of a tile that are likelier to a query than what an endpoint of theirs has."""
    # Numba counts the owners of an array wherever a function is given one, so not for each word.
    sizes, patterns = among.sizes, among.patterns
    least_sizes, word_patterns = among.least_sizes, among.word_patterns
    ratio, last = found.likeness, found.likeness.shape[1] - 1
    for place in range(min(TILE, len(least_sizes) - tile * TILE)):
        word = tile * TILE + place
        least = np.float32(1)
        labelled = word_patterns[word]
        while labelled:
            least = min(least, ratio[lowest_bit(labelled), last])
            labelled &= labelled - _ONE
        more = _ALL
        if least >= 0:
            # The product of such numbers is exact in a float64.
            more = _above(planes, place, int(np.float64(least) * (least_sizes[word] + size)))
        while more:
            digit = lowest_bit(more)
            more &= more - _ONE
            known = word * WORD + digit
            if known >= len(sizes):
                break
            shared = 0
            for plane in range(len(planes)):
                one = (planes[plane, place] >> np.uint64(digit)) & np.uint64(1)
                shared += int(one) << plane
            alike = np.float32(shared) / (sizes[known] + np.float32(size))
            if alike > least:
                labelled = patterns[known]
                while labelled:
                    endpoint = lowest_bit(labelled)
                    labelled &= labelled - _ONE
                    if alike > ratio[endpoint, last]:
                        _insert(found, endpoint, last, alike, known)


@compiled
def _above(planes: Words, place: int, limit: int) -> np.uint64:
    """Those of the 64 sums of a word that are above a limit."""
    if limit >> len(planes):
        return np.uint64(0)
    above, equal = np.uint64(0), _ALL
    for plane in range(len(planes) - 1, -1, -1):
        digits = planes[plane, place]
        if (limit >> plane) & 1:
            equal &= digits
        else:
            above |= equal & digits
            equal &= ~digits
    return above


@compiled
def _insert(found: Likest, endpoint: int, place: int, likeness: np.float32, row: int) -> None:
    """Put a row before all less like ones that stand before a place; what stood there is gone."""
    values, rows = found.likeness, found.row
    while place > 0 and likeness > values[endpoint, place - 1]:
        values[endpoint, place] = values[endpoint, place - 1]
        rows[endpoint, place] = rows[endpoint, place - 1]
        place -= 1
    values[endpoint, place] = likeness
    rows[endpoint, place] = row


@compiled
def order_by_counts(among: Searched, queries: Queries, found: Likest) -> None:
    """Order what is found by Tanimoto's similarity on counts, sum of minima over sum of maxima."""
    counts = np.zeros(among.tiles.shape[1], np.int64)
    offset, totals = among.offset, among.totals
    known_bits, known_counts = among.bits, among.counts
    for query in range(len(found.row)):
        first = queries.offset[query]
        bits = queries.bits[first : queries.offset[query + 1]]
        for place in range(len(bits)):
            counts[bits[place]] = queries.counts[first + place]
        total = counts.sum()
        one = Likest(found.likeness[query], found.row[query])
        one.likeness[:] = 0
        for endpoint in range(len(one.row)):
            for place in range(one.row.shape[1]):
                known = one.row[endpoint, place]
                if known < 0:
                    break
                shared = 0
                for at in range(offset[known], offset[known + 1]):
                    shared += min(np.int64(known_counts[at]), counts[known_bits[at]])
                union = max(total + totals[known] - shared, 1)
                _insert(one, endpoint, place, np.float32(shared / union), known)
        for place in range(len(bits)):
            counts[bits[place]] = 0
