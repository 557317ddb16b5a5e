"""A stage that computes something of every structure: once, and kept for the next screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from screening.chem.entry import Entry, structure_ids, structure_key, structure_keys
from screening.core.kept_work import Missing
from screening.core.partitions import PartitionWriter, working_folder
from screening.core.result_store import open_store
from screening.core.stored_rows import StoredRows, items_at, tell_known
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
    OutputError : the disk is full, or workers do not share it.
    RuntimeError : a structure has neither results nor a reason (a programming error).
    """
    with ExitStack() as stack:
        scratch = stack.enter_context(working_folder(output))
        results = stack.enter_context(open_store(store, stage, facts, schema.remove(0), scratch))
        stored = stack.enter_context(results.rows_of(structure_keys(structures), scratch))
        tell_known(stage, stored, "structures")
        n_known = stored.n_found
        missing = Missing(structures, stored.missing(), stored.n_missing, results.segment_folder)
        failed = list(work(missing))
        if stored.n_missing:
            stored.look_up(results.segments())
        missed = stack.enter_context(PartitionWriter(lost, LOST_STRUCTURES.arrow()))
        writer = stack.enter_context(PartitionWriter(output, schema))
        missed.write_rows(_still_lost(failed, stored, structures, stage))
        for table in _with_ids(stored, structures):
            writer.write(table)
            written(table)
        if stored.n_keys != writer.n_rows + missed.n_rows:
            raise RuntimeError("a structure has neither results nor a reason for having none")
    return StructureCounts(stored.n_keys, writer.n_rows, missed.n_rows, n_known)


def _still_lost(
    failed: list[Lost[Entry]], stored: StoredRows, structures: Path, stage: str
) -> list[dict[str, str]]:
    """Rows of LOST_STRUCTURES; not of those whose results another run has kept meanwhile."""
    missing = set(items_at(structure_keys(structures), stored.missing())) if failed else set()
    return [_lost_row(one, stage) for one in failed if structure_key(one.item) in missing]


def _with_ids(stored: StoredRows, structures: Path) -> Iterator[pa.Table]:
    """The stored results with `structure_id`; a structure that has none is left out."""
    keys = items_at(structure_ids(structures), stored.found_rows())
    for rows, results in stored.found():
        mine = pa.array(islice(keys, len(rows)), pa.string())
        yield results.add_column(0, "structure_id", mine)


def _lost_row(lost: Lost[Entry], stage: str) -> dict[str, str]:
    return {
        "structure_id": lost.item.key,
        "stage": stage,
        "code": lost.code,
        "detail": lost.detail,
    }
