"""Parallel chemistry over Dask that survives molecules which kill their worker.

A chunk whose worker died (time limit, crash, memory, or a signal from outside) is a suspect, and
so is one that waited at that worker. Suspects are tried in a process apart (`core.trial`), where
the molecule that does it is named and returned as `Lost`, and no neighbour is ever blamed.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from screening.core.errors import ConfigError
from screening.core.provenance import versions_of_work
from screening.core.slurm_settings import SlurmSettings
from screening.core.trial import Lost as Lost  # noqa: PLC0414  # results of map_chunks
from screening.core.trial import try_apart
from screening.core.watchdog import Limits

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Result = TypeVar("Result")

# So often may a worker die under a chunk that is tried apart, for a reason outside of the chunk.
MAX_OUTSIDE_DEATHS = 5
CONNECT_TIMEOUT_S = 10
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def open_client(
    address: str, n_workers: int, memory_limit: str = "4GiB", slurm: SlurmSettings | None = None
) -> Iterator[Client]:
    """A Dask client: on this machine (`local`), on jobs (`slurm`) or on a running cluster (`tcp`).

    Raises
    ------
    ConfigError : the scheduler does not answer within 10 seconds, SLURM gives no workers, or they
        are not such that a molecule can be stopped.
    """
    import dask
    from distributed import Client, LocalCluster

    dask_settings = _dask_settings(started_here=address in ("local", "slurm"))
    with dask.config.set(dask_settings):
        if address == "slurm":
            from screening.core.slurm import open_slurm_client

            slurm = slurm or SlurmSettings()
            # A small library needs no more jobs than it has chunks.
            slurm = slurm.model_copy(update={"jobs": min(slurm.jobs, n_workers)})
            with open_slurm_client(slurm, memory_limit, dask_settings) as client:
                _check_workers(client, address)
                yield client
            return
        if address != "local":
            with _connected(address) as client:
                yield client
            return
        with (
            _one_thread(),
            LocalCluster(
                n_workers=n_workers,
                threads_per_worker=1,
                memory_limit=memory_limit,
                dashboard_address="127.0.0.1:0",
                host="127.0.0.1",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


def _dask_settings(*, started_here: bool) -> dict[str, object]:
    return {
        "distributed.scheduler.allowed-failures": 0,
        # Dask gives a worker up whose place is empty 15 s after a death, even if a later death in
        # that place emptied it: many killers would leave no workers.
        "distributed.deploy.lost-worker-timeout": "10000 days",
        # A loaded machine may take long to start a process.
        "distributed.comm.timeouts.connect": 120 if started_here else CONNECT_TIMEOUT_S,
        # Dask has its workers give freed memory back at once; scoring takes the same megabytes
        # again for each batch, and spent more than half of its time on that.
        "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256 * 2**20,
        "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 * 2**20,
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.admin.low-level-log-length": 0,
        "distributed.logging.distributed": "critical",
    }


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client of a running cluster whose workers are fit."""
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError):
        raise ConfigError(
            f"compute.dask: no scheduler answers at {address}",
            "start it, correct the address, or set compute.dask to local",
        ) from None
    with client:
        _check_workers(client, address)
        yield client


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes that are started in the block run one BLAS thread each.

    Dask would take the number from the environment, where Snakemake has put the threads of the
    whole rule: then the workers fight for the cores, and take three times as long. The order of
    BLAS sums changes with the number of threads, too.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _check_workers(client: Client, address: str) -> None:
    """Refuse workers whose molecules cannot be stopped, or that would compute something else.

    Limits are those of a process: it may run one thread only, and must be started again. Results
    are kept under the versions of this process, so those of the workers must be the same.
    """
    try:
        client.wait_for_workers(1, timeout=CONNECT_TIMEOUT_S)
    except TimeoutError:
        raise ConfigError(
            f"compute.dask: the scheduler at {address} has no workers", "start some"
        ) from None
    for worker, facts in client.run(versions_of_work).items():
        mine = versions_of_work()
        different = [name for name in mine if facts.get(name) != mine[name]]
        if different:
            raise ConfigError(
                f"compute.dask: worker {worker} has another version of {', '.join(different)}",
                "start it from the same checkout and environment",
            )
    for worker in client.scheduler_info()["workers"].values():
        if worker["nthreads"] != 1 or not worker["nanny"]:
            raise ConfigError(
                f"compute.dask: a worker at {address} runs several threads, or has no nanny",
                "start workers with --nthreads 1 and --nanny",
            )


def default_workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def planned_workers(client: Client) -> int:
    """Workers the cluster has, or is to have: jobs of SLURM begin one after the other."""
    if client.cluster is not None:
        return max(1, len(client.cluster.plan))
    return max(1, len(client.scheduler_info()["workers"]))


def chunked(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a stream into lists of at most `size`."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk


def map_chunks(
    client: Client,
    function: Callable[[list[Item]], Result],
    chunks: Iterable[list[Item]],
    limits: Limits,
) -> Iterator[tuple[list[Item], Result | Lost[Item]]]:
    """Run `function` on each chunk in the workers and yield results as they come, unordered.

    Parameters
    ----------
    function : takes a chunk; must enter `core.watchdog.guard(limits)` once for each item, in
        order. Of an empty chunk it makes what it needs before the first item (tables, models).
    chunks : streamed; at most two a worker are under way at once.
    limits : what an item may take.

    Yields
    ------
    (chunk, result), or ([item], Lost) for an item that ends its worker. The chunk of such an item
    comes in parts.

    Raises
    ------
    Exception : whatever `function` raises: a programming error.
    ConfigError : workers are killed again and again from outside.
    """
    from distributed import KilledWorker, as_completed

    stream = iter(chunks)
    capacity = 2 * planned_workers(client)
    # Chunks under way, and how often each was the suspect of a death.
    under_way = {_submit(client, function, chunk): (chunk, 0) for chunk in islice(stream, capacity)}
    completed = as_completed(list(under_way))
    for future in completed:
        chunk, deaths = under_way.pop(future)
        try:
            result = future.result()
        except KilledWorker:
            _check_deaths(deaths)
            suspect = _submit(client, partial(try_apart, function, limits=limits), chunk)
            under_way[suspect] = (chunk, deaths + 1)
            completed.add(suspect)
            continue
        if deaths:
            yield from result
        else:
            yield chunk, result
        for following in islice(stream, 1):
            successor = _submit(client, function, following)
            under_way[successor] = (following, 0)
            completed.add(successor)


def _submit(client: Client, function: Callable[[list[Item]], object], chunk: list[Item]):  # type: ignore[no-untyped-def]  # distributed.Future is untyped
    return client.submit(function, chunk, pure=False)


def _check_deaths(deaths: int) -> None:
    """A chunk tried apart cannot end its worker: then something else does."""
    if deaths > MAX_OUTSIDE_DEATHS:
        raise ConfigError(
            "workers are killed again and again, and no structure does it",
            "give compute.memory_per_worker more, or use fewer workers",
        )


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
