"""`screening describe` for a table of the user's own, `describe-structures` for the workflow."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.compute_options import compute_options, kept_compute_options, stats_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.describe.structures import describe_structures
from screening.describe.table import describe_table

_FILE = click.Path(path_type=Path)


@click.command("describe")
@click.argument("table", type=_FILE, metavar="INPUT.csv")
@click.option("--smiles-column", required=True, help="Column that holds the structures.")
@click.option("--output", required=True, type=_FILE, help="Parquet file to write.")
@click.option("--settings", default="{}", help="Settings `describe`, as JSON.")
@stats_option
@compute_options
def describe_command(
    *,
    table: Path,
    smiles_column: str,
    output: Path,
    settings: str,
    compute: Compute,
    stats: Path | None,
) -> None:
    """Describe the structures of INPUT.csv, one row out for each row in."""
    parsed = settings_from(DescribeSettings, settings)
    with account(workers_elsewhere=compute.is_elsewhere) as cost:
        counts = describe_table(table, smiles_column, output, parsed, compute)
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
@click.option("--settings", default="{}", help="Settings `describe`, as JSON.")
@stats_option
@kept_compute_options
def describe_structures_command(
    *,
    structures: Path,
    output: Path,
    lost: Path,
    settings: str,
    compute: Compute,
    stats: Path | None,
) -> None:
    """Describe a table of standardised structures (a stage of the workflow)."""
    parsed = settings_from(DescribeSettings, settings)
    with account(workers_elsewhere=compute.is_elsewhere) as cost:
        counts = describe_structures(structures, output, lost, parsed, compute)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"[describe] {counts['n_structures']:,} structures: {counts['n_described']:,} described, "
        f"{counts['n_lost']:,} lost",
        err=True,
    )
