"""A Dask cluster of SLURM jobs, one worker each; this process holds the scheduler and closes it.

Jobs are cancelled at the end. If this process dies first, the workers lose their scheduler and
each job ends by itself, as does one that starts only then (`script.DEATH_TIMEOUT_S`).
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dask
import dask_jobqueue
import yaml
from distributed import Client, Security

from screening.core.errors import ConfigError
from screening.core.slurm.cluster import JobCluster
from screening.core.slurm.keeper import Keeper
from screening.core.slurm.queue import cancel_jobs
from screening.core.slurm.script import environment_lines, job_options, worker_keys
from screening.core.slurm.settings import SlurmSettings

# Where logs go without a workflow that names a folder in its output.
DEFAULT_LOGS = "slurm-logs"
# Of Dask's settings for SLURM, the user's own file is not asked: a screen has one configuration.
_SECTION = "screening"


@contextmanager
def open_slurm_client(
    settings: SlurmSettings, memory_per_worker: str, dask_settings: Mapping[str, object]
) -> Iterator[Client]:
    """A Dask client on workers that are SLURM jobs; they are gone after the block.

    Parameters
    ----------
    settings : number and kind of jobs.
    memory_per_worker : a worker that takes more is stopped.
    dask_settings : those of the scheduler, which hold here already; workers get them, too.

    Raises
    ------
    ConfigError : there is no sbatch, it refuses a job, or no worker comes within `wait_s`; also
        from within the block, when all workers have gone and no other comes.
    """
    if shutil.which("sbatch") is None:
        raise ConfigError(
            "compute.dask: slurm: sbatch is not installed on this machine",
            "start on a machine that may submit jobs, or set compute.dask to local",
        )
    logs = _logs_folder(settings)
    name = f"screening-{uuid.uuid4().hex[:12]}"
    with (
        _cluster(name, settings, memory_per_worker, dask_settings, logs) as cluster,
        Client(cluster) as client,
    ):
        keeper = Keeper(client, cluster, name, settings, logs)
        try:
            cluster.scale(settings.jobs)
            keeper.wait_for_workers()
            keeper.start()
            yield client
        except (Exception, asyncio.CancelledError):
            if keeper.problem:
                raise keeper.problem from None
            raise
        finally:
            keeper.stop()
            cancel_jobs(name)


@contextmanager
def _cluster(
    name: str,
    settings: SlurmSettings,
    memory_per_worker: str,
    dask_settings: Mapping[str, object],
    logs: Path,
) -> Iterator[JobCluster]:
    security = Security.temporary()
    with worker_keys(security, logs) as keys, dask.config.set(_jobqueue_defaults()):
        try:
            cluster = JobCluster(
                name=name,
                config_name=_SECTION,
                security=security,
                protocol="tls://",
                scheduler_options=_scheduler_options(settings),
                silence_logs=logging.CRITICAL,
                job_name=name,
                logs=logs,
                queue=settings.partition,
                account=settings.account,
                walltime=settings.walltime,
                # The driver replaces jobs itself.
                job_extra_directives=["--no-requeue", *settings.directives],
                job_script_prologue=environment_lines(dask_settings),
                worker_extra_args=[*keys, "--no-dashboard"],
                **job_options(memory_per_worker),
            )
        except (OSError, RuntimeError, ValueError) as problem:
            raise ConfigError(
                f"compute.slurm: the scheduler cannot listen here ({problem})",
                "correct compute.slurm.host or interface",
            ) from None
        with cluster:
            yield cluster


def _scheduler_options(settings: SlurmSettings) -> dict[str, str]:
    options = {"dashboard_address": "127.0.0.1:0"}
    if settings.host:
        options["host"] = settings.host
    if settings.interface:
        options["interface"] = settings.interface
    return options


def _jobqueue_defaults() -> dict[str, object]:
    """The defaults of dask-jobqueue's own file, under a name that no other file uses."""
    file = Path(dask_jobqueue.__file__).parent / "jobqueue.yaml"
    defaults = yaml.safe_load(file.read_text(encoding="utf-8"))["jobqueue"]["slurm"]
    return {f"jobqueue.{_SECTION}": defaults}


def _logs_folder(settings: SlurmSettings) -> Path:
    logs = Path(settings.logs or DEFAULT_LOGS)
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConfigError(
            f"compute.slurm.logs: {logs} cannot be made ({problem.strerror})", "name another folder"
        ) from None
    return logs.absolute()
