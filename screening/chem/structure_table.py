"""A stage that computes something of every structure: once, and kept for the next screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from screening.chem.entry import Entry, structure_entries, structure_key
from screening.core.kept_work import Missing
from screening.core.partitions import PartitionWriter
from screening.core.result_store import ResultStore, open_store
from screening.core.stored_rows import items_at, tell_known
from screening.core.tables import LOST_STRUCTURES
from screening.core.trial import Lost


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
    work: Callable[[Missing], Iterator[Lost[Entry]]],
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
    work : computes the structures it is given, adds their results to the store under
        `structure_key`, and yields those that have none.
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
    work: Callable[[Missing], Iterator[Lost[Entry]]],
    stage: str,
    missed: PartitionWriter,
) -> tuple[int, int]:
    """Add to the store what it lacks; returns the numbers of structures and of those known."""
    with store.rows_of(_keys(structures), missed.path.parent) as stored:
        tell_known(stage, stored, "structures")
        missing = Missing(structures, stored.missing(), stored.n_missing, store.segment_folder)
        for lost in work(missing):
            missed.write_rows([_lost_row(lost, stage)])
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
    return map(structure_key, structure_entries(structures))


def _lost_row(lost: Lost[Entry], stage: str) -> dict[str, str]:
    return {
        "structure_id": lost.item.key,
        "stage": stage,
        "code": lost.code,
        "detail": lost.detail,
    }
