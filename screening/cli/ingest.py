"""`screening ingest`: library files become a table of records."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import IngestSettings
from screening.core.library_sheet import library_name
from screening.ingest.library import ingest_library


@click.command("ingest")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder to fill.")
@click.option("--library", help="Name of the library [default: from the first file].")
@click.option("--settings", default="{}", help="Settings of the stage, as JSON.")
@click.option("--stats", type=click.Path(path_type=Path), help="JSON of counts and cost.")
def ingest_command(
    inputs: tuple[Path, ...], output: Path, library: str | None, settings: str, stats: Path | None
) -> None:
    """Read INPUTS (SMILES, CSV, TSV or SDF, plain or gzipped) into one table of records."""
    parsed = settings_from(IngestSettings, settings)
    with account() as cost:
        counts = ingest_library(inputs, output, library or library_name(inputs[0]), parsed)
    if stats is not None:
        write_stats(stats, cost, asdict(counts))
    click.echo(
        f"[ingest] {counts.n_read:,} records read: {counts.n_records:,} kept, "
        f"{counts.n_rejects:,} rejected",
        err=True,
    )
