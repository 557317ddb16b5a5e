"""`screening decisions`: the lead's decisions come back from MLflow."""

from __future__ import annotations

from pathlib import Path

import click

from screening.core.decisions_table import DECISIONS_CSV
from screening.core.errors import InputError
from screening.track.decisions import take_decisions
from screening.track.store import read_store


@click.command("decisions")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def decisions_command(folder: Path) -> None:
    """Read the decisions on candidates in MLflow into FOLDER/decisions.csv.

    FOLDER is the output of screens. In MLflow, a decision is the tag `decision` (advance, hold or
    reject) on a candidate's run, with `note` and `decided_by` beside it. The next screen shows
    them. Ends with code 2 where a tag cannot be read; the others are written nevertheless.
    """
    taken = take_decisions(folder, read_store(folder / "tracking.json"))
    for line in taken.news:
        click.echo(line)
    counts = ", ".join(f"{n} {value}" for value, n in taken.counts().items())
    click.echo(f"{folder / DECISIONS_CSV}: {counts}")
    for line in taken.unclear:
        click.echo(f"not clear: {line}", err=True)
    if taken.unclear:
        raise InputError(
            f"{len(taken.unclear)} tags of candidates could not be taken",
            "correct them in MLflow, and call `screening decisions` again",
        )
