"""`screening models list`: which models there are, in a folder or a registry."""

from __future__ import annotations

from pathlib import Path

import click

from screening.bundles.listing import Listed, list_folder, models_tsv
from screening.bundles.signature import trusted_keys
from screening.core.errors import InputError
from screening.core.provenance import PROJECT


@click.command("list")
@click.argument("place", required=False)
@click.option(
    "--registry",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Results whose MLflow registry is looked into, where MLFLOW_TRACKING_URI names none.",
)
def list_command(*, place: str | None, registry: Path) -> None:
    """List the models in PLACE, with version, digest, aliases and signature.

    PLACE is a folder of models, or `models:/` for the MLflow registry; without it the shipped
    models and the registry are listed.
    """
    keys = trusted_keys()
    if place is not None and not place.startswith("models:/") and not Path(place).is_dir():
        raise InputError(f"{place}: no such folder", "name a folder of models, or models:/")
    models: list[Listed] = []
    if place is None:
        models += list_folder(PROJECT / "models", keys)
    elif not place.startswith("models:/"):
        models += list_folder(Path(place), keys)
    if place is None or place.startswith("models:/"):
        models += _registered(registry)
    click.echo(models_tsv(models), nl=False)


def _registered(registry: Path) -> list[Listed]:
    # MLflow takes seconds to import.
    from screening.cli.registry_store import registry_store
    from screening.track.registry_read import list_versions

    return [
        Listed(
            one.name,
            one.tags.get("bundle_version", ""),
            "registered",
            f"models:/{one.name}/{one.version}",
            one.tags.get("bundle_digest", ""),
            "",
            one.endpoints,
            one.aliases,
        )
        for one in list_versions(registry_store(registry))
    ]
