"""The options that say where a stage's work runs; they never change a result."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from screening.cli.stage_settings import settings_from
from screening.core.cluster import check_reachable
from screening.core.compute import Compute, default_workers
from screening.core.config import ComputeSettings
from screening.core.settings import parse_settings
from screening.core.slurm.settings import SlurmSettings

_FILE = click.Path(path_type=Path)

stats_option = click.option("--stats", type=_FILE, help="Write cost and counts here, as JSON.")
_STORE = click.option(
    "--store",
    type=_FILE,
    help="Folder of results to reuse and add to [default: they are not kept].",
)
_WHERE = (
    click.option(
        "--performance-report",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Keep Dask's account of the work here, as HTML.",
    ),
    click.option(
        "--memory",
        default="4GiB",
        show_default=True,
        help="Memory of a worker; one that takes more is stopped.",
    ),
    click.option(
        "--slurm",
        default="{}",
        show_default=True,
        help="Settings `compute.slurm` for --dask slurm, as JSON.",
    ),
    click.option(
        "--dask", default="local", show_default=True, help="`local`, `slurm`, or tcp://host:port."
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=default_workers,
        show_default="all cores",
        help="Worker processes.",
    ),
)


def compute_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--workers`, `--dask`, `--slurm`, `--memory` and `--performance-report`.

    The command gets their checked values as one argument `compute`.

    Raises
    ------
    ConfigError : one of them is malformed, or nothing answers at the scheduler's address.
    """

    @wraps(command)
    def with_compute(
        *,
        workers: int,
        dask: str,
        slurm: str,
        memory: str,
        performance_report: Path | None,
        store: Path | None = None,
        **others: Any,
    ) -> Any:
        values = {"dask": dask, "memory_per_worker": memory}
        checked = parse_settings(ComputeSettings, values, "command line")
        compute = Compute(
            n_workers=workers,
            dask=checked.dask,
            memory_per_worker=checked.memory_per_worker,
            store=store,
            performance_report=performance_report,
            slurm=settings_from(SlurmSettings, slurm, "--slurm"),
        )
        check_reachable(compute.dask)
        if performance_report is not None:
            # That of an earlier run tells nothing of this one.
            performance_report.unlink(missing_ok=True)
        return command(compute=compute, **others)

    for option in _WHERE:
        with_compute = option(with_compute)
    return with_compute


def kept_compute_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same and `--store`, for stages whose results are kept."""
    return _STORE(compute_options(command))
