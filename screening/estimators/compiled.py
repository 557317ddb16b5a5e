"""The inner loops that decide how long a screen takes, compiled by Numba for the processor at hand.

All in one file, constants included: Numba keeps what it compiled by the text of the file that a
function stands in, and would not see that another one changed which it took in. Bounds are not
checked; whoever reads arrays from a file checks them first.

Sets of fingerprints are kept bit by bit: for each bit one row, a binary digit for every
fingerprint, 64 in a word. Those rows that a query has are added digit by digit, as hardware does
(carry-save adders; Harley and Seal's population count, Warren 2013, Hacker's Delight, chapter 5).
The digits of the sums, lowest first, are the planes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

WORD = 64
"""Fingerprints in a word."""
TILE = 32
"""Words of a row that are added up together: 50 such rows stay in a processor's first cache."""
N_PLANES = 16
"""Digits of a sum: fewer than 65,536 bits can be shared."""
Words = NDArray[np.uint64]
_ALL = np.uint64(2**64 - 1)
_ONE = np.uint64(1)
_NOT_YET = np.float32(-1)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(function: _Function) -> _Function:
    """The function, compiled at its first call and kept beside its source for later processes.

    Other threads run meanwhile, as those by which a worker says that it is alive.
    """
    try:
        return cast(_Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # Neither the folder of the source nor one of the user can be written.
        return cast(_Function, numba.njit(nogil=True)(function))


@_compiled
def lowest_bit(word: np.uint64) -> int:
    """The place, from 0, of the lowest bit that is on; 64 where none is.

    The bits below it are counted, in pairs, fours and bytes (Warren 2013, Hacker's Delight, section
    5-1), for which a processor has an instruction.
    """
    below = ~word & (word - np.uint64(1))
    pairs = below - ((below >> np.uint64(1)) & np.uint64(0x5555555555555555))
    lower = pairs & np.uint64(0x3333333333333333)
    fours = lower + ((pairs >> np.uint64(2)) & np.uint64(0x3333333333333333))
    each = (fours + (fours >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((each * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_compiled
def set_digits(tiles: Words, offset: NDArray[np.integer], bits: NDArray[np.integer]) -> None:
    """Turn on the bits of a sparse matrix by rows in empty tiles, (n_tiles, n_bits + 1, TILE)."""
    for row in range(len(offset) - 1):
        word, digit = row // WORD, np.uint64(row % WORD)
        for place in range(offset[row], offset[row + 1]):
            tiles[word // TILE, bits[place], word % TILE] |= np.uint64(1) << digit


@_compiled
def count_shared(tiles: Words, bits: NDArray[np.int64], total: NDArray[np.uint16]) -> None:
    """Fill in how many bits each fingerprint shares with a query, (n_tiles, TILE, WORD)."""
    planes = np.zeros((N_PLANES, TILE), np.uint64)
    for tile in range(len(tiles)):
        n_planes = add_rows(tiles[tile], bits, planes)
        for plane in range(n_planes):
            for word in range(TILE):
                digits = planes[plane, word]
                for place in range(WORD):
                    digit = (digits >> np.uint64(place)) & np.uint64(1)
                    total[tile, word, place] += np.uint16(digit << np.uint64(plane))


@_compiled
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


@_compiled
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


class Searched(NamedTuple):
    """What is searched, n fingerprints; see `neighbour_search.searched`.

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


class Found(NamedTuple):
    """For each query and endpoint k rows, the likest first, (n_queries, n_endpoints, k) each.

    likeness : float32, by which they stand in this order. row : int64, -1 where there are no more.
    """

    likeness: NDArray[np.float32]
    row: NDArray[np.int64]


@_compiled
def find_likest(among: Searched, queries: Queries, found: Found) -> None:
    """Fill in the likest by the ratio of what is shared; of equal ones the first comes first."""
    found.likeness[:] = _NOT_YET
    found.row[:] = -1
    planes = np.zeros((N_PLANES, TILE), np.uint64)
    # A tile's rows stay in the cache while all queries ask for theirs.
    for tile in range(len(among.tiles)):
        for query in range(len(queries.offset) - 1):
            bits = queries.bits[queries.offset[query] : queries.offset[query + 1]]
            n_planes = add_rows(among.tiles[tile], bits, planes)
            one = Found(found.likeness[query], found.row[query])
            _look_through(among, tile, planes[:n_planes], len(bits), one)


@_compiled
def _look_through(among: Searched, tile: int, planes: Words, size: int, found: Found) -> None:
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


@_compiled
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


@_compiled
def _insert(found: Found, endpoint: int, place: int, likeness: np.float32, row: int) -> None:
    """Put a row before all less like ones that stand before a place; what stood there is gone."""
    values, rows = found.likeness, found.row
    while place > 0 and likeness > values[endpoint, place - 1]:
        values[endpoint, place] = values[endpoint, place - 1]
        rows[endpoint, place] = rows[endpoint, place - 1]
        place -= 1
    values[endpoint, place] = likeness
    rows[endpoint, place] = row


@_compiled
def order_by_counts(among: Searched, queries: Queries, found: Found) -> None:
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
        one = Found(found.likeness[query], found.row[query])
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


class Forest(NamedTuple):
    """Trees of some endpoints, one after the other; see `trees.Trees`.

    question : (n_nodes,) int64, row of what is asked. base : (n_endpoints,). The starts tell where
    the nodes and leaves of a tree, and the trees of an endpoint begin, and where the last ends.
    """

    question: NDArray[np.int64]
    thresholds: NDArray[np.float32]
    masks: NDArray[np.uint64]
    leaves: NDArray[np.float32]
    base: NDArray[np.float32]
    node_start: NDArray[np.int64]
    leaf_start: NDArray[np.int64]
    tree_start: NDArray[np.int64]


@_compiled
def sum_leaves(forest: Forest, values: NDArray[np.float32], sums: NDArray[np.float32]) -> None:
    """Sum up the leaves that each structure reaches, one of each tree.

    Parameters
    ----------
    values : (n_questions, n), what is asked of each structure. sums : (n, n_endpoints), filled in.
    """
    n = values.shape[1]
    left = np.empty(n, np.uint64)
    total = np.empty(n, np.float32)
    for endpoint in range(len(forest.base)):
        total[:] = forest.base[endpoint]
        for tree in range(forest.tree_start[endpoint], forest.tree_start[endpoint + 1]):
            left[:] = _ALL
            for node in range(forest.node_start[tree], forest.node_start[tree + 1]):
                asked = forest.question[node]
                threshold, mask = forest.thresholds[node], forest.masks[node]
                for row in range(n):
                    left[row] &= mask if values[asked, row] >= threshold else _ALL
            for row in range(n):
                leaf = forest.leaf_start[tree] + lowest_bit(left[row])
                total[row] += forest.leaves[leaf]
        sums[:, endpoint] = total
