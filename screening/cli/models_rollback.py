"""`screening models rollback`: the previous champion comes back."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.registry_store import output_option, registry_store, say
from screening.track.promotion import roll_back


@click.command("rollback")
@click.argument("name")
@output_option
def rollback_command(name: str, output: Path) -> None:
    """Make the previous champion of the registered model NAME champion again."""
    gone, back = roll_back(registry_store(output), name, say)
    click.echo(f"{name} version {back.version} is champion again, in place of {gone.version}")
