"""`screening curate`: where the compounds of a screened library live, and what disagrees."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.compute_options import compute_options, stats_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.compute import Compute
from screening.core.config import CurateSettings
from screening.curate.library import curate_library


@click.command("curate")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--settings", default="{}", help="Settings `curate`, as JSON.")
@stats_option
@compute_options
def curate_command(
    *,
    folder: Path,
    settings: str,
    compute: Compute,
    stats: Path | None,
) -> None:
    """Judge the compounds of FOLDER, which holds the tables of one screened library.

    Reads compounds.parquet and structures.parquet, and writes evidence.parquet (which compounds
    are marine) and families.parquet (stereoisomers, scaffolds, quarantine, conflicts).
    """
    parsed = settings_from(CurateSettings, settings)
    with account(workers_elsewhere=compute.is_elsewhere) as cost:
        counts = curate_library(
            folder / "compounds.parquet", folder / "structures.parquet", folder, parsed, compute
        )
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"[curate] {counts['n_compounds']:,} compounds: {counts['n_marine']:,} marine, "
        f"{counts['n_marine_and_other']:,} marine and other, {counts['n_not_marine']:,} not "
        f"marine, {counts['n_unknown']:,} unknown; {counts['n_quarantined']:,} of "
        f"{counts['n_structures']:,} structures in quarantine",
        err=True,
    )
