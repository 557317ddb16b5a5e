"""`screening results`: what the bench measured."""

from __future__ import annotations

import click

from screening.cli.lazy import LazyCommands

COMMANDS = {
    "import": "screening.cli.results_import:import_command",
    "table": "screening.cli.results_table:table_command",
}


@click.group("results", cls=LazyCommands, commands_of=COMMANDS)
def results_group() -> None:
    """Bring assay results back, and make training tables of them."""
