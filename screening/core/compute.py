"""Where a stage's work runs, and where its results are kept; never changes a result."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from screening.core.slurm.settings import SlurmSettings


def default_workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Compute:
    """Workers and store.

    Parameters
    ----------
    n_workers : worker processes of a local cluster; those of `slurm` are its jobs.
    dask : `local`, `slurm`, or the address of a running scheduler.
    memory_per_worker : a worker that takes more is stopped.
    store : folder where results are kept for the next screen; None: they are not kept.
    performance_report : HTML file for Dask's account of the work; None: none is written.
    slurm : the jobs of `slurm`.
    """

    n_workers: int = field(default_factory=default_workers)
    dask: str = "local"
    memory_per_worker: str = "4GiB"
    store: Path | None = None
    performance_report: Path | None = None
    slurm: SlurmSettings = field(default_factory=SlurmSettings)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the workers are none of this process, so that it cannot tell what they take."""
        return self.dask != "local"

    @property
    def most_workers(self) -> int:
        """Workers that may be started."""
        return self.slurm.jobs if self.dask == "slurm" else self.n_workers
