"""Dask's cluster of SLURM jobs, made such that a driver can tell what became of each job."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dask_jobqueue.slurm import SLURMCluster, SLURMJob
from distributed.core import Status
from distributed.deploy.spec import ProcessInterface
from distributed.security import Security

from screening.core.slurm.queue import slurm_environment

_SUBMITTED_WITHIN_S = 120
_AT_ONCE = 8


class WorkerJob(SLURMJob):  # type: ignore[misc]  # dask_jobqueue is untyped
    """A job whose log has a place, and whose refusal by sbatch is kept instead of raised.

    Parameters
    ----------
    logs : folder of the log, which all nodes see.
    refusals : takes what sbatch says of a job that it refuses.
    turns : lets some jobs be submitted at once; each takes pipes, and time of the controller.
    """

    def __init__(
        self,
        scheduler: str | None = None,
        name: str | None = None,
        *,
        logs: Path,
        refusals: list[str],
        turns: asyncio.Semaphore,
        **options: Any,
    ) -> None:
        super().__init__(scheduler=scheduler, name=name, **options)
        self.refusals = refusals
        self.turns = turns
        # SLURM replaces %j by the job's number; %% is a percent sign of the folder.
        self.log = f"{str(logs.absolute()).replace('%', '%%')}/{self.job_name}-%j.log"

    async def start(self) -> None:
        """Submit the job; Dask would only log a failure, in a thread of its own."""
        try:
            await super().start()
        except (OSError, RuntimeError, ValueError, TimeoutError) as problem:
            self.refusals.append(" ".join(str(problem).split()) or type(problem).__name__)
            await ProcessInterface.start(self)

    async def close(self) -> None:
        """Cancel the job."""
        await super().close()
        self.status = Status.closed

    async def _submit_job(self, script_filename: str) -> str:
        async with self.turns:
            return await self._sbatch(script_filename)

    async def _sbatch(self, script_filename: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *("sbatch", "--parsable", f"--output={self.log}", script_filename),
            env=slurm_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), _SUBMITTED_WITHIN_S)
        except TimeoutError:
            process.kill()
            raise RuntimeError(f"no answer within {_SUBMITTED_WITHIN_S} s") from None
        if process.returncode:
            message = err.decode(errors="replace").replace("sbatch: error: ", "")
            raise RuntimeError(", ".join(filter(None, message.splitlines())))
        return out.decode(errors="replace")


class JobCluster(SLURMCluster):  # type: ignore[misc]  # dask_jobqueue is untyped
    """A cluster that can replace jobs, and gives no worker the name of an earlier one."""

    job_cls = WorkerJob

    def __init__(self, **options: Any) -> None:
        self.refusals: list[str] = []
        self._numbers = itertools.count()
        super().__init__(refusals=self.refusals, turns=asyncio.Semaphore(_AT_ONCE), **options)

    def replace(self, ended: Sequence[str], n_jobs: int) -> None:
        """Forget jobs that have ended and submit as many."""
        self.sync(self._replace, ended, n_jobs)

    async def _replace(self, ended: Sequence[str], n_jobs: int) -> None:
        self.refusals.clear()
        for name in ended:
            self.worker_spec.pop(name, None)
            self.workers.pop(name, None)
        self.scale(n_jobs)

    def _new_worker_name(self, worker_number: int) -> str:
        # The scheduler refuses a name as long as it believes in its earlier owner.
        return f"{self._name}-{next(self._numbers)}"

    def _get_worker_security(self, security: Security) -> None:
        """None: workers get their keys as quoted options, which Dask would not quote."""
