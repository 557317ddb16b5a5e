"""The stage: structures to descriptors, keyed by structure, with a table of those lost."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from screening.chem.descriptors import descriptor_fields
from screening.chem.entry import Entry, sliced_structures
from screening.chem.structure_table import fill_structure_table
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.kept_work import Work, compute_missing
from screening.core.provenance import code_digest
from screening.core.tables import DESCRIPTORS
from screening.describe.work import LARGEST_TASK, Task, describe_kept

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
    OutputError : the disk is full, or workers do not share it.
    ConfigError : the Dask scheduler does not answer.
    """
    settings, compute = settings or DescribeSettings(), compute or Compute()
    n_incomplete = 0

    def count(table: pa.Table) -> None:
        nonlocal n_incomplete
        n_incomplete += count_incomplete(table)

    schema = descriptors_schema(settings.sets)
    counts = fill_structure_table(
        structures,
        output,
        lost,
        partial(compute_missing, _work(settings), compute=compute),
        stage=STAGE,
        schema=schema,
        facts=_facts(settings),
        store=compute.store,
        written=count,
    )
    return {
        "n_structures": counts.n_structures,
        "n_described": counts.n_done,
        "n_lost": counts.n_lost,
        "n_known": counts.n_known,
        "n_incomplete": n_incomplete,
        "n_descriptors": len(schema) - len(DESCRIPTORS.columns),
    }


def _work(settings: DescribeSettings) -> Work[Entry]:
    task = Task(settings.sets, standardised=True, limits=settings.limits)
    return Work(
        stage=STAGE,
        what="structures",
        read=sliced_structures,
        function=partial(describe_kept, task),
        limits=settings.limits,
        largest_task=LARGEST_TASK,
    )


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
