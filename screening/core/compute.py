"""Where a stage's work runs, and where its results are kept; never changes a result."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from screening.core.parallel import default_workers


@dataclass(frozen=True)
class Compute:
    """Workers and store.

    Parameters
    ----------
    n_workers : worker processes of a local cluster.
    dask : `local`, or the address of a running scheduler.
    memory_per_worker : a worker that takes more is stopped.
    store : folder where results are kept for the next screen; None: they are not kept.
    """

    n_workers: int = field(default_factory=default_workers)
    dask: str = "local"
    memory_per_worker: str = "4GiB"
    store: Path | None = None
