"""Reading the sets of a folder: structures of all rows, labels of those to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rdkit.Chem import MolFromSmiles, MolToSmiles
from rdkit.Chem.rdinchi import InchiToInchiKey, MolToInchi
from rdkit.rdBase import BlockLogs

from screening.core.errors import InputError
from screening.train.labels import parse_labels
from screening.train.structures import Structure, Structures, standardise_all
from screening.train.tdc.sets import SETS, TdcSet

TRAINING, TEST = "train_val.csv", "test_structures.csv"
SMILES, LABEL = "Drug", "Y"
_TIE = 0.5


@dataclass(frozen=True)
class Task:
    """One set, ready to learn.

    training_keys : (n,) flat keys that have a label, each once. labels : (n,) float32.
    test_keys : (m,) flat key of each test row, "" where it cannot be read.
    test_labels : (m,) where the file gives labels.
    """

    of: TdcSet
    training_keys: list[str]
    labels: NDArray[np.float32]
    test_keys: list[str]
    test_labels: NDArray[np.float32] | None


@dataclass(frozen=True)
class Benchmark:
    """All sets of a folder. smiles : flat key → parent SMILES."""

    tasks: list[Task]
    smiles: dict[str, str]


def read_benchmark(data: Path, workers: int) -> Benchmark:
    """Read and standardise every set of a folder.

    Structures that the standardiser refuses (metals, no carbon) are taken as they are given: the
    benchmark asks for every row.

    Raises
    ------
    InputError : no set is there, or a file lacks a column or holds no numbers.
    """
    found = [item for item in SETS if (data / item.name / TRAINING).is_file()]
    if not found:
        raise InputError(
            f"{data}: no set of the TDC ADMET group (SET/{TRAINING}, SET/{TEST})",
            f"name the folder that holds {SETS[0].name}, {SETS[1].name} …",
        )
    tables = {item.name: _read(data / item.name) for item in found}
    texts = [text.strip() for pair in tables.values() for frame in pair for text in frame[SMILES]]
    structures = _complete(standardise_all(texts, workers))
    smiles = {
        item.flat_key: item.smiles for item in structures.values() if isinstance(item, Structure)
    }
    return Benchmark([_task(item, *tables[item.name], structures) for item in found], smiles)


def _read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    frames = []
    for name, columns in ((TRAINING, (SMILES, LABEL)), (TEST, (SMILES,))):
        path = folder / name
        try:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: cannot be read ({error})", "get the set again") from error
        missing = [column for column in columns if column not in frame]
        if missing:
            raise InputError(
                f"{path}: column {', '.join(missing)} is missing",
                f"its columns are {', '.join(frame.columns)}",
            )
        frames.append(frame)
    return frames[0], frames[1]


def _complete(structures: Structures) -> Structures:
    return {
        text: item if isinstance(item, Structure) else _as_given(text, item)
        for text, item in structures.items()
    }


def _as_given(text: str, code: str) -> Structure | str:
    with BlockLogs():
        mol = MolFromSmiles(text)
        if mol is None or mol.GetNumHeavyAtoms() == 0:
            return code
        key = InchiToInchiKey(MolToInchi(mol)[0])
    smiles = str(MolToSmiles(mol))
    return Structure(key.split("-")[0] or smiles, smiles)


def _task(of: TdcSet, training: pd.DataFrame, test: pd.DataFrame, structures: Structures) -> Task:
    test_keys = [_key(structures, text) for text in test[SMILES]]
    rows = pd.DataFrame(
        {
            "key": [_key(structures, text) for text in training[SMILES]],
            "label": parse_labels(training[LABEL], of.kind, f"{of.name}/{TRAINING}"),
        }
    ).dropna()
    # A stereo twin of a test structure would give its answer away.
    rows = rows[(rows["key"] != "") & ~rows["key"].isin(test_keys)]
    grouped = rows.groupby("key", sort=True)["label"]
    merged = grouped.mean() if of.kind == "classification" else grouped.median()
    if of.kind == "classification":
        merged = merged[merged != _TIE].round()
    labels = (
        parse_labels(test[LABEL], of.kind, f"{of.name}/{TEST}").to_numpy(np.float32)
        if LABEL in test
        else None
    )
    return Task(of, list(merged.index), merged.to_numpy(np.float32), test_keys, labels)


def _key(structures: Structures, text: str) -> str:
    found = structures[text.strip()]
    return found.flat_key if isinstance(found, Structure) else ""


def learned_labels(task: Task) -> NDArray[np.float32]:
    """Labels of a set on the scale that is learned."""
    if task.of.scale == "linear":
        return task.labels
    smallest = task.labels[task.labels > 0].min()
    logarithms: NDArray[np.float32] = np.log10(np.maximum(task.labels, smallest))
    return logarithms
