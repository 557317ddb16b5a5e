"""`screening rank`: the tables of a screened library become a ranked list."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.objectives import RankSettings
from screening.rank.structures import rank_structures
from screening.rank.tables import ScreenTables

_FILE = click.Path(path_type=Path)


@click.command("rank")
@click.argument("folder", type=_FILE)
@click.option("--settings", default="{}", help="Settings `rank`, as JSON.")
@click.option("--decisions", type=_FILE, help="What `screening decisions` wrote.")
@click.option("--assays", type=_FILE, help="What `screening results import` wrote.")
@click.option("--stats", type=_FILE, help="Write cost and counts here, as JSON.")
def rank_command(
    *,
    folder: Path,
    settings: str,
    decisions: Path | None,
    assays: Path | None,
    stats: Path | None,
) -> None:
    """Rank the structures of FOLDER, which holds the tables of one screened library.

    Reads structures.parquet, compounds.parquet, descriptors.parquet, predictions.parquet,
    evidence.parquet, families.parquet and known.parquet, and writes ranking.parquet and
    ranking.csv. Structures that the lead has decided on, or the bench has assayed, are marked;
    none is left out.
    """
    parsed = settings_from(RankSettings, settings)
    with account() as cost:
        tables = ScreenTables.of_screen(folder, decisions, assays)
        counts = rank_structures(tables, folder / "ranking.parquet", settings=parsed)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(f"[rank] {counts['n_ranked']:,} structures ranked", err=True)
