"""`screening compare`: what changed since the last screen of a library."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.stage_settings import settings_from
from screening.compare.screens import compare_screens
from screening.core.accounting import account, write_stats
from screening.core.objectives import RankSettings


@click.command("compare")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--settings", default="{}", help="Settings `rank`, as JSON.")
@click.option("--stats", type=click.Path(path_type=Path), help="JSON of counts and cost.")
def compare_command(folder: Path, settings: str, stats: Path | None) -> None:
    """Compare the ranking in FOLDER with that of the library's last recorded screen.

    Writes changes.parquet: each structure's rank now and before, and what moved it (library,
    model, settings, code).
    """
    parsed = settings_from(RankSettings, settings)
    with account() as cost:
        counts = compare_screens(folder, parsed)
    if stats is not None:
        write_stats(stats, cost, counts)
    click.echo(
        f"[compare] {counts['n_entered']:,} entered, {counts['n_left']:,} left, "
        f"{counts['n_moved']:,} moved since the last screen",
        err=True,
    )
