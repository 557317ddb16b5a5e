"""What a worker process does: SMILES in, a table of descriptors out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from rdkit import rdBase

from screening.chem.descriptors import Row, describe_smiles, descriptor_table
from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.watchdog import Limits, guard


@dataclass(frozen=True, slots=True)
class Task:
    """What to do with each entry.

    Parameters
    ----------
    sets : descriptor sets.
    standardised : the structures are standardised parents already.
    limits : time and memory one structure may take.
    """

    sets: tuple[str, ...]
    standardised: bool
    limits: Limits


@dataclass(frozen=True)
class Described:
    """Outcome of some entries.

    Parameters
    ----------
    rows : `Entry.row` of those described, ascending.
    table : their descriptors, (len(rows), n_columns), in the order of `rows`.
    problems : row → problem of all others.
    """

    rows: list[int]
    table: pa.Table
    problems: Mapping[int, Problem]


def describe_chunk(task: Task, entries: Sequence[Entry]) -> Described:
    """Describe entries one by one, each under the limits; for worker processes only."""
    rdBase.DisableLog("rdApp.*")
    # Loads tables and fragment weights, which is no structure's fault.
    describe_smiles("CCO", task.sets)
    rows: list[int] = []
    values: list[Row] = []
    problems: dict[int, Problem] = {}
    for entry in entries:
        with guard(task.limits):
            outcome = entry.problem or _describe(entry.smiles, task)
        if isinstance(outcome, Problem):
            problems[entry.row] = outcome
        else:
            rows.append(entry.row)
            values.append(outcome)
    return Described(rows, descriptor_table(values, task.sets), problems)


def _describe(smiles: str, task: Task) -> Row | Problem:
    if task.standardised:
        found = describe_smiles(smiles, task.sets)
        if isinstance(found, Problem):
            return Problem("not_describable", f"{found.code}: {found.detail}")
        return found
    parent = standardise(smiles)
    return parent if isinstance(parent, Problem) else describe_smiles(parent.smiles, task.sets)
