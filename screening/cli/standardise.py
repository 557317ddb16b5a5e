"""`screening standardise`: records become compounds and parent structures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import ComputeSettings, StandardiseSettings
from screening.core.parallel import default_workers
from screening.core.settings import parse_settings
from screening.standardise.stage import standardise_records


@click.command("standardise")
@click.argument("records", type=click.Path(path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder to fill.")
@click.option("--dask", default="local", help="`local`, or tcp://host:port of a scheduler.")
@click.option("--memory", default="4GiB", help="Memory a worker may take.")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes [default: all cores]")
@click.option("--settings", default="{}", help="Settings of the stage, as JSON.")
@click.option("--stats", type=click.Path(path_type=Path), help="JSON of counts and cost.")
def standardise_command(
    *,
    records: Path,
    output: Path,
    dask: str,
    memory: str,
    workers: int | None,
    settings: str,
    stats: Path | None,
) -> None:
    """Standardise the table RECORDS that `screening ingest` wrote."""
    parsed = settings_from(StandardiseSettings, settings)
    where = parse_settings(
        ComputeSettings, {"dask": dask, "memory_per_worker": memory}, "screening standardise"
    )
    with account() as cost:
        counts = standardise_records(
            records,
            output,
            parsed,
            dask=where.dask,
            workers=workers or default_workers(),
            memory=where.memory_per_worker,
        )
    if stats is not None:
        write_stats(stats, cost, asdict(counts))
    click.echo(
        f"[standardise] {counts.n_compounds:,} compounds of {counts.n_structures:,} structures, "
        f"{counts.n_rejects:,} rejected",
        err=True,
    )
