"""Applicability domain: the nearest training neighbour of each endpoint.

Tanimoto similarity on Morgan radius-2, 2048-bit fingerprints to the training structures that have
a label for the endpoint (Sheridan et al. 2004, J. Chem. Inf. Comput. Sci. 44:1912,
doi:10.1021/ci049782w).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_array

from screening.chem.fingerprints import MORGAN_BITS
from screening.core.errors import BundleError

MAX_ENDPOINTS = 63
_BLOCK = 32


class Nearest(NamedTuple):
    """Per query and endpoint: similarity (n, e) float32 and training row (n, e) int64, or -1."""

    similarity: NDArray[np.float32]
    row: NDArray[np.int64]


def label_patterns(labels: NDArray[np.float32]) -> NDArray[np.int64]:
    """(n,) int64 bit masks: bit j is set where endpoint j has a label."""
    known = (~np.isnan(labels)).astype(np.int64)
    return known @ (np.int64(1) << np.arange(labels.shape[1], dtype=np.int64))


def _csr(bits: NDArray[np.uint16], offset: NDArray[np.int64]) -> csr_array:
    shape = (len(offset) - 1, MORGAN_BITS)
    data = np.ones(len(bits), dtype=np.float32)
    return csr_array((data, bits.astype(np.int32), offset.astype(np.int32)), shape=shape)


class DomainIndex:
    """Training structures of a bundle, kept in the order of their label patterns.

    Parameters
    ----------
    bits : flat on-bits, uint16. offset : (n + 1,) int64 into them.
    patterns : (n,) int64, see `label_patterns`. n_endpoints : columns.
    flat_keys : first InChIKey blocks. smiles : SMILES, "" where the licence forbids it.
    """

    def __init__(
        self,
        bits: NDArray[np.uint16],
        offset: NDArray[np.int64],
        patterns: NDArray[np.int64],
        *,
        n_endpoints: int,
        flat_keys: Sequence[str],
        smiles: Sequence[str],
    ) -> None:
        order = np.argsort(patterns, kind="stable")
        self.flat_keys = [flat_keys[row] for row in order]
        self.smiles = [smiles[row] for row in order]
        self._sorted_patterns = patterns[order]
        self._matrix = _csr(bits, offset)[order]
        self._sizes = np.diff(self._matrix.indptr).astype(np.float32)
        groups, self._starts = np.unique(self._sorted_patterns, return_index=True)
        self._ends = np.append(self._starts[1:], len(order))
        columns = np.arange(n_endpoints, dtype=np.int64)
        self._has = (groups[:, None] >> columns) & 1 == 1
        self.n_endpoints = n_endpoints

    def nearest(self, queries: Sequence[NDArray[np.uint16]]) -> Nearest:
        """Nearest training neighbour per endpoint.

        Parameters
        ----------
        queries : on-bits of each structure.
        """
        shape = (len(queries), self.n_endpoints)
        result = Nearest(np.zeros(shape, np.float32), np.full(shape, -1, np.int64))
        for start in range(0, len(queries), _BLOCK):
            block = queries[start : start + _BLOCK]
            similarity, row = self._block(block)
            result.similarity[start : start + len(block)] = similarity
            result.row[start : start + len(block)] = row
        return result

    def _block(self, queries: Sequence[NDArray[np.uint16]]) -> Nearest:
        dense = np.zeros((MORGAN_BITS, len(queries)), dtype=np.float32)
        for column, bits in enumerate(queries):
            dense[bits, column] = 1
        shared = self._matrix @ dense
        union = self._sizes[:, None] + dense.sum(0)[None, :] - shared
        similarity = np.divide(shared, union, out=shared, where=union > 0)
        best = np.maximum.reduceat(similarity, self._starts, axis=0)
        value = np.zeros((len(queries), self.n_endpoints), np.float32)
        row = np.full(value.shape, -1, np.int64)
        for endpoint in range(self.n_endpoints):
            groups = np.flatnonzero(self._has[:, endpoint])
            if len(groups):
                winner = groups[best[groups].argmax(0)]
                value[:, endpoint] = best[winner, np.arange(len(queries))]
                row[:, endpoint] = winner
        return Nearest(value, self._rows_of(similarity, row))

    def _rows_of(
        self, similarity: NDArray[np.float32], group: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Row of the maximum inside the winning group of each query and endpoint."""
        row = np.full(group.shape, -1, np.int64)
        for query in range(len(group)):
            for winner in np.unique(group[query]):
                if winner >= 0:
                    start, end = self._starts[winner], self._ends[winner]
                    found = start + similarity[start:end, query].argmax()
                    row[query, group[query] == winner] = found
        return row

    def write(self, path: Path) -> None:
        """Write as Parquet; bits as differences, which compress well."""
        offset = self._matrix.indptr.astype(np.int32)
        differences = np.diff(self._matrix.indices, prepend=0)
        firsts = offset[:-1][np.diff(offset) > 0]
        differences[firsts] = self._matrix.indices[firsts]
        bits = pa.ListArray.from_arrays(
            pa.array(offset, pa.int32()), pa.array(differences.astype(np.uint16), pa.uint16())
        )
        table = pa.table(
            {
                "flat_key": pa.array(self.flat_keys, pa.string()),
                "smiles": pa.array(self.smiles, pa.string()),
                "pattern": pa.array(self._sorted_patterns, pa.int64()),
                "bit_steps": bits,
            }
        )
        pq.write_table(
            table, path, compression="zstd", compression_level=19, use_dictionary=["pattern"]
        )

    @classmethod
    def read(cls, path: Path, n_endpoints: int) -> DomainIndex:
        """Read what `write` wrote.

        Raises
        ------
        BundleError : the file is no such table.
        """
        try:
            table = pq.read_table(path).combine_chunks()
            lists = table["bit_steps"].combine_chunks()
            steps = lists.values.to_numpy(zero_copy_only=False).astype(np.int64)
            offset = lists.offsets.to_numpy().astype(np.int64)
        except (pa.ArrowException, KeyError, OSError) as error:
            raise BundleError(f"{path}: not a domain table ({error})") from error
        running = np.concatenate([[0], np.cumsum(steps)])
        bits = running[1:] - np.repeat(running[offset[:-1]], np.diff(offset))
        return cls(
            bits.astype(np.uint16),
            offset,
            table["pattern"].to_numpy(),
            n_endpoints=n_endpoints,
            flat_keys=table["flat_key"].to_pylist(),
            smiles=table["smiles"].to_pylist(),
        )
