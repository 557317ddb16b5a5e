"""Describing a stream of structures in worker processes, in order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from screening.chem.descriptors import descriptor_table
from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.core.compute import Compute
from screening.core.parallel import (
    Lost,
    Progress,
    chunked,
    flatten,
    map_chunks,
    open_client,
    planned_workers,
)
from screening.describe.work import Described, Task, describe_chunk

if TYPE_CHECKING:
    from distributed import Client

# Structures a task: some seconds of work. Small libraries get smaller tasks, so that all workers
# have some.
CHUNK = 1_000
TASKS_PER_WORKER = 4
# Chunks put in order together. A structure that kills its worker is searched at the end of its
# window, so a window bounds both the memory and how long its neighbours wait.
WINDOW_PER_WORKER = 16


def describe_blocks(
    entries: Iterable[Entry],
    n_entries: int,
    task: Task,
    compute: Compute,
) -> Iterator[tuple[list[Entry], Described]]:
    """Describe entries and yield them in blocks, in order, with their outcome.

    Parameters
    ----------
    entries : with rows 0, 1, 2 …; streamed.
    n_entries : how many there are.
    task : descriptor sets and limits.
    compute : workers and Dask address.

    Raises
    ------
    ConfigError : the Dask scheduler does not answer.
    """
    if not n_entries:
        return
    n_workers = min(compute.n_workers, n_entries)
    progress = Progress("describe", n_entries, "structures")
    with open_client(compute.dask, n_workers, compute.memory_per_worker, compute.slurm) as client:
        n_workers = planned_workers(client)
        size = max(1, min(CHUNK, n_entries // (TASKS_PER_WORKER * n_workers)))
        windows = chunked(chunked(entries, size), WINDOW_PER_WORKER * n_workers)
        for window in windows:
            yield list(flatten(window)), _describe_window(client, task, window, progress)


def _describe_window(
    client: Client, task: Task, window: list[list[Entry]], progress: Progress
) -> Described:
    """The outcome of a window's chunks, put together in order."""
    parts: list[Described] = []
    problems: dict[int, Problem] = {}
    work = partial(describe_chunk, task)
    for chunk, result in map_chunks(client, work, window, task.limits):
        progress.add(len(chunk))
        if isinstance(result, Lost):
            problems[result.item.row] = Problem(result.code, result.detail)
        else:
            parts.append(result)
            problems.update(result.problems)
    # Chunks are runs of consecutive rows, so their first rows order them.
    parts = sorted((part for part in parts if part.rows), key=lambda part: part.rows[0])
    tables = [part.table for part in parts] or [descriptor_table([], task.sets)]
    rows = [row for part in parts for row in part.rows]
    return Described(rows, pa.concat_tables(tables), problems)
