"""Tanimoto similarity on Morgan counts, of every query with every reference.

With each environment's count c written as c columns of ones, the sum of minima over the sum of
maxima becomes the Tanimoto coefficient of bits, which a product of matrices gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import MolFromSmiles
from scipy.sparse import csr_array

from screening.chem.fingerprints import SparseCounts, morgan_counts

_BLOCK = 128
_MOST = 256
"""Counts are clipped at 255."""


def counts_of(smiles: Sequence[str]) -> list[SparseCounts]:
    """Fingerprints of standardised parents."""
    return [morgan_counts(MolFromSmiles(text)) for text in smiles]


@dataclass(frozen=True)
class _Table:
    """References: (n, n_columns) of ones, the columns that occur, and how many each has."""

    ones: csr_array
    columns: NDArray[np.int64]
    sizes: NDArray[np.float32]

    def part(self, first: int, end: int) -> _Table:
        return replace(self, ones=self.ones[first:end], sizes=self.sizes[first:end])


def nearest(
    queries: Sequence[SparseCounts],
    references: Sequence[SparseCounts],
    below: float = np.inf,
) -> NDArray[np.float32]:
    """Similarity of each query to the likest reference that is less like than `below`, (n,)."""
    table = _table(references)
    found = [np.zeros(0, np.float32)]
    for start in range(0, len(queries), _BLOCK):
        block = _similarity(queries[start : start + _BLOCK], table)
        found.append(np.where(block < below, block, 0).max(axis=0, initial=0))
    return np.concatenate(found).astype(np.float32)


def have_near(
    queries: Sequence[SparseCounts], references: Sequence[SparseCounts], limit: float
) -> NDArray[np.bool_]:
    """Whether any reference is at least as like as `limit` to each query, (n,) bool.

    The similarity is at most the smaller size over the larger, so that only references of like
    size are compared.
    """
    by_size = sorted(references, key=_size)
    table = _table(by_size)
    order = np.argsort([_size(item) for item in queries], kind="stable")
    found = np.zeros(len(queries), bool)
    for start in range(0, len(order), _BLOCK):
        rows = order[start : start + _BLOCK]
        smallest, largest = _size(queries[rows[0]]) * limit, _size(queries[rows[-1]]) / limit
        first = int(np.searchsorted(table.sizes, smallest))
        end = int(np.searchsorted(table.sizes, largest, side="right"))
        block = _similarity([queries[row] for row in rows], table.part(first, end))
        found[rows] = block.max(axis=0, initial=0) >= limit
    return found


def _similarity(queries: Sequence[SparseCounts], table: _Table) -> NDArray[np.float32]:
    """(n_references, n_queries) float32."""
    if not len(table.columns):
        return np.zeros((len(table.sizes), len(queries)), np.float32)
    dense = np.zeros((len(table.columns), len(queries)), np.float32)
    for number, item in enumerate(queries):
        wanted = _columns(item)
        places = np.searchsorted(table.columns[:-1], wanted)
        dense[places[table.columns[places] == wanted], number] = 1
    own = np.array([_size(item) for item in queries], np.float32)
    shared: NDArray[np.float32] = table.ones @ dense
    united = own + table.sizes[:, None]
    united -= shared
    shared /= np.maximum(united, 1, out=united)
    return shared


def _table(references: Sequence[SparseCounts]) -> _Table:
    columns = [_columns(item) for item in references]
    flat = np.concatenate([np.zeros(0, np.int64), *columns])
    known = np.unique(flat)
    sizes = [len(item) for item in columns]
    offset = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    ones = np.ones(len(flat), np.float32)
    shape = (len(columns), len(known))
    table = csr_array((ones, np.searchsorted(known, flat), offset), shape=shape)
    return _Table(table, known, np.array(sizes, np.float32))


def _size(counts: SparseCounts) -> int:
    return int(counts.counts.sum())


def _columns(counts: SparseCounts) -> NDArray[np.int64]:
    """A column for each time that an environment occurs, ascending."""
    times = counts.counts.astype(np.int64)
    first = np.repeat(counts.bits.astype(np.int64) * _MOST, times)
    ends = np.cumsum(times)
    return first + np.arange(len(first)) - np.repeat(ends - times, times)
