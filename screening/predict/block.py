"""A stretch of the input with its results: rows in are rows out, whatever order results come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.estimators.verdict import UNKNOWN

KEY_LENGTH = 14
# What is known of an endpoint's prediction; every array is (n_rows, n_endpoints).
FIELDS: dict[str, np.dtype[np.generic]] = {
    "value": np.dtype(np.float32),
    "std": np.dtype(np.float32),
    "low": np.dtype(np.float32),
    "high": np.dtype(np.float32),
    "similarity": np.dtype(np.float32),
    "distance": np.dtype(np.float32),
    "verdict": np.dtype(np.int8),
    "neighbour": np.dtype(f"S{KEY_LENGTH}"),
    "neighbour_label": np.dtype(np.float32),
}
Arrays = Mapping[str, NDArray[np.generic]]


def empty_arrays(n_endpoints: int) -> dict[str, NDArray[np.generic]]:
    """The `FIELDS` of no structures, (0, n_endpoints) each."""
    return {name: np.empty((0, n_endpoints), dtype=kind) for name, kind in FIELDS.items()}


def unknown_arrays(n_rows: int, n_endpoints: int) -> dict[str, NDArray[np.generic]]:
    """The `FIELDS` of structures of which nothing is known, (n_rows, n_endpoints) each."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, kind in FIELDS.items():
        unknown = np.nan if kind.kind == "f" else b"" if kind.kind == "S" else UNKNOWN
        arrays[name] = np.full((n_rows, n_endpoints), unknown, dtype=kind)
    return arrays


@dataclass(frozen=True)
class ScoredChunk:
    """What a worker returns for some entries.

    Parameters
    ----------
    rows : (n_scored,) int64, `Entry.row` of those with a prediction.
    arrays : the `FIELDS`, (n_scored, n_endpoints) each.
    problems : row → problem of all others.
    parents : (n_scored,) their standardised structures, where others predict them further.
    """

    rows: NDArray[np.int64]
    arrays: Arrays
    problems: Mapping[int, Problem]
    parents: Sequence[str] = ()


class Block:
    """Consecutive entries and, as they come, their results.

    Parameters
    ----------
    entries : entries with consecutive rows.
    n_endpoints : width of the arrays.

    Attributes
    ----------
    parents : the standardised structures of those that are scored, "" of the others.
    """

    def __init__(self, entries: Sequence[Entry], n_endpoints: int) -> None:
        self.entries = entries
        self.first = entries[0].row if entries else 0
        self.problems: list[Problem | None] = [entry.problem for entry in entries]
        shape = (len(entries), n_endpoints)
        self.arrays = {name: np.zeros(shape, dtype=kind) for name, kind in FIELDS.items()}
        self.scored = np.zeros(len(entries), dtype=np.bool_)
        self.parents = [""] * len(entries)

    def add(self, result: ScoredChunk, columns: Sequence[int] | None = None) -> None:
        """Put results in their places.

        Parameters
        ----------
        columns : places of the results' endpoints among those of the block; None: they are all.
        """
        places = result.rows - self.first
        there = np.asarray(
            range(self.arrays["value"].shape[1]) if columns is None else columns, dtype=np.intp
        )
        for name, array in self.arrays.items():
            array[places[:, None], there] = result.arrays[name]
        self.scored[places] = True
        for place, parent in zip(places.tolist(), result.parents, strict=False):
            self.parents[place] = parent
        for row, problem in result.problems.items():
            self.lose(row - self.first, problem)

    def lose(self, place: int, problem: Problem) -> None:
        """An entry has no prediction."""
        self.problems[place] = problem
        self.scored[place] = False

    def check_complete(self) -> None:
        """Every row must have either a prediction or a problem.

        Raises
        ------
        RuntimeError : a row has none or both (a programming error).
        """
        rejected = np.array([problem is not None for problem in self.problems], dtype=np.bool_)
        wrong = np.flatnonzero(rejected == self.scored)
        if len(wrong):
            raise RuntimeError(f"row {self.first + int(wrong[0])} has no single outcome")
