"""Where the registry of the model commands is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from screening.core.config import TrackingSettings
from screening.track.store import Store, locate_store, read_store


def _results_option(name: str) -> Callable[[Any], Any]:
    return click.option(
        name,
        default="results",
        show_default=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the results, which says where MLflow's store is.",
    )


output_option = _results_option("--output")
# Of commands whose output is another.
registry_option = _results_option("--registry")


def registry_store(output: Path) -> Store:
    """The store of the screens in a folder; without any, as `locate_store` finds it.

    Raises
    ------
    InputError, ConfigError : the folder or the environment names no usable store.
    """
    described = output / "tracking.json"
    if described.is_file():
        return read_store(described)
    return locate_store(TrackingSettings(), output)


def say(line: str) -> None:
    """Tell, beside the result, what goes on."""
    click.echo(f"[models] {line}", err=True)
