"""The stage: structures to descriptors, keyed by structure, with a table of those lost."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from screening.chem.descriptors import descriptor_fields
from screening.chem.entry import lost_row, structure_entries
from screening.core.config import ComputeSettings, DescribeSettings
from screening.core.partitions import PartitionWriter, count_rows
from screening.core.tables import DESCRIPTORS, LOST_STRUCTURES
from screening.describe.driver import describe_blocks
from screening.describe.work import Task

STAGE = "describe"


def describe_structures(
    structures: Path,
    output: Path,
    lost: Path,
    settings: DescribeSettings | None = None,
    compute: ComputeSettings | None = None,
    *,
    n_workers: int | None = None,
) -> dict[str, int]:
    """Compute the descriptors of every structure.

    Parameters
    ----------
    structures : table STRUCTURES.
    output : table DESCRIPTORS to write, in the order of the structures.
    lost : table LOST_STRUCTURES to write: `not_describable`, `timed_out` or `crashed`.
    settings : descriptor sets and time limit.
    compute : Dask address and memory of a worker.
    n_workers : worker processes; default: the usable cores.

    Returns
    -------
    Counts `n_structures`, `n_described`, `n_lost`, `n_incomplete` (some descriptor is null because
    RDKit fails on it) and `n_descriptors`.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    ConfigError : the Dask scheduler does not answer.
    """
    settings = settings or DescribeSettings()
    task = Task(settings.sets, standardised=True, time_limit_s=settings.time_limit_s)
    schema = descriptors_schema(settings.sets)
    n_structures = count_rows(structures)
    n_incomplete = 0
    with (
        PartitionWriter(output, schema) as described,
        PartitionWriter(lost, LOST_STRUCTURES.arrow()) as missed,
    ):
        blocks = describe_blocks(
            structure_entries(structures), n_structures, task, compute, n_workers
        )
        for entries, outcome in blocks:
            key = {entry.row: entry.key for entry in entries}
            keys = pa.array([key[row] for row in outcome.rows], pa.string())
            described.write(outcome.table.add_column(0, "structure_id", keys))
            n_incomplete += count_incomplete(outcome.table)
            problems = sorted(outcome.problems.items())
            missed.write_rows([lost_row(key[row], STAGE, problem) for row, problem in problems])
    return {
        "n_structures": n_structures,
        "n_described": described.n_rows,
        "n_lost": missed.n_rows,
        "n_incomplete": n_incomplete,
        "n_descriptors": len(schema) - len(DESCRIPTORS.columns),
    }


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
