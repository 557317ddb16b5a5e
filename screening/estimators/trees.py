"""Boosted trees on Morgan counts and descriptors, one model an endpoint.

XGBoost (Chen and Guestrin 2016, KDD, doi:10.1145/2939672.2939785). Trees find the single group
that makes a compound active, networks the trend over many; predictions blend both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xgboost
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from screening.chem.fingerprints import MORGAN_BITS
from screening.core.errors import BundleError
from screening.estimators.features import N_DESCRIPTORS, PackedFeatures, take_ranges

N_COLUMNS = MORGAN_BITS + N_DESCRIPTORS
_COMPRESSION = 19


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
    # XGBoost does not predict from SciPy's newer arrays.
    return csr_matrix(hstack([counts, csr_matrix(packed.descriptors[rows])], format="csr"))


class BoostedTrees:
    """The trees of a bundle.

    Parameters
    ----------
    boosters : one for each endpoint, trained on `tree_matrix`.
    """

    def __init__(self, boosters: Sequence[xgboost.Booster]) -> None:
        self.boosters = boosters
        for booster in boosters:
            booster.set_param({"nthread": 1})

    def predict(self, matrix: csr_matrix) -> NDArray[np.float32]:
        """Raw outputs (n, n_endpoints): logits or standardised values.

        Parameters
        ----------
        matrix : (n, 2123) of `tree_matrix`.
        """
        raw = np.empty((matrix.shape[0], len(self.boosters)), dtype=np.float32)
        for column, booster in enumerate(self.boosters):
            raw[:, column] = booster.inplace_predict(matrix, predict_type="margin")
        return raw

    def write(self, path: Path, endpoints: Sequence[str]) -> None:
        """Write as Parquet: `endpoint` and `trees`, XGBoost's UBJSON, which holds no code."""
        models = [bytes(booster.save_raw("ubj")) for booster in self.boosters]
        table = pa.table({"endpoint": list(endpoints), "trees": pa.array(models, pa.binary())})
        pq.write_table(table, path, compression="zstd", compression_level=_COMPRESSION)

    @classmethod
    def read(cls, path: Path, endpoints: Sequence[str]) -> BoostedTrees:
        """Read what `write` wrote.

        Raises
        ------
        BundleError : the file is missing or unreadable, or lacks an endpoint.
        """
        try:
            rows = pq.read_table(path, columns=["endpoint", "trees"]).to_pylist()
            models: Mapping[str, bytes] = {row["endpoint"]: row["trees"] for row in rows}
            return cls([_load(models[name]) for name in endpoints])
        except (OSError, KeyError, pa.ArrowException, xgboost.core.XGBoostError) as error:
            first = str(error).strip().splitlines()[:1]
            raise BundleError(f"{path}: not the trees of this bundle ({first})") from error


def _load(model: bytes) -> xgboost.Booster:
    booster = xgboost.Booster()
    booster.load_model(bytearray(model))
    if booster.num_features() != N_COLUMNS:
        raise KeyError(f"trees on {booster.num_features()} columns, not {N_COLUMNS}")
    return booster
