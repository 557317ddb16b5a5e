"""Parallel chemistry over Dask that survives molecules which kill their worker.

A chunk whose worker died (time limit, crash, memory) is set aside; when the healthy chunks are
done, those set aside are split, one task in the cluster at a time, so that no innocent neighbour
is ever blamed, until the molecule that does it stands alone and is returned as `Lost`.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from screening.core.errors import ConfigError

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Result = TypeVar("Result")

# A chunk whose worker died is split into this many: few enough restarts, few enough reruns.
SPLIT = 8
CONNECT_TIMEOUT_S = 10


@dataclass(frozen=True)
class Lost(Generic[Item]):
    """An item that kills its worker: `timed_out` after the limit, or `crashed`."""

    item: Item
    code: str
    detail: str


@contextmanager
def open_client(address: str, n_workers: int, memory_limit: str = "4GiB") -> Iterator[Client]:
    """A Dask client: on a cluster of this machine (`local`) or on a running one (`tcp://…`).

    Raises
    ------
    ConfigError : the scheduler does not answer within 10 seconds.
    """
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 0,
        # A loaded machine may take long to start a process.
        "distributed.comm.timeouts.connect": CONNECT_TIMEOUT_S if address != "local" else 120,
        # Dask has its workers give freed memory back at once; scoring takes the same megabytes
        # again for each batch, and spent more than half of its time on that.
        "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256 * 2**20,
        "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 * 2**20,
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.admin.low-level-log-length": 0,
        "distributed.logging.distributed": "critical",
    }
    with dask.config.set(settings):
        if address != "local":
            try:
                client = Client(address, timeout=CONNECT_TIMEOUT_S)
            except (OSError, TimeoutError):
                raise ConfigError(
                    f"compute.dask: no scheduler answers at {address}",
                    "start it, correct the address, or set compute.dask to local",
                ) from None
            with client:
                yield client
            return
        cluster = LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            memory_limit=memory_limit,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            silence_logs=logging.CRITICAL,
        )
        with cluster, Client(cluster) as client:
            yield client


def default_workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def chunked(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a stream into lists of at most `size`."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk


def map_chunks(
    client: Client,
    function: Callable[[list[Item]], Result],
    chunks: Iterable[list[Item]],
    time_limit_s: float,
) -> Iterator[tuple[list[Item], Result | Lost[Item]]]:
    """Run `function` on each chunk in the workers and yield results as they come, unordered.

    Parameters
    ----------
    function : takes a chunk; must guard each item with `core.watchdog.time_limit(time_limit_s)`.
    chunks : streamed; at most two a worker are under way at once.
    time_limit_s : seconds an item may take, to tell `timed_out` from `crashed`.

    Yields
    ------
    (chunk, result), or ([item], Lost) for an item that kills its worker.

    Raises
    ------
    Exception : whatever `function` raises: a programming error.
    """
    from distributed import as_completed

    stream = iter(chunks)
    capacity = 2 * max(1, len(client.scheduler_info()["workers"]))
    chunk_of = {_submit(client, function, chunk): chunk for chunk in islice(stream, capacity)}
    suspects: list[list[Item]] = []
    completed = as_completed(list(chunk_of))
    for future in completed:
        chunk = chunk_of.pop(future)
        if _worker_died(future):
            suspects.append(chunk)
        else:
            yield chunk, future.result()
        for following in islice(stream, 1):
            successor = _submit(client, function, following)
            chunk_of[successor] = following
            completed.add(successor)
    while suspects:
        yield from _interrogate(client, function, suspects, time_limit_s)


def _submit(client: Client, function: Callable[[list[Item]], Result], chunk: list[Item]):  # type: ignore[no-untyped-def]  # distributed.Future is untyped
    return client.submit(function, chunk, pure=False)


def _worker_died(future: object) -> bool:
    from distributed import KilledWorker

    return isinstance(future.exception(), KilledWorker)  # type: ignore[attr-defined]


def _interrogate(
    client: Client,
    function: Callable[[list[Item]], Result],
    suspects: list[list[Item]],
    time_limit_s: float,
) -> Iterator[tuple[list[Item], Result | Lost[Item]]]:
    """Run one suspect chunk alone; split it if it kills again (changes `suspects`)."""
    chunk = suspects.pop()
    client.wait_for_workers(1, timeout=60)
    started = time.monotonic()
    future = _submit(client, function, chunk)
    if not _worker_died(future):
        yield chunk, future.result()
    elif len(chunk) == 1:
        seconds = time.monotonic() - started
        timed_out = seconds >= time_limit_s
        detail = f"over the limit of {time_limit_s:g} s" if timed_out else "its worker process died"
        yield chunk, Lost(chunk[0], "timed_out" if timed_out else "crashed", detail)
    else:
        suspects.extend(chunked(chunk, max(1, -(-len(chunk) // SPLIT))))


class Progress:
    """Lines such as `[describe] 12,000 of 31,561 structures (38 %)` on stderr.

    The first after 2 s, then at ever longer intervals up to 30 s, and the last.
    """

    def __init__(self, stage: str, total: int, what: str) -> None:
        self.stage, self.total, self.what = stage, total, what
        self.done = 0
        self._last = time.monotonic()
        self._interval_s = 2.0

    def add(self, n: int) -> None:
        """Count `n` more as done."""
        self.done += n
        now = time.monotonic()
        if now - self._last >= self._interval_s or self.done == self.total:
            self._last, self._interval_s = now, min(1.3 * self._interval_s, 30.0)
            share = 100 * self.done / self.total if self.total else 100
            print(
                f"[{self.stage}] {self.done:,} of {self.total:,} {self.what} ({share:.0f} %)",
                file=sys.stderr,
                flush=True,
            )


def flatten(chunks: Iterable[Sequence[Item]]) -> Iterator[Item]:
    """The items of all chunks, one after the other."""
    for chunk in chunks:
        yield from chunk
