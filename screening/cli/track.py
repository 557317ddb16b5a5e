"""`screening track` and `screening initialise-tracking`: a screen as one MLflow run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account
from screening.core.config import TrackingSettings
from screening.track.away import StoreAway
from screening.track.screen import add_cost, track_screen, write_summary
from screening.track.store import initialise_store, locate_store, read_store, write_store


@click.command("initialise-tracking")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--settings", default="{}", help="Settings `tracking`, as JSON.")
@click.option("--output", type=click.Path(path_type=Path), help="[default: FOLDER/tracking.json]")
def initialise_tracking_command(folder: Path, settings: str, output: Path | None) -> None:
    """Make the MLflow store ready for the results in FOLDER, before anything is recorded.

    A server that does not answer is no error: the screen waits for it with `screening sync`.
    """
    chosen = settings_from(TrackingSettings, settings)
    store = locate_store(chosen, folder)
    try:
        initialise_store(store.uri, store.experiment, store.artifact_location)
    except StoreAway as away:
        click.echo(f"[track] {away.problem}; the screen goes on without it", err=True)
    write_store(output or folder / "tracking.json", store)


@click.command("track")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--store",
    "store_file",
    required=True,
    type=click.Path(path_type=Path),
    help="What `initialise-tracking` wrote.",
)
@click.option("--config-digest", default="", help="Digest of the configuration.")
@click.option("--config", default="{}", help="The configuration as JSON, for the parameters.")
@click.option("--output", type=click.Path(path_type=Path), help="[default: FOLDER/summary.json]")
def track_command(
    *,
    folder: Path,
    sources: tuple[Path, ...],
    store_file: Path,
    config_digest: str,
    config: str,
    output: Path | None,
) -> None:
    """Record the screened library in FOLDER, read from SOURCES, and write its summary."""
    store = read_store(store_file)
    with account() as cost:
        summary: dict[str, Any] = track_screen(
            folder, store, sources, config_digest, json.loads(config)
        )
    add_cost(summary, "track", cost)
    write_summary(output or folder / "summary.json", summary)
    if summary["mlflow_run_id"]:
        click.echo(f"[track] recorded as MLflow run {summary['mlflow_run_id']}", err=True)
    else:
        click.echo(
            f"[track] not recorded: {summary['mlflow_pending']}; the results are complete, and "
            "`screening sync` of their folder records them later",
            err=True,
        )
