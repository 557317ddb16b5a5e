"""`screening sync`: records what waits for its MLflow server."""

from __future__ import annotations

from pathlib import Path

import click

from screening.track.store import read_store
from screening.track.sync import sync_screens


@click.command("sync")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def sync_command(folder: Path) -> None:
    """Record the screens in FOLDER, an output, that MLflow's server was away for; each once."""
    store = read_store(folder / "tracking.json")
    n_found = 0
    for library, run_id, is_new in sync_screens(folder, store, click.echo):
        what = "recorded as" if is_new else "is recorded already:"
        click.echo(f"{library} {what} MLflow run {run_id}")
        n_found += 1
    if not n_found:
        click.echo(f"{folder}: no screen here has come to be recorded")
