"""Tanimoto similarity on Morgan counts, of every query with every reference.

With each environment's count c written as c columns of ones, the sum of minima over the sum of
maxima becomes the Tanimoto coefficient of bits, which a product of matrices gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def similarities(
    queries: Sequence[SparseCounts], references: Sequence[SparseCounts]
) -> Iterator[NDArray[np.float32]]:
    """For blocks of queries, in order: (block, n_references) float32."""
    columns = [_columns(item) for item in references]
    known = np.unique(np.concatenate(columns)) if columns else np.empty(0, np.int64)
    rows = np.repeat(np.arange(len(columns)), [len(item) for item in columns])
    places = np.searchsorted(known, np.concatenate(columns)) if columns else rows
    ones = np.ones(len(rows), np.float32)
    table = csr_array((ones, (rows, places)), shape=(len(columns), len(known)))
    sizes = np.array([len(item) for item in columns], np.float32)
    for start in range(0, len(queries), _BLOCK):
        asked = [_columns(item) for item in queries[start : start + _BLOCK]]
        dense = np.zeros((len(known), len(asked)), np.float32)
        for number, item in enumerate(asked):
            dense[np.searchsorted(known, np.intersect1d(item, known)), number] = 1
        shared = (table @ dense).T
        own = np.array([len(item) for item in asked], np.float32)
        yield shared / np.maximum(own[:, None] + sizes - shared, 1)


def nearest(
    queries: Sequence[SparseCounts],
    references: Sequence[SparseCounts],
    below: float = np.inf,
) -> NDArray[np.float32]:
    """Similarity of each query to the likest reference that is less like than `below`, (n,)."""
    found = [np.zeros(0, np.float32)]
    for block in similarities(queries, references):
        found.append(np.where(block < below, block, 0).max(axis=1, initial=0))
    return np.concatenate(found).astype(np.float32)


def _columns(counts: SparseCounts) -> NDArray[np.int64]:
    """A column for each time that an environment occurs, ascending."""
    times = counts.counts.astype(np.int64)
    first = np.repeat(counts.bits.astype(np.int64) * _MOST, times)
    ends = np.cumsum(times)
    return first + np.arange(len(first)) - np.repeat(ends - times, times)
