"""`screening standardise`: records become compounds and parent structures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from screening.cli.compute_options import kept_compute_options, stats_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.compute import Compute
from screening.core.config import StandardiseSettings
from screening.standardise.stage import standardise_records


@click.command("standardise")
@click.argument("records", type=click.Path(path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder to fill.")
@click.option("--settings", default="{}", help="Settings of the stage, as JSON.")
@stats_option
@kept_compute_options
def standardise_command(
    *,
    records: Path,
    output: Path,
    settings: str,
    compute: Compute,
    stats: Path | None,
) -> None:
    """Standardise the table RECORDS that `screening ingest` wrote."""
    parsed = settings_from(StandardiseSettings, settings)
    with account(workers_elsewhere=compute.is_elsewhere) as cost:
        counts = standardise_records(records, output, parsed, compute)
    if stats is not None:
        write_stats(stats, cost, asdict(counts))
    click.echo(
        f"[standardise] {counts.n_compounds:,} compounds of {counts.n_structures:,} structures, "
        f"{counts.n_rejects:,} rejected",
        err=True,
    )
