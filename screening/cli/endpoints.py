"""`screening endpoints`: what the models predict, in which unit, from which sources."""

from __future__ import annotations

import json

import click

from screening.cli.models_option import models_option
from screening.predict.endpoints import endpoints_tsv, list_endpoints


@click.command("endpoints")
@models_option
@click.option("--json", "as_json", is_flag=True, help="JSON with all that is known of each.")
def endpoints_command(*, models: tuple[str, ...], as_json: bool) -> None:
    """List the endpoints with model, kind, unit, direction, threshold and sources."""
    rows = list_endpoints(models)
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        click.echo(endpoints_tsv(rows), nl=False)
