"""The fixed test of a model: labelled structures that none of its versions may learn from.

Versions of a model can be compared only on the same structures. The first training with a test
part writes them down; every later one leaves them out, whatever else its table holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from screening.core.bundle import Kind
from screening.core.errors import InputError

FIXED_TEST = "test.parquet"
LEAST_LABELS = 10
"""Labelled structures below which an endpoint is not judged."""
LEAST_CLASS = 3
"""Structures of each class below which an endpoint is not judged, as in training."""
_KEY, _SMILES, _MARINE = "flat_key", "smiles", "marine"
_OWN = (_KEY, _SMILES, _MARINE)


@dataclass(frozen=True)
class FixedTest:
    """Labelled structures, each once.

    Parameters
    ----------
    flat_keys : first InChIKey block of each, (n,).
    smiles : standardised parents, (n,).
    marine : (n,) bool, whether it is a known marine natural product.
    labels : endpoint → (n,) float32 in the endpoint's unit, NaN where unknown.
    """

    flat_keys: Sequence[str]
    smiles: Sequence[str]
    marine: NDArray[np.bool_]
    labels: Mapping[str, NDArray[np.float32]]

    def __len__(self) -> int:
        return len(self.flat_keys)

    @property
    def digest(self) -> str:
        """SHA-256 over structures and labels, whatever the order of the rows."""
        order = np.argsort(np.array(self.flat_keys, dtype=object))
        digest = hashlib.sha256("\n".join(self.flat_keys[row] for row in order).encode())
        for name in sorted(self.labels):
            digest.update(name.encode() + self.labels[name][order].astype("<f4").tobytes())
        return digest.hexdigest()


def too_few(
    kind: Kind,
    label: NDArray[np.floating],
    least_labels: int = LEAST_LABELS,
    least_class: int = LEAST_CLASS,
) -> str:
    """Why an endpoint cannot be judged by its labels in a test; empty where it can be.

    Parameters
    ----------
    label : (n,) those that are known.
    """
    if len(label) < least_labels:
        return f"{len(label)} labelled structures; {least_labels} are needed"
    if kind == "classification":
        rarer = int(min(label.sum(), len(label) - label.sum()))
        if rarer < least_class:
            return f"{rarer} structures of one class; {least_class} are needed"
    elif np.ptp(label) == 0:
        return "all labels are equal"
    return ""


def write_fixed_test(path: Path, test: FixedTest) -> None:
    """Write as Parquet, atomically: `flat_key`, `smiles`, `marine`, and each endpoint."""
    table = pa.table(
        {
            _KEY: pa.array(test.flat_keys, pa.string()),
            _SMILES: pa.array(test.smiles, pa.string()),
            _MARINE: pa.array(test.marine, pa.bool_()),
            **{
                name: pa.array(values, pa.float32(), from_pandas=True)
                for name, values in test.labels.items()
            },
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)


def read_fixed_test(path: Path) -> FixedTest:
    """Read what `write_fixed_test` wrote.

    Raises
    ------
    InputError : the file is missing or no such table.
    """
    try:
        table = pq.read_table(path)
        labels = {
            name: table[name].to_numpy().astype(np.float32)
            for name in table.column_names
            if name not in _OWN
        }
        keys, smiles = table[_KEY].to_pylist(), table[_SMILES].to_pylist()
        return FixedTest(keys, smiles, table[_MARINE].to_numpy().astype(np.bool_), labels)
    except (OSError, KeyError, ValueError, pa.ArrowException) as problem:
        said = str(problem).splitlines()[0][:200]
        raise InputError(
            f"{path}: not the fixed test of a model ({said})",
            "name the file that `screening train --test` wrote",
        ) from None
