"""Where a stage's work runs, and where its results are kept; never changes a result."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from screening.core.parallel import default_workers
from screening.core.slurm_settings import SlurmSettings


@dataclass(frozen=True)
class Compute:
    """Workers and store.

    Parameters
    ----------
    n_workers : worker processes; those of `slurm` are its jobs, whatever stands here.
    dask : `local`, `slurm`, or the address of a running scheduler.
    memory_per_worker : a worker that takes more is stopped.
    store : folder where results are kept for the next screen; None: they are not kept.
    slurm : the jobs of `slurm`.
    """

    n_workers: int = field(default_factory=default_workers)
    dask: str = "local"
    memory_per_worker: str = "4GiB"
    store: Path | None = None
    slurm: SlurmSettings = field(default_factory=SlurmSettings)

    def __post_init__(self) -> None:
        if self.dask == "slurm":
            object.__setattr__(self, "n_workers", self.slurm.jobs)
