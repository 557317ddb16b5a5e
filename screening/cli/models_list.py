"""`screening models list`: which models there are, in a folder or a registry."""

from __future__ import annotations

from pathlib import Path

import click

from screening.bundles.listing import Listed, list_folder, models_tsv
from screening.bundles.signature import trusted_keys
from screening.cli.registry_store import registry_option, registry_store
from screening.core.bundle import REGISTRY
from screening.core.errors import InputError
from screening.core.provenance import PROJECT
from screening.track.registry_read import BUNDLE_DIGEST, list_versions, named_versions


@click.command("list")
@click.argument("place", required=False)
@registry_option
def list_command(*, place: str | None, registry: Path) -> None:
    """List the models in PLACE, with version, digest, aliases and signature.

    PLACE is a folder of models, `models:/` for the MLflow registry, or `models:/NAME` for one model
    in it; without PLACE the shipped models and the registry are listed.
    """
    keys = trusted_keys()
    if place is None:
        models = [*list_folder(PROJECT / "models", keys), *_registered(registry, "")]
    elif place.startswith(REGISTRY):
        models = _registered(registry, place.removeprefix(REGISTRY))
    elif Path(place).is_dir():
        models = list_folder(Path(place), keys)
    else:
        raise InputError(f"{place}: no such folder", "name a folder of models, or models:/")
    click.echo(models_tsv(models), nl=False)


def _registered(registry: Path, name: str) -> list[Listed]:
    """The versions of a registered model; without a name those of all."""
    store = registry_store(registry)
    return [
        Listed(
            one.name,
            one.tags.get("bundle_version", ""),
            "registered",
            f"{REGISTRY}{one.name}/{one.version}",
            one.tags.get(BUNDLE_DIGEST, ""),
            "",
            one.endpoints,
            one.aliases,
        )
        for one in (named_versions(store, name) if name else list_versions(store))
    ]
