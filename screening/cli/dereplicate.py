"""`screening dereplicate`: what of a screened library is known already."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.compute_options import stats_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import DereplicateSettings
from screening.core.provenance import PROJECT
from screening.dereplicate.library import dereplicate_library

_FILE = click.Path(path_type=Path)


@click.command("dereplicate")
@click.argument("folder", type=_FILE)
@click.option(
    "--models",
    "bundles",
    multiple=True,
    type=_FILE,
    help="Bundles whose training actives are known [default: those in models/].",
)
@click.option("--settings", default="{}", help="Settings `dereplicate`, as JSON.")
@stats_option
def dereplicate_command(
    *, folder: Path, bundles: tuple[Path, ...], settings: str, stats: Path | None
) -> None:
    """Hold the structures of FOLDER, one screened library, against what is known.

    Reads structures.parquet and families.parquet, and writes known.parquet: the tier (known,
    analogue or novel), and the nearest drug and training active of each structure.
    """
    parsed = settings_from(DereplicateSettings, settings)
    shipped = (path.parent for path in sorted(PROJECT.glob("models/*/bundle.json")))
    with account() as cost:
        counts = dereplicate_library(
            folder / "structures.parquet",
            folder / "families.parquet",
            folder / "known.parquet",
            parsed,
            models=bundles or tuple(shipped),
        )
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"[dereplicate] {counts['n_structures']:,} structures: {counts['n_known']:,} known, "
        f"{counts['n_analogue']:,} analogues, {counts['n_novel']:,} novel",
        err=True,
    )
