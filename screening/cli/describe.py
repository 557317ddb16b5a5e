"""`screening describe` for a table of the user's own, `describe-structures` for the workflow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import ComputeSettings, DescribeSettings
from screening.core.parallel import default_workers
from screening.core.settings import parse_settings
from screening.describe.structures import describe_structures
from screening.describe.table import describe_table

_FILE = click.Path(path_type=Path)


def _common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of both commands; all but `--settings` never change a result."""
    for option in (
        click.option("--stats", type=_FILE, help="Write cost and counts here, as JSON."),
        click.option("--settings", default="{}", help="Settings `describe`, as JSON."),
        click.option(
            "--memory", default="4GiB", show_default=True, help="Memory of a worker at most."
        ),
        click.option(
            "--dask", default="local", show_default=True, help="`local`, or tcp://host:port."
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


def _compute(dask: str, memory: str) -> ComputeSettings:
    values = {"dask": dask, "memory_per_worker": memory}
    return parse_settings(ComputeSettings, values, "command line")


@click.command("describe")
@click.argument("table", type=_FILE, metavar="INPUT.csv")
@click.option("--smiles-column", required=True, help="Column that holds the structures.")
@click.option("--output", required=True, type=_FILE, help="Parquet file to write.")
@_common_options
def describe_command(
    *,
    table: Path,
    smiles_column: str,
    output: Path,
    workers: int,
    dask: str,
    memory: str,
    settings: str,
    stats: Path | None,
) -> None:
    """Describe the structures of INPUT.csv, one row out for each row in."""
    parsed, compute = settings_from(DescribeSettings, settings), _compute(dask, memory)
    with account() as cost:
        counts = describe_table(table, smiles_column, output, parsed, compute, n_workers=workers)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"{output}: {counts['n_rows']:,} rows, {counts['n_ok']:,} described, "
        f"{counts['n_rejected']:,} rejected",
        err=True,
    )


@click.command("describe-structures")
@click.argument("structures", type=_FILE)
@click.option("--output", required=True, type=_FILE, help="Table of descriptors to write.")
@click.option("--lost", required=True, type=_FILE, help="Table of lost structures to write.")
@_common_options
def describe_structures_command(
    *,
    structures: Path,
    output: Path,
    lost: Path,
    workers: int,
    dask: str,
    memory: str,
    settings: str,
    stats: Path | None,
) -> None:
    """Describe a table of standardised structures (a stage of the workflow)."""
    parsed, compute = settings_from(DescribeSettings, settings), _compute(dask, memory)
    with account() as cost:
        counts = describe_structures(structures, output, lost, parsed, compute, n_workers=workers)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"[describe] {counts['n_structures']:,} structures: {counts['n_described']:,} described, "
        f"{counts['n_lost']:,} lost",
        err=True,
    )
