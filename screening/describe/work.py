"""What a worker process does: SMILES in, a table of descriptors out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from rdkit import rdBase

from screening.chem.descriptors import Row, describe_smiles, descriptor_table
from screening.chem.entry import Entry, structure_key
from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.kept_work import Outcome
from screening.core.trial import Lost
from screening.core.watchdog import Limits, guard

# Structures a task: some seconds of work.
LARGEST_TASK = 1_000


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
    entries : those described, in their order.
    table : their descriptors, (len(entries), n_columns).
    problems : `Entry.row` → problem of all others.
    """

    entries: list[Entry]
    table: pa.Table
    problems: Mapping[int, Problem]


def describe_kept(task: Task, entries: Sequence[Entry]) -> Outcome[Entry]:
    """Describe structures for the store; for worker processes only."""
    done = describe_chunk(task, entries)
    lost = [
        Lost(entry, problem.code, problem.detail)
        for entry in entries
        if (problem := done.problems.get(entry.row))
    ]
    return Outcome([structure_key(entry) for entry in done.entries], done.table, lost)


def describe_rows(task: Task, entries: Sequence[Entry]) -> Outcome[Entry]:
    """Describe rows of a user's table, those with a problem too; for worker processes only."""
    done = describe_chunk(task, entries)
    place = {entry.row: index for index, entry in enumerate(done.entries)}
    problems = [done.problems.get(entry.row) for entry in entries]
    texts = [problem and reason_text(problem.code, problem.detail) for problem in problems]
    status = ["rejected" if problem else "ok" for problem in problems]
    # Rows without descriptors get nulls.
    table = done.table.take(pa.array([place.get(entry.row) for entry in entries], pa.int64()))
    table = table.append_column("status", pa.array(status, pa.string()))
    table = table.append_column("reason", pa.array(texts, pa.string()))
    return Outcome([row_key(entry) for entry in entries], table, [])


def row_key(entry: Entry) -> str:
    """The key of a row of a user's table."""
    return str(entry.row)


def reason_text(code: str, detail: str) -> str:
    """`code: detail` on one line."""
    return " ".join(f"{code}: {detail}".split())


def describe_chunk(task: Task, entries: Sequence[Entry]) -> Described:
    """Describe entries one by one, each under the limits; for worker processes only."""
    rdBase.DisableLog("rdApp.*")
    # Loads tables and fragment weights, which is no structure's fault.
    describe_smiles("CCO", task.sets)
    described: list[Entry] = []
    values: list[Row] = []
    problems: dict[int, Problem] = {}
    for entry in entries:
        with guard(task.limits):
            outcome = entry.problem or _describe(entry.smiles, task)
        if isinstance(outcome, Problem):
            problems[entry.row] = outcome
        else:
            described.append(entry)
            values.append(outcome)
    return Described(described, descriptor_table(values, task.sets), problems)


def _describe(smiles: str, task: Task) -> Row | Problem:
    if task.standardised:
        found = describe_smiles(smiles, task.sets)
        if isinstance(found, Problem):
            return Problem("not_describable", f"{found.code}: {found.detail}")
        return found
    parent = standardise(smiles)
    return parent if isinstance(parent, Problem) else describe_smiles(parent.smiles, task.sets)
