"""`screening ledger`: closes the books of a screened library."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from screening.core.accounting import account, write_stats
from screening.ledger.close import StageTables, close_ledger


@click.command("ledger")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--stats", type=click.Path(path_type=Path), help="JSON of counts and cost.")
def ledger_command(folder: Path, stats: Path | None) -> None:
    """Write compounds, structures and rejects of the library screened in FOLDER."""
    with account() as cost:
        counts = close_ledger(StageTables.of_screen(folder), folder)
    if stats is not None:
        write_stats(stats, cost, asdict(counts))
    click.echo(
        f"[ledger] {counts.n_records:,} records = {counts.n_compounds:,} compounds + "
        f"{counts.n_rejects:,} rejects",
        err=True,
    )
