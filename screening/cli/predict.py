"""`screening predict` for a table of the user's own, and `predict-structures` for the workflow."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.compute_options import compute_options, kept_compute_options, stats_option
from screening.cli.models_option import models_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.settings import parse_settings
from screening.predict.structures import predict_structures
from screening.predict.table import predict_table

_FILE = click.Path(path_type=Path)


@click.command("predict")
@click.argument("table", type=_FILE, metavar="INPUT.csv")
@click.option("--smiles-column", required=True, help="Column that holds the structures.")
@click.option("--output", required=True, type=_FILE, help="CSV file to write.")
@models_option
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=PredictSettings().time_limit_s,
    show_default=True,
    help="Seconds a structure may take.",
)
@stats_option
@compute_options
def predict_command(
    *,
    table: Path,
    smiles_column: str,
    output: Path,
    models: tuple[str, ...],
    device: str,
    time_limit: float,
    compute: Compute,
    stats: Path | None,
) -> None:
    """Predict all endpoints for the structures of INPUT.csv, one row out for each row in."""
    values = {"models": models, "device": device, "time_limit_s": time_limit}
    settings = parse_settings(PredictSettings, values, "screening predict")
    with account(workers_elsewhere=compute.is_elsewhere) as cost:
        counts = predict_table(table, smiles_column, output, settings, compute)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"{output}: {counts['n_rows']:,} rows, {counts['n_ok']:,} predicted, "
        f"{counts['n_rejected']:,} rejected",
        err=True,
    )


@click.command("predict-structures")
@click.argument("structures", type=_FILE)
@click.option("--output", required=True, type=_FILE, help="Table of predictions to write.")
@click.option("--lost", required=True, type=_FILE, help="Table of lost structures to write.")
@click.option("--settings", default="{}", help="Settings `predict`, as JSON.")
@stats_option
@kept_compute_options
def predict_structures_command(
    *,
    structures: Path,
    output: Path,
    lost: Path,
    settings: str,
    compute: Compute,
    stats: Path | None,
) -> None:
    """Predict all endpoints for a table of standardised structures (a stage of the workflow)."""
    parsed = settings_from(PredictSettings, settings)
    with account(workers_elsewhere=compute.is_elsewhere) as cost:
        counts = predict_structures(structures, output, lost, parsed, compute)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(
        f"[predict] {counts['n_structures']:,} structures: {counts['n_predicted']:,} predicted, "
        f"{counts['n_lost']:,} lost",
        err=True,
    )
