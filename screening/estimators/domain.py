"""Nearest training neighbours: for each endpoint, the likest structures that have a label for it.

Likeness is Tanimoto's on Morgan radius-2, 2048-bit fingerprints (Sheridan et al. 2004, J. Chem.
Inf. Comput. Sci. 44:1912, doi:10.1021/ci049782w). Neighbours are found by the environments that
occur in both, and their similarity then measured, and they are ordered, by how often: a ring of
seven sugars has the environments of one sugar and is not like it.
"""

from __future__ import annotations

import hashlib
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
from screening.estimators.compiled import Found, Queries, find_likest, order_by_counts
from screening.estimators.features import PackedFeatures, take_ranges
from screening.estimators.neighbour_search import searched

DOMAIN_NAME = "domain.parquet"
N_NEIGHBOURS = 5
"""Neighbours of an endpoint that are found: the likest is shown, all of them vote."""
_BLOCK = 64


class Nearest(NamedTuple):
    """Per query and endpoint the likest of training, the likest first.

    similarity : on counts, (n, e, 5) float32. row : training row, (n, e, 5) int64, -1 where there
    are no more.
    """

    similarity: NDArray[np.float32]
    row: NDArray[np.int64]


def label_patterns(labels: NDArray[np.float32]) -> NDArray[np.int64]:
    """(n,) int64 bit masks: bit j is set where endpoint j has a label."""
    known = (~np.isnan(labels)).astype(np.int64)
    return known @ (np.int64(1) << np.arange(labels.shape[1], dtype=np.int64))


def sample_counts(path: Path, size: int) -> csr_array:
    """Morgan counts of some training structures, (at most `size`, 2048) uint8.

    Which ones is decided by the digests of their keys: the same each time, and of every kind. Two
    columns are read whole, so that a sample costs less than `DomainIndex.read`.

    Raises
    ------
    BundleError : the file is no domain table.
    """
    try:
        keys = pq.read_table(path, columns=["flat_key"])["flat_key"].to_pylist()
        digests = [hashlib.md5(key.encode(), usedforsecurity=False).digest() for key in keys]
        chosen = sorted(sorted(range(len(keys)), key=digests.__getitem__)[:size])
        table = pq.read_table(path, columns=["bit_steps", "counts"]).take(chosen)
        return _csr(*stored_counts(table))
    except (pa.ArrowException, KeyError, OSError, ValueError) as error:
        raise BundleError(f"{path}: not a domain table ({error})") from error


def _csr(
    bits: NDArray[np.uint16], counts: NDArray[np.uint8], offset: NDArray[np.int64]
) -> csr_array:
    shape = (len(offset) - 1, MORGAN_BITS)
    return csr_array((counts, bits.astype(np.int32), offset.astype(np.int32)), shape=shape)


def label_column(endpoint: int) -> str:
    """The column of `DomainIndex.write` that holds an endpoint's labels."""
    return f"label_{endpoint}"


def _queries(packed: PackedFeatures, rows: NDArray[np.int64]) -> Queries:
    positions, _ = take_ranges(packed.bit_offset, rows)
    sizes = packed.bit_offset[rows + 1] - packed.bit_offset[rows]
    offset = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Queries(packed.bits[positions], packed.counts[positions], offset)


class DomainIndex:
    """Training structures of a bundle, kept in the order of their label patterns.

    Parameters
    ----------
    bits, counts : flat on-bits, uint16, and how often each occurs, uint8. offset : (n + 1,) int64
        into them.
    patterns : (n,) int64, see `label_patterns`. n_endpoints : columns.
    flat_keys : first InChIKey blocks. smiles : SMILES, "" where the licence forbids it.
    labels : (n, n_endpoints) float32, NaN where unknown or where a licence forbids it.
    """

    def __init__(
        self,
        bits: NDArray[np.uint16],
        counts: NDArray[np.uint8],
        offset: NDArray[np.int64],
        patterns: NDArray[np.int64],
        *,
        n_endpoints: int,
        flat_keys: Sequence[str],
        smiles: Sequence[str],
        labels: NDArray[np.float32],
    ) -> None:
        order = np.argsort(patterns, kind="stable")
        self.flat_keys = [flat_keys[row] for row in order]
        self.smiles = [smiles[row] for row in order]
        self.labels = labels[order]
        self._sorted_patterns = patterns[order]
        self._counts = _csr(bits, counts, offset)[order]
        self._searched = searched(self._counts, self._sorted_patterns)
        self.n_endpoints = n_endpoints

    @property
    def has_labels(self) -> NDArray[np.bool_]:
        """(n_endpoints,) whether any label is there, by which neighbours vote."""
        return np.asarray((~np.isnan(self.labels)).any(axis=0), dtype=np.bool_)

    def nearest(self, packed: PackedFeatures, rows: NDArray[np.int64]) -> Nearest:
        """Nearest training neighbours per endpoint of some rows of a packed set."""
        shape = (len(rows), self.n_endpoints, N_NEIGHBOURS)
        result = Nearest(np.empty(shape, np.float32), np.empty(shape, np.int64))
        for start in range(0, len(rows), _BLOCK):
            places = slice(start, start + _BLOCK)
            queries = _queries(packed, rows[places])
            found = Found(result.similarity[places], result.row[places])
            find_likest(self._searched, queries, found)
            order_by_counts(self._searched, queries, found)
        return result

    def write(self, path: Path) -> None:
        """Write as Parquet; bits as differences, which compress well."""
        offset = self._counts.indptr.astype(np.int32)
        differences = np.diff(self._counts.indices, prepend=0)
        firsts = offset[:-1][np.diff(offset) > 0]
        differences[firsts] = self._counts.indices[firsts]
        bits = pa.ListArray.from_arrays(
            pa.array(offset, pa.int32()), pa.array(differences.astype(np.uint16), pa.uint16())
        )
        counts = pa.ListArray.from_arrays(
            pa.array(offset, pa.int32()), pa.array(self._counts.data, pa.uint8())
        )
        table = pa.table(
            {
                "flat_key": pa.array(self.flat_keys, pa.string()),
                "smiles": pa.array(self.smiles, pa.string()),
                "pattern": pa.array(self._sorted_patterns, pa.int64()),
                "bit_steps": bits,
                "counts": counts,
            }
        )
        for endpoint in range(self.n_endpoints):
            values = pa.array(self.labels[:, endpoint], pa.float32(), from_pandas=True)
            table = table.append_column(label_column(endpoint), values)
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
            bits, counts, offset = stored_counts(table)
            patterns = _patterns(table, n_endpoints)
            labels = [
                table[label_column(endpoint)].to_numpy().astype(np.float32)
                for endpoint in range(n_endpoints)
            ]
        except (pa.ArrowException, KeyError, OSError, TypeError, ValueError) as error:
            raise BundleError(f"{path}: not a domain table ({error})") from error
        return cls(
            bits,
            counts,
            offset,
            patterns,
            n_endpoints=n_endpoints,
            flat_keys=table["flat_key"].to_pylist(),
            smiles=table["smiles"].to_pylist(),
            labels=np.stack(labels, axis=1),
        )


def stored_counts(
    table: pa.Table,
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.int64]]:
    """On-bits, counts and (n + 1,) offsets of the n rows of a table that `write` wrote.

    Raises
    ------
    ValueError : something is missing, or bits are out of range or out of order.
    """
    lists, counts = (table[name].combine_chunks() for name in ("bit_steps", "counts"))
    if any(one.null_count or one.values.null_count for one in (lists, counts)):
        raise ValueError("fingerprints that lack something")
    if not lists.offsets.equals(counts.offsets):
        raise ValueError("not as many counts as bits")
    steps = lists.values.to_numpy(zero_copy_only=False).astype(np.int64)
    offset = lists.offsets.to_numpy().astype(np.int64)
    running = np.concatenate([[0], np.cumsum(steps)])
    bits = running[1:] - np.repeat(running[offset[:-1]], np.diff(offset))
    # The first bit of a row may be bit 0; all others are above the one before.
    is_first = np.zeros(len(steps) + 1, dtype=np.bool_)
    is_first[offset[:-1]] = True
    if (bits >= MORGAN_BITS).any() or ((steps == 0) & ~is_first[:-1]).any():
        raise ValueError("fingerprints with bits out of range or out of order")
    return bits.astype(np.uint16), counts.values.to_numpy().astype(np.uint8), offset


def _patterns(table: pa.Table, n_endpoints: int) -> NDArray[np.int64]:
    if table["pattern"].null_count:
        raise ValueError("structures of which it is not known what labels they have")
    patterns: NDArray[np.int64] = table["pattern"].to_numpy().astype(np.int64)
    if (patterns < 0).any() or (patterns >> n_endpoints).any():
        raise ValueError("labels of endpoints that the bundle has not")
    return patterns
