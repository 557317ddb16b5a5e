"""What SLURM's queue holds of one run's jobs, which share a name that no other run has."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# The controller of a busy site may take long; squeue gives up by itself before.
_ANSWER_WITHIN_S = 60


@dataclass(frozen=True)
class QueuedJob:
    """A job's state (`pending`, `running` ...) and, while it waits, SLURM's reason."""

    state: str
    reason: str


def queued_jobs(name: str) -> dict[str, QueuedJob] | None:
    """Jobs of that name which have not ended, by id; None: SLURM does not answer now."""
    lines = _ask("squeue", "--noheader", f"--name={name}", "--format=%A|%T|%r")
    if lines is None:
        return None
    fields = (line.split("|", 2) for line in lines.splitlines() if line.count("|") >= 2)
    return {
        number.strip(): QueuedJob(state.lower(), reason.strip()) for number, state, reason in fields
    }


def cancel_jobs(name: str) -> None:
    """Cancel all jobs of that name, those that wait and those that run."""
    _ask("scancel", f"--name={name}")


def describe_queue(jobs: Iterable[QueuedJob]) -> str:
    """Such as `2 jobs pending (Resources), 1 job running`."""
    counts = Counter(jobs)
    parts = []
    for job, n in sorted(counts.items(), key=lambda item: (item[0].state, item[0].reason)):
        reason = "" if job.reason in ("", "None") else f" ({job.reason})"
        parts.append(f"{n} {'job' if n == 1 else 'jobs'} {job.state}{reason}")
    return ", ".join(parts) or "no job in the queue"


def slurm_environment() -> dict[str, str]:
    """This process's environment without what would change the meaning of SLURM's commands.

    A user's `SQUEUE_STATES=RUNNING`, say, would hide the jobs that wait.
    """
    ours = ("SQUEUE_", "SBATCH_", "SCANCEL_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _ask(*command: str) -> str | None:
    try:
        done = subprocess.run(
            command,
            env=slurm_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
