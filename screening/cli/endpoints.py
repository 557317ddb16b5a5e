"""`screening endpoints`: what the models predict, in which unit, from which sources."""

from __future__ import annotations

import json

import click

from screening.core.config import PredictSettings
from screening.predict.endpoints import endpoints_tsv, list_endpoints

DEFAULT_MODELS = ",".join(PredictSettings().models)


@click.command("endpoints")
@click.option(
    "--models",
    default=DEFAULT_MODELS,
    show_default=True,
    help="Folders of bundles or predictors, or names under models/, separated by commas.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON with all that is known of each.")
def endpoints_command(models: str, as_json: bool) -> None:
    """List the endpoints with model, kind, unit, direction, threshold and sources."""
    rows = list_endpoints([name for name in models.split(",") if name])
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        click.echo(endpoints_tsv(rows), nl=False)
