"""Work whose results go from the workers into the store; only names and losses come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import pyarrow as pa

from screening.core.cluster import open_client, planned_workers
from screening.core.compute import Compute
from screening.core.parallel import map_chunks
from screening.core.progress import ProgressBar
from screening.core.segments import SegmentFolder
from screening.core.slices import SMALLEST_TASK, Slice, SlicedItems, cut, task_size
from screening.core.trial import Lost
from screening.core.watchdog import Limits

Item = TypeVar("Item")


@dataclass(frozen=True)
class Work(Generic[Item]):
    """What a stage does with the rows of a table, in worker processes.

    Parameters
    ----------
    stage : its name.
    what : what the rows are, in the plural, for the progress bar.
    read : makes the items of a slice, one a row, in order.
    function : takes items; enters `core.watchdog.guard(limits)` once for each, in order. Of no
        items it makes what it needs before the first (tables, models).
    limits : what an item may take.
    largest_task : items a task, where there are many.
    """

    stage: str
    what: str
    read: Callable[[Slice], list[Item]]
    function: Callable[[Sequence[Item]], Outcome[Item]]
    limits: Limits
    largest_task: int


class Outcome(NamedTuple, Generic[Item]):
    """What became of some items.

    Parameters
    ----------
    keys : of those that have results.
    results : (len(keys), n_columns) their results.
    lost : the others.
    """

    keys: list[str]
    results: pa.Table
    lost: list[Lost[Item]]


class Missing(NamedTuple):
    """Rows of a table whose results are to be computed.

    Parameters
    ----------
    table : the table.
    rows : their positions in it, ascending; streamed.
    n_rows : how many they are.
    segments : where their results go.
    """

    table: Path
    rows: Iterator[int]
    n_rows: int
    segments: SegmentFolder


def compute_missing(work: Work[Item], missing: Missing, compute: Compute) -> Iterator[Lost[Item]]:
    """Compute rows in the workers, which read them and add the results to the store themselves.

    Yields
    ------
    What is lost: items with a problem, and those that ended their worker.

    Raises
    ------
    ConfigError : the scheduler does not answer, or its workers are not fit.
    OutputError : a worker cannot write into the store, or does not share it with this process.
    """
    if not missing.n_rows:
        return
    missing.segments.make()
    progress = ProgressBar(work.stage, missing.n_rows, work.what)
    keep = _Keeping(work.function, missing.segments)
    with open_client(compute, -(-missing.n_rows // SMALLEST_TASK)) as client:
        sizes = task_size(planned_workers(client), work.largest_task)
        slices = cut(missing.table, missing.rows, missing.n_rows, sizes)
        tasks = (SlicedItems(part, work.read) for part in slices)
        for chunk, result in map_chunks(client, keep, tasks, work.limits):
            progress.add(len(chunk))
            if isinstance(result, Lost):
                yield result
                continue
            if result.segment is not None:
                missing.segments.wait_for(result.segment)
            yield from result.lost


class _Kept(NamedTuple, Generic[Item]):
    """What comes back of a task: the segment it wrote, if any, and what is lost."""

    segment: str | None
    lost: list[Lost[Item]]


@dataclass(frozen=True)
class _Keeping(Generic[Item]):
    """A task: do the work and keep the results."""

    function: Callable[[Sequence[Item]], Outcome[Item]]
    segments: SegmentFolder

    def __call__(self, items: Sequence[Item]) -> _Kept[Item]:
        done = self.function(items)
        return _Kept(self.segments.add(done.keys, done.results), done.lost)
