"""`screening ingest`: library files become a table of records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import IngestSettings
from screening.core.errors import ConfigError
from screening.core.library_sheet import library_name
from screening.ingest.library import ingest_library


@click.command("ingest")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder to fill.")
@click.option("--library", help="Name of the library [default: from the first file].")
@click.option("--settings", default="{}", help="Settings of the stage, as JSON.")
@click.option(
    "--file-settings",
    default="{}",
    help='Settings of single inputs, as JSON: {"PATH": {"encoding": "gb18030"}}.',
)
@click.option("--stats", type=click.Path(path_type=Path), help="JSON of counts and cost.")
def ingest_command(
    *,
    inputs: tuple[Path, ...],
    output: Path,
    library: str | None,
    settings: str,
    file_settings: str,
    stats: Path | None,
) -> None:
    """Read INPUTS into one table of records.

    Inputs are SMILES, InChI, CSV, TSV, Excel (.xlsx), SDF, MOL and Parquet files, plain or gzipped,
    folders of such files, and zip archives of them.
    """
    parsed = settings_from(IngestSettings, settings)
    own = _own_settings(file_settings)
    name = library or library_name(inputs[0])
    with account() as cost:
        counts = ingest_library(inputs, output, name, parsed, own)
    if stats is not None:
        write_stats(stats, cost, asdict(counts))
    click.echo(
        f"[ingest] {counts.n_read:,} records read: {counts.n_records:,} kept, "
        f"{counts.n_rejects:,} rejected",
        err=True,
    )


def _own_settings(text: str) -> dict[Path, Mapping[str, Any]]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as problem:
        raise ConfigError(f"--file-settings: not JSON ({problem})", "give a JSON object") from None
    if not isinstance(values, dict) or not all(isinstance(own, dict) for own in values.values()):
        raise ConfigError("--file-settings: not settings by path", 'write {"PATH": {"key": value}}')
    return {Path(path): own for path, own in values.items()}
