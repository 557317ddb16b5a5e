"""The options that name the models of a command that predicts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from screening.cli.registered_bundles import model_folders
from screening.cli.registry_store import registry_option, registry_store
from screening.core.config import PredictSettings

DEFAULT_MODELS = PredictSettings().models
_models = click.option(
    "--models",
    default=",".join(DEFAULT_MODELS),
    show_default=True,
    help="Folders of bundles or predictors, names under models/, or models:/NAME@champion of the "
    "registry, separated by commas.",
)


def models_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--models` and `--registry`; the command gets `models`, folders and shipped names.

    Raises
    ------
    InputError, BundleError, ConfigError, StoreAway : as `registered_bundles.model_folders`.
    """

    @wraps(command)
    def with_models(*, models: str, registry: Path, **others: Any) -> Any:
        names = [name for name in models.split(",") if name]
        found = model_folders(names, lambda: registry_store(registry))
        return command(models=found, **others)

    for option in (registry_option, _models):
        with_models = option(with_models)
    return with_models
