"""A stage that computes something of every structure: once, and kept for the next screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from screening.chem.entry import Entry, entries_at, lost_row, structure_entries
from screening.chem.problem import Problem
from screening.core.partitions import PartitionWriter
from screening.core.result_store import ResultStore, open_store, result_key
from screening.core.stored_rows import items_at, tell_known
from screening.core.tables import LOST_STRUCTURES


class Batch(NamedTuple):
    """Some entries with what became of them.

    Parameters
    ----------
    done : entries that have results.
    results : (len(done), n_columns) their results.
    lost : the other entries, each with the reason.
    """

    done: list[Entry]
    results: pa.Table
    lost: list[tuple[Entry, Problem]]


class StructureCounts(NamedTuple):
    """Structures = done + lost; known ones were in the store."""

    n_structures: int
    n_done: int
    n_lost: int
    n_known: int


def fill_structure_table(
    structures: Path,
    output: Path,
    lost: Path,
    work: Callable[[Iterator[Entry], int], Iterator[Batch]],
    *,
    stage: str,
    schema: pa.Schema,
    facts: Mapping[str, Any],
    store: Path | None,
    written: Callable[[pa.Table], object] = lambda _: None,
) -> StructureCounts:
    """Compute what the store lacks, add it there, and write the table out of the store.

    Parameters
    ----------
    structures : table STRUCTURES.
    output : table to write, in the order of the structures.
    lost : table LOST_STRUCTURES to write.
    work : computes batches of a stream of entries, given with their number.
    stage : its name.
    schema : of the output: `structure_id`, then the columns of a result.
    facts : what changes a result: digests, versions, settings.
    store : folder of all stores; None: results are not kept.
    written : is given each table that was written.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    RuntimeError : a structure has neither results nor a reason (a programming error).
    """
    scratch = output.parent
    with (
        open_store(store, stage, facts, schema.remove(0), scratch) as results,
        PartitionWriter(output, schema) as writer,
        PartitionWriter(lost, LOST_STRUCTURES.arrow()) as missed,
    ):
        n_structures, n_known = _compute_new(structures, results, work, stage, missed)
        for table in _stored(structures, results, scratch):
            writer.write(table)
            written(table)
        if n_structures != writer.n_rows + missed.n_rows:
            raise RuntimeError("a structure has neither results nor a reason for having none")
    return StructureCounts(n_structures, writer.n_rows, missed.n_rows, n_known)


def _compute_new(
    structures: Path,
    store: ResultStore,
    work: Callable[[Iterator[Entry], int], Iterator[Batch]],
    stage: str,
    missed: PartitionWriter,
) -> tuple[int, int]:
    """Add to the store what it lacks; returns the numbers of structures and of those known."""
    with (
        store.rows_of(_keys(structures), missed.path.parent) as stored,
        store.adding() as new,
    ):
        tell_known(stage, stored, "structures")
        entries = entries_at(structure_entries(structures), stored.missing())
        for batch in work(entries, stored.n_missing):
            new.add([result_key(entry.smiles) for entry in batch.done], batch.results)
            missed.write_rows([lost_row(entry.key, stage, why) for entry, why in batch.lost])
        return stored.n_keys, stored.n_found


def _stored(structures: Path, store: ResultStore, scratch: Path) -> Iterator[pa.Table]:
    """The stored results with `structure_id`; a structure that has none is left out."""
    ids = (entry.key for entry in structure_entries(structures))
    with store.rows_of(_keys(structures), scratch) as stored:
        keys = items_at(ids, stored.found_rows())
        for rows, results in stored.found():
            mine = pa.array(islice(keys, len(rows)), pa.string())
            yield results.add_column(0, "structure_id", mine)


def _keys(structures: Path) -> Iterator[str]:
    """The keys under which results are kept: what was drawn decides."""
    return (result_key(entry.smiles) for entry in structure_entries(structures))
