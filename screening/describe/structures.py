"""The stage: structures to descriptors, keyed by structure, with a table of those lost."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from screening.chem.descriptors import descriptor_fields
from screening.chem.entry import entries_at, lost_row, structure_entries
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.partitions import PartitionWriter, count_rows
from screening.core.provenance import code_digest
from screening.core.result_store import ResultStore, result_key
from screening.core.structure_results import (
    open_store,
    structure_keys,
    tell_known,
    write_results,
)
from screening.core.tables import DESCRIPTORS, LOST_STRUCTURES
from screening.describe.driver import describe_blocks
from screening.describe.work import Task

STAGE = "describe"


def describe_structures(
    structures: Path,
    output: Path,
    lost: Path,
    settings: DescribeSettings | None = None,
    compute: Compute | None = None,
) -> dict[str, int]:
    """Compute the descriptors of every structure whose descriptors are not in the store.

    Parameters
    ----------
    structures : table STRUCTURES.
    output : table DESCRIPTORS to write, in the order of the structures.
    lost : table LOST_STRUCTURES to write: `not_describable`, `timed_out`, `out_of_memory` or
        `crashed`.
    settings : descriptor sets and limits.
    compute : workers, Dask address and store.

    Returns
    -------
    Counts `n_structures`, `n_described`, `n_lost`, `n_known` (taken from the store),
    `n_incomplete` (some descriptor is null because RDKit fails on it) and `n_descriptors`.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    ConfigError : the Dask scheduler does not answer.
    """
    settings, compute = settings or DescribeSettings(), compute or Compute()
    schema = descriptors_schema(settings.sets)
    results = pa.schema(descriptor_fields(settings.sets))
    n_incomplete = 0
    with (
        open_store(compute.store, STAGE, _facts(settings), results, output.parent) as store,
        PartitionWriter(output, schema) as described,
        PartitionWriter(lost, LOST_STRUCTURES.arrow()) as missed,
    ):
        n_known = _describe_new(structures, store, settings, compute, missed)
        for table in write_results(store, structures, described, output.parent):
            n_incomplete += count_incomplete(table)
    n_structures = count_rows(structures)
    if n_structures != described.n_rows + missed.n_rows:
        raise RuntimeError("a structure has neither results nor a reason for having none")
    return {
        "n_structures": n_structures,
        "n_described": described.n_rows,
        "n_lost": missed.n_rows,
        "n_known": n_known,
        "n_incomplete": n_incomplete,
        "n_descriptors": len(results),
    }


def _facts(settings: DescribeSettings) -> dict[str, object]:
    """What descriptors depend on."""
    return {
        "code": code_digest(STAGE),
        "rdkit": version("rdkit"),
        # An answer may depend on memory that was refused.
        "memory_limit": settings.memory_limit,
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "sets": settings.sets,
    }


def _describe_new(
    structures: Path,
    store: ResultStore,
    settings: DescribeSettings,
    compute: Compute,
    missed: PartitionWriter,
) -> int:
    """Add to the store what it lacks; returns how many structures it held already."""
    task = Task(settings.sets, standardised=True, limits=settings.limits)
    with (
        store.rows_of(structure_keys(structures), missed.path.parent) as stored,
        store.adding() as new,
    ):
        tell_known(STAGE, stored)
        entries = entries_at(structure_entries(structures), stored.missing())
        for block, outcome in describe_blocks(entries, stored.n_missing, task, compute):
            entry = {one.row: one for one in block}
            new.add([result_key(entry[row].smiles) for row in outcome.rows], outcome.table)
            problems = sorted(outcome.problems.items())
            missed.write_rows([lost_row(entry[row].key, STAGE, found) for row, found in problems])
        return stored.n_found


def descriptors_schema(sets: tuple[str, ...]) -> pa.Schema:
    """The schema of DESCRIPTORS with the columns of the sets."""
    return pa.schema([*DESCRIPTORS.arrow(), *descriptor_fields(sets)])


def count_incomplete(table: pa.Table) -> int:
    """Rows of a table of descriptors in which some value is null."""
    incomplete = pa.array([False] * table.num_rows)
    for column in table.columns:
        if column.null_count:
            incomplete = pc.or_(incomplete, column.is_null().combine_chunks())
    return int(pc.sum(incomplete).as_py() or 0)
