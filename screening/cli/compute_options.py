"""The options that say where a stage's work runs; they never change a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from screening.cli.stage_settings import settings_from
from screening.core.compute import Compute
from screening.core.config import ComputeSettings
from screening.core.parallel import default_workers
from screening.core.settings import parse_settings
from screening.core.slurm_settings import SlurmSettings

# Where click keeps `--slurm` during a call: commands need not hand on what none of them looks at.
_SLURM = "screening.slurm"


def _keep_slurm(context: click.Context, _: click.Parameter, text: str) -> None:
    context.meta[_SLURM] = settings_from(SlurmSettings, text, "--slurm")


def compute_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--workers`, `--dask`, `--slurm`, `--memory` and `--stats`."""
    for option in (
        click.option(
            "--stats",
            type=click.Path(path_type=Path),
            help="Write cost and counts here, as JSON.",
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
            expose_value=False,
            callback=_keep_slurm,
            help="Settings `compute.slurm` for --dask slurm, as JSON.",
        ),
        click.option(
            "--dask",
            default="local",
            show_default=True,
            help="`local`, `slurm`, or tcp://host:port.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            default=default_workers,
            show_default="all cores",
            help="Worker processes.",
        ),
    ):
        command = option(command)
    return command


store_option = click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Folder of results to reuse and add to [default: they are not kept].",
)


def compute_from(workers: int, dask: str, memory: str, store: Path | None = None) -> Compute:
    """The checked values of the options.

    Raises
    ------
    ConfigError : one of them is malformed.
    """
    values = {"dask": dask, "memory_per_worker": memory}
    checked = parse_settings(ComputeSettings, values, "command line")
    slurm = click.get_current_context().meta[_SLURM]
    return Compute(workers, checked.dask, checked.memory_per_worker, store, slurm)
