"""`screening models`: bundles in folders and registries, and which version is used."""

from __future__ import annotations

import click

from screening.cli.lazy import LazyCommands

COMMANDS: dict[str, str] = {}


@click.group("models", cls=LazyCommands, commands_of=COMMANDS)
def models_group() -> None:
    """Look at models, carry them from place to place, and decide which version is used."""
