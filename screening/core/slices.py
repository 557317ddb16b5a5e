"""Tables cut into tasks: a task says which rows it is, and the worker reads them itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar, overload

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.partitions import count_rows, partition_files
from screening.core.segments import not_shared

Item = TypeVar("Item")

# The last tasks are small, so that workers end together; below this number of items a task costs
# more than it evens out.
SMALLEST_TASK = 25


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of one partition of a table.

    Parameters
    ----------
    file : the partition.
    rows : places in it, ascending.
    first : number of the first of them among all rows that were cut, from 0.
    """

    file: Path
    rows: tuple[int, ...]
    first: int

    def read(self, columns: Sequence[str]) -> pa.Table:
        """The rows, with some columns of the table; this process starts no thread for it.

        Raises
        ------
        OutputError : this process does not see the partition.
        """
        try:
            table = pq.read_table(
                self.file, columns=list(columns), use_threads=False, pre_buffer=False
            )
        except FileNotFoundError:
            raise not_shared(self.file) from None
        return table.take(pa.array(self.rows, pa.int64()))


class SlicedItems(Sequence[Item], Generic[Item]):
    """The items of a slice. Only the slice travels; whoever first asks for an item reads them.

    Parameters
    ----------
    part : the slice.
    read : makes the items, one a row, in order.
    """

    def __init__(self, part: Slice, read: Callable[[Slice], list[Item]]) -> None:
        self._part = part
        self._read = read

    def __len__(self) -> int:
        return len(self._part.rows)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        """An item, or a list of some."""
        return self._items[place]

    @cached_property
    def _items(self) -> list[Item]:
        return self._read(self._part)

    def __reduce__(self) -> tuple[type[SlicedItems[Item]], tuple[object, ...]]:
        return type(self), (self._part, self._read)


def cut(
    table: Path, rows: Iterable[int], n_rows: int, task_size: Callable[[int], int]
) -> Iterator[Slice]:
    """Cut rows of a table into slices, each of one partition.

    Parameters
    ----------
    table : a folder of partitions, or one Parquet file.
    rows : positions in the table, ascending.
    n_rows : how many there are.
    task_size : number of rows that are left → largest size of the next slice.

    Raises
    ------
    InputError : there is no such table, or a partition is unreadable.
    """
    partitions = _starts(table)
    file, start, end = next(partitions)
    held: list[int] = []
    n_cut = 0
    for row in rows:
        if held and (row >= end or len(held) >= task_size(n_rows - n_cut)):
            yield Slice(file, tuple(held), n_cut)
            n_cut += len(held)
            held = []
        while row >= end:
            file, start, end = next(partitions)
        held.append(row - start)
    if held:
        yield Slice(file, tuple(held), n_cut)


def _starts(table: Path) -> Iterator[tuple[Path, int, int]]:
    """Each partition with the positions of its first row and of the row after its last."""
    start = 0
    # A worker may have been started in another folder.
    for file in partition_files(table.absolute()):
        end = start + count_rows(file)
        yield file, start, end
        start = end


def task_size(n_workers: int, largest: int) -> Callable[[int], int]:
    """Sizes of tasks by the number of items that are left: at first `largest`, then ever smaller.

    Half of what a worker's share of the rest would be, after the factoring rule of Hummel 1992,
    doi:10.1145/135226.135232: no worker waits long for the last task of another.
    """

    def size(n_left: int) -> int:
        return max(min(SMALLEST_TASK, largest), min(largest, n_left // (2 * n_workers)))

    return size
