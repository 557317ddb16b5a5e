"""The Dask cluster that a stage works on: of this machine, running already, or of SLURM jobs."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.compute import Compute
from screening.core.errors import ConfigError
from screening.core.partitions import write_text
from screening.core.provenance import versions_of_work

if TYPE_CHECKING:
    from distributed import Client

# Together at most ten seconds: at the door of a stage, then for Dask's own greeting.
REACH_TIMEOUT_S = 4
CONNECT_TIMEOUT_S = 5
# Clusters that are started here, for one stage.
_STARTED = ("local", "slurm")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def open_client(compute: Compute, n_items: int | None = None) -> Iterator[Client]:
    """A Dask client: on this machine (`local`), on jobs (`slurm`) or on a running cluster (`tcp`).

    Parameters
    ----------
    compute : where, with how many workers and how much memory each, and where Dask's performance
        report is kept.
    n_items : what there is to do, where that may be less than one item a worker.

    Raises
    ------
    ConfigError : the scheduler does not answer within 10 seconds, SLURM gives no workers, or they
        are not such that a molecule can be stopped.
    """
    import dask
    import distributed  # noqa: F401  # its defaults must be there before some are set

    n_workers = max(1, min(compute.most_workers, n_items or compute.most_workers))
    settings = _dask_settings(started_here=compute.dask in _STARTED)
    with (
        dask.config.set(settings),
        _open(compute, n_workers, settings) as client,
        _reported(compute.performance_report),
    ):
        yield client


def planned_workers(client: Client) -> int:
    """Workers the cluster has, or is to have: jobs of SLURM begin one after the other."""
    if client.cluster is not None:
        return max(1, len(client.cluster.plan))
    return max(1, len(client.scheduler_info()["workers"]))


def _open(
    compute: Compute, n_workers: int, settings: Mapping[str, object]
) -> AbstractContextManager[Client]:
    if compute.dask == "local":
        return _local(n_workers, compute.memory_per_worker)
    if compute.dask == "slurm":
        return _jobs(compute, n_workers, settings)
    return _connected(compute.dask)


@contextmanager
def _jobs(compute: Compute, n_workers: int, settings: Mapping[str, object]) -> Iterator[Client]:
    """A client of SLURM jobs that last as long as the block."""
    from screening.core.slurm.client import open_slurm_client

    slurm = compute.slurm.model_copy(update={"jobs": n_workers})
    with open_slurm_client(slurm, compute.memory_per_worker, settings) as client:
        _check_workers(client, compute.dask)
        yield client


@contextmanager
def _local(n_workers: int, memory: str) -> Iterator[Client]:
    """A client of a cluster that lives as long as the block."""
    from distributed import Client, LocalCluster

    with (
        _one_thread(),
        LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            memory_limit=memory,
            # Nobody is told its address, and bokeh takes half a second.
            dashboard_address=None,
            host="127.0.0.1",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _reported(path: Path | None) -> Iterator[None]:
    """Dask's performance report of the block, offline HTML: tasks over time, workers, a profile.

    A block that raises leaves none.
    """
    if path is None:
        yield
        return
    from distributed import performance_report

    with tempfile.TemporaryDirectory() as folder:
        # Dask would take `::` or `*` in a name of the user's for more than a path.
        written = Path(folder) / "report.html"
        report = performance_report(str(written), mode="inline")
        report.__enter__()
        yield
        # Not after an error: the scheduler may have gone, and the first error is what counts.
        report.__exit__(None, None, None)
        write_text(path, written.read_text(encoding="utf-8"))


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


def check_reachable(address: str) -> None:
    """Tell before any work that no scheduler speaks at an address.

    Raises
    ------
    ConfigError : nothing answers there within some seconds.
    """
    if not address.startswith("tcp://"):
        return
    host, port = address.removeprefix("tcp://").rsplit(":", 1)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), REACH_TIMEOUT_S) as stream:
            # A scheduler speaks first; of what stays silent, Dask would wait for ever.
            speaks = bool(stream.recv(1))
    except (OSError, OverflowError):
        speaks = False
    if not speaks:
        raise _no_scheduler(address)


def _no_scheduler(address: str) -> ConfigError:
    return ConfigError(
        f"compute.dask: no scheduler answers at {address}",
        "start it, correct the address, or set compute.dask to local",
    )


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client of a running cluster whose workers are fit."""
    from distributed import Client
    from distributed.comm.core import CommClosedError

    check_reachable(address)
    try:
        client = Client(address, timeout=CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError):
        raise _no_scheduler(address) from None
    with client:
        try:
            _check_workers(client, address)
            yield client
        except (CancelledError, asyncio.CancelledError, CommClosedError):
            raise ConfigError(
                f"compute.dask: the scheduler at {address} went away during the work",
                "start it again and repeat; what was computed is kept",
            ) from None


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes that are started in the block run one BLAS thread each.

    Dask would take the number from the environment, where Snakemake has put the threads of the
    whole rule: then the workers fight for the cores, and take three times as long. The order of
    BLAS sums changes with the number of threads, too.
    """
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
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
    mine = versions_of_work()
    for worker, facts in client.run(versions_of_work).items():
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
