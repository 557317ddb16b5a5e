"""The pools of the active-learning simulation: labelled structures of a table, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, save_npz, vstack

from screening.core.catalogue import read_catalogue
from screening.estimators.trees import tree_matrix
from screening.train.catalogue import TableEntry, read_table
from screening.train.featurised import featurise_all
from screening.train.structures import Structure, standardise_all

# Table of the catalogue → columns of which one active makes a structure active.
SETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "HIV": ("hiv", ("HIV_active",)),
    "NCI-60": ("nci60_panels", ("BRE", "CNS", "COL", "LEU", "LNS", "MEL", "OVA", "PRO", "REN")),
    "Wong 2023": ("wong2023", ("s_aureus_growth_inhibition",)),
}
# Rows that are drawn from a table, so that all campaigns take half an hour of one core.
SAMPLES = {"hiv": 12_000, "nci60_panels": 15_000}
_SEED = 0
_ROWS = 4_000


@dataclass(frozen=True, eq=False)
class Pool:
    """Structures that can be assayed.

    smiles, scaffolds : (n,) parents and their Murcko scaffolds. active : (n,) bool.
    matrix : (n, 2123) sparse, as `estimators.trees.tree_matrix` has it.
    """

    name: str
    smiles: list[str]
    scaffolds: list[str]
    active: NDArray[np.bool_]
    matrix: csr_matrix

    def __len__(self) -> int:
        return len(self.smiles)


def read_pool(name: str, mirror: Path, cache: Path, workers: int) -> Pool:
    """A pool by its name in `SETS`; features are kept in `cache` for the next time.

    Raises
    ------
    TrainingDataError : the table is missing, or not the one of the catalogue.
    """
    table, columns = SETS[name]
    rows, numbers = cache / f"{table}.parquet", cache / f"{table}.npz"
    if not (rows.exists() and numbers.exists()):
        made, matrix = _make(table, columns, mirror, workers)
        cache.mkdir(parents=True, exist_ok=True)
        made.to_parquet(rows)
        save_npz(numbers, matrix)
    kept = pd.read_parquet(rows)
    return Pool(
        name,
        kept["smiles"].tolist(),
        kept["scaffold"].tolist(),
        kept["active"].to_numpy(bool),
        load_npz(numbers),
    )


def _make(
    table: str, columns: Sequence[str], mirror: Path, workers: int
) -> tuple[pd.DataFrame, csr_matrix]:
    entry = TableEntry.of_catalogue(read_catalogue().find(table))
    frame = read_table(entry, mirror)
    frame = frame[(frame[list(columns)] != "").any(axis=1)]
    if table in SAMPLES:
        frame = frame.sample(SAMPLES[table], random_state=_SEED)
    labels = frame[list(columns)].apply(pd.to_numeric, errors="coerce")
    texts = frame[entry.smiles_column].str.strip()
    structures = standardise_all(texts, workers)
    found: dict[str, tuple[str, bool]] = {}
    for text, active in zip(texts, (labels == 1).any(axis=1), strict=True):
        one = structures[text]
        if isinstance(one, Structure):
            before = found.get(one.flat_key, (one.smiles, False))
            found[one.flat_key] = (before[0], before[1] or bool(active))
    rows = pd.DataFrame([(*found[key],) for key in sorted(found)], columns=["smiles", "active"])
    packed, scaffolds = featurise_all(rows["smiles"].tolist(), workers)
    parts = [
        tree_matrix(packed, np.arange(start, min(start + _ROWS, len(rows))))
        for start in range(0, len(rows), _ROWS)
    ]
    return rows.assign(scaffold=scaffolds), csr_matrix(vstack(parts))
