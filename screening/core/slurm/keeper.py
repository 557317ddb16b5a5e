"""Keeps the number of a run's SLURM jobs: those that end are replaced, within bounds."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from screening.core.errors import ConfigError
from screening.core.slurm.queue import QueuedJob, describe_queue, queued_jobs
from screening.core.slurm.settings import SlurmSettings

if TYPE_CHECKING:
    from distributed import Client

    from screening.core.slurm.cluster import JobCluster

# SLURM's controller serves the whole site; it should not be asked more often.
LOOK_EVERY_S = 5.0
# Once a worker is there, the others are waited for this long: jobs begin in groups.
OTHERS_WITHIN_S = 15.0
_TELL_EVERY_S = 30.0


class Keeper:
    """Watches the jobs of one cluster.

    Parameters
    ----------
    client, cluster : of this run; `cluster.refusals` holds what sbatch refused.
    name : the name of all its jobs.
    logs : folder of the workers' logs.
    """

    def __init__(
        self, client: Client, cluster: JobCluster, name: str, settings: SlurmSettings, logs: Path
    ) -> None:
        self.client, self.cluster, self.name, self.logs = client, cluster, name, logs
        self.settings = settings
        self.problem: ConfigError | None = None
        self._arrived: set[str] = set()
        self._failed_starts = 0
        self._worker_seen = time.monotonic()
        self._told: tuple[str, float] = ("", 0.0)
        self._stop = Event()
        self._thread = Thread(target=self._watch, name="slurm-keeper", daemon=True)

    def wait_for_workers(self) -> None:
        """Wait for all workers; once there is one, for the others a little.

        Raises
        ------
        ConfigError : sbatch refuses all jobs, jobs end before their worker starts, or no worker
            comes in time.
        """
        first: float | None = None
        looked = 0.0
        while True:
            present = self._present()
            if len(present) >= self.settings.jobs:
                return
            if self.cluster.refusals and not present and not queued_jobs(self.name):
                raise _refused(self.cluster.refusals[0])
            if present and first is None:
                first = time.monotonic()
            if first is not None and time.monotonic() - first > OTHERS_WITHIN_S:
                return
            if time.monotonic() - looked > LOOK_EVERY_S / 5:
                looked = time.monotonic()
                self.look()
            if self.problem:
                raise self.problem
            time.sleep(0.1)

    def start(self) -> None:
        """Go on watching, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; no job is submitted after this."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                self.look()
            except OSError:  # the scheduler is too busy to answer: look later
                continue
            except Exception as error:
                # Without a watch, nothing would end the wait for workers that have gone.
                self.problem = ConfigError(
                    f"compute.slurm: the jobs can be watched no longer ({error})",
                    "start again; what was computed is kept",
                )
            if self.problem:
                # The work waits for results that will not come: this ends it with an error.
                self.client.close()
                return

    def look(self) -> None:
        """Replace jobs that have ended; notes a `problem` where that leads nowhere."""
        present = self._present()
        jobs = {name: job.job_id for name, job in dict(self.cluster.workers).items()}
        queue = queued_jobs(self.name)
        if queue is None:  # try again later
            return
        self._tell(len(present), queue)
        if present - self._arrived:
            self._failed_starts = 0
        self._arrived |= present
        ended = [name for name, number in jobs.items() if number not in queue]
        self._failed_starts += len([name for name in ended if name not in self._arrived])
        self.problem = self._find_problem(bool(present), queue)
        if ended and not self.problem:
            self.cluster.replace(ended, self.settings.jobs)

    def _present(self) -> set[str]:
        present = {one["name"] for one in self.client.scheduler_info()["workers"].values()}
        if present:
            self._worker_seen = time.monotonic()
        return present

    def _find_problem(self, any_present: bool, queue: dict[str, QueuedJob]) -> ConfigError | None:
        if self._failed_starts > self.settings.jobs + 2:
            if self.cluster.refusals:
                return _refused(self.cluster.refusals[-1])
            return ConfigError(
                f"compute.slurm: jobs end before their worker starts ({self._last_words()})",
                f"see the logs in {self.logs}",
            )
        if not any_present and time.monotonic() - self._worker_seen > self.settings.wait_s:
            return ConfigError(
                f"compute.slurm: no worker within {self.settings.wait_s:g} s: "
                f"{describe_queue(queue.values())}",
                "ask for less, name another partition, or raise compute.slurm.wait_s",
            )
        return None

    def _last_words(self) -> str:
        """The last line of the newest log of a job."""
        logs = sorted(self.logs.glob(f"{self.name}-*.log"), key=lambda log: log.stat().st_mtime)
        for log in reversed(logs):
            lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
            words = [line.strip() for line in lines if line.strip()]
            if words:
                return words[-1]
        return "they left no log"

    def _tell(self, n_present: int, queue: dict[str, QueuedJob]) -> None:
        n_running = len([job for job in queue.values() if job.state == "running"])
        # At work, a worker that is missing in a running job was ended by a structure.
        expected = n_running if self._thread.is_alive() else n_present
        if expected >= self.settings.jobs:
            return
        line = (
            f"[slurm] waiting for SLURM: {n_present} of {self.settings.jobs} workers; "
            f"{describe_queue(queue.values())}"
        )
        before, when = self._told
        if line != before or time.monotonic() - when > _TELL_EVERY_S:
            self._told = line, time.monotonic()
            print(line, file=sys.stderr, flush=True)


def _refused(message: str) -> ConfigError:
    return ConfigError(
        f"compute.slurm: sbatch refuses the jobs: {message}",
        "correct compute.slurm, or set compute.dask to local",
    )
