"""Boosted trees on Morgan counts and descriptors, one model an endpoint.

Trees find the single group that makes a compound active, networks the trend over many; predictions
blend both. They are grown by XGBoost (Chen and Guestrin 2016, KDD, doi:10.1145/2939672.2939785),
and asked as QuickScorer does (Lucchese et al. 2015, SIGIR, doi:10.1145/2766462.2767733): each node
whose question is answered with yes rules out the leaves on its left, and the first leaf that is
left is the answer. Nodes are gone through for many structures at once and without a branch, which
is about ten times as fast as walking down the trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from screening.chem.fingerprints import MORGAN_BITS
from screening.core.bundle import MOST_LEAVES
from screening.core.errors import BundleError
from screening.estimators.compiled import Forest, sum_leaves
from screening.estimators.features import N_DESCRIPTORS, PackedFeatures, take_ranges

N_COLUMNS = MORGAN_BITS + N_DESCRIPTORS
_COMPRESSION = 19
_ROWS = 128
"""Structures gone through at once."""
ARRAYS = {
    "n_leaves": np.uint8,
    "questions": np.uint16,
    "thresholds": np.float32,
    "firsts": np.uint8,
    "leaves": np.float32,
}
"""The arrays of `Trees`."""
_SCHEMA = pa.schema(
    [("endpoint", pa.string()), ("base", pa.float32())]
    + [(name, pa.list_(pa.from_numpy_dtype(kind))) for name, kind in ARRAYS.items()]
)


def tree_matrix(packed: PackedFeatures, rows: NDArray[np.int64]) -> csr_matrix:
    """(n_rows, 2123) float32: counts, then descriptors.

    A fingerprint is mostly zeros, and XGBoost is fast where these count as missing, as what a
    sparse matrix does not hold does.
    """
    positions, owner = take_ranges(packed.bit_offset, rows)
    ends = np.concatenate([[0], np.bincount(owner, minlength=len(rows)).cumsum()])
    values = packed.counts[positions].astype(np.float32)
    places = packed.bits[positions].astype(np.int32)
    counts = csr_matrix((values, places, ends), shape=(len(rows), MORGAN_BITS))
    # XGBoost does not learn from SciPy's newer arrays.
    return csr_matrix(hstack([counts, csr_matrix(packed.descriptors[rows])], format="csr"))


@dataclass(frozen=True)
class Trees:
    """The trees of one endpoint; nodes and leaves from left to right, one tree after the other.

    A tree of k leaves has k - 1 nodes, node j between the leaves j and j + 1.

    Parameters
    ----------
    base : what is added to the sum over the trees.
    n_leaves : (n_trees,) uint8. leaves : (n_leaves,) float32, values.
    questions : (n_nodes,) uint16, twice the column of `tree_matrix`, plus 1 where a value that is
        missing goes right. thresholds : (n_nodes,) float32, from which a value goes right.
    firsts : (n_nodes,) uint8, the first leaf on the left of a node.
    """

    base: float
    n_leaves: NDArray[np.uint8]
    questions: NDArray[np.uint16]
    thresholds: NDArray[np.float32]
    firsts: NDArray[np.uint8]
    leaves: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Check that no answer can lie outside.

        Raises
        ------
        ValueError : an array does not fit the others, a column or leaf is out of range, or a number
            is not finite.
        """
        for name, kind in ARRAYS.items():
            if getattr(self, name).dtype != kind:
                raise ValueError(f"trees whose {name} are not {np.dtype(kind)}")
        if not all(np.isfinite(one).all() for one in (self.base, self.thresholds, self.leaves)):
            raise ValueError("trees with numbers that are not finite")
        if not len(self.n_leaves) or self.n_leaves.min() < 1 or self.n_leaves.max() > MOST_LEAVES:
            raise ValueError(f"trees of 1 to {MOST_LEAVES} leaves are needed")
        n_leaves = int(self.n_leaves.sum(dtype=np.int64))
        n_nodes = n_leaves - len(self.n_leaves)
        of_nodes = (self.questions, self.thresholds, self.firsts)
        if len(self.leaves) != n_leaves or any(len(array) != n_nodes for array in of_nodes):
            raise ValueError("nodes and leaves are not as many as the trees have")
        if (self.questions >= 2 * N_COLUMNS).any() or (self.firsts > self.places).any():
            raise ValueError(f"trees on other than {N_COLUMNS} columns, or with leaves outside")

    @property
    def places(self) -> NDArray[np.int64]:
        """(n_nodes,) int64, number of each node within its tree."""
        sizes = self.n_leaves.astype(np.int64) - 1
        starts = np.cumsum(sizes) - sizes
        return np.arange(int(sizes.sum())) - np.repeat(starts, sizes)

    @property
    def masks(self) -> NDArray[np.uint64]:
        """(n_nodes,) uint64, the leaves that are left when a node's question is answered yes."""
        below = (np.uint64(1) << self.firsts.astype(np.uint64)) - np.uint64(1)
        # A shift by all 64 bits is not defined, so the leaf itself is added apart.
        last = np.uint64(1) << self.places.astype(np.uint64)
        masks: NDArray[np.uint64] = ~((last | (last - np.uint64(1))) ^ below)
        return masks


class BoostedTrees:
    """The trees of a bundle.

    Parameters
    ----------
    endpoints : the trees of each endpoint.
    """

    def __init__(self, endpoints: Sequence[Trees]) -> None:
        self.endpoints = list(endpoints)
        # Columns that no tree asks for are left out.
        asked = np.concatenate([one.questions for one in endpoints])
        questions, question = np.unique(asked, return_inverse=True)
        self._columns = questions // 2
        self._missing = np.where(questions % 2 == 1, np.inf, -np.inf).astype(np.float32)[:, None]
        n_leaves = np.concatenate([one.n_leaves for one in endpoints]).astype(np.int64)
        self._forest = Forest(
            question,
            np.concatenate([one.thresholds for one in endpoints]),
            np.concatenate([one.masks for one in endpoints]),
            np.concatenate([one.leaves for one in endpoints]),
            np.array([one.base for one in endpoints], dtype=np.float32),
            _starts(n_leaves - 1),
            _starts(n_leaves),
            _starts([len(one.n_leaves) for one in endpoints]),
        )

    def predict(self, matrix: csr_matrix) -> NDArray[np.float32]:
        """Raw outputs (n, n_endpoints): logits or standardised values.

        Parameters
        ----------
        matrix : (n, 2123) of `tree_matrix`; 0 and NaN count as missing.
        """
        raw = np.empty((matrix.shape[0], len(self.endpoints)), dtype=np.float32)
        for start in range(0, len(raw), _ROWS):
            values = matrix[start : start + _ROWS].toarray().T[self._columns]
            missing = (values == 0) | np.isnan(values)
            sum_leaves(
                self._forest,
                np.where(missing, self._missing, values),
                raw[start : start + _ROWS],
            )
        return raw

    def write(self, path: Path | BinaryIO, endpoints: Sequence[str]) -> None:
        """Write as Parquet, a row for each endpoint: its name and the fields of `Trees`."""
        named = zip(endpoints, self.endpoints, strict=True)
        rows = [{"endpoint": name, **vars(one)} for name, one in named]
        table = pa.Table.from_pylist(rows, schema=_SCHEMA)
        pq.write_table(table, path, compression="zstd", compression_level=_COMPRESSION)

    @classmethod
    def read(cls, path: Path | BinaryIO, endpoints: Sequence[str]) -> BoostedTrees:
        """Read what `write` wrote.

        Raises
        ------
        BundleError : the file is missing or unreadable, or lacks an endpoint.
        """
        try:
            table = pq.read_table(path).select(_SCHEMA.names).cast(_SCHEMA).combine_chunks()
            row_of = {name: row for row, name in enumerate(table["endpoint"].to_pylist())}
            return cls([_trees(table, row_of[name]) for name in endpoints])
        except (OSError, KeyError, ValueError, pa.ArrowException) as error:
            first = str(error).strip().splitlines()[:1]
            raise BundleError(f"{path}: not the trees of this bundle ({first})") from error


def _trees(table: pa.Table, row: int) -> Trees:
    lists = {name: table[name][row].values for name in ARRAYS}
    if any(found is None for found in (table["base"][row].as_py(), *lists.values())):
        raise ValueError("trees that lack something")
    # With missing values, the numbers come as another type, which `Trees` refuses.
    arrays = {name: found.to_numpy(zero_copy_only=False) for name, found in lists.items()}
    return Trees(table["base"][row].as_py(), **arrays)


def _starts(sizes: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
