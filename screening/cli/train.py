"""`screening train`: a labelled table, or a recipe, to a model bundle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from screening.cli.table_options import (
    options_of_recipe,
    options_of_table,
    prices_option,
    table_options,
)
from screening.core.cache import cache_folder, mirror_of_cache
from screening.core.errors import ConfigError
from screening.core.fixed_test import FIXED_TEST
from screening.core.prices import AccountingSettings
from screening.core.training import MODEL_NAME

# What a model has in the folder of the results.
MODELS, BUNDLE, JUDGEMENT = "models", "bundle", "judgement.json"
_PATH = click.Path(path_type=Path)


@click.command("train")
@click.argument("table", required=False, type=_PATH)
@click.option(
    "--output",
    type=_PATH,
    help="Folder of the new bundle [default with --register: RESULTS/models/NAME/bundle].",
)
@click.option(
    "--register",
    "results",
    type=_PATH,
    metavar="RESULTS",
    help="Register the bundle in the MLflow store of this folder, and promote or refuse it.",
)
@table_options
@click.option(
    "--test",
    type=_PATH,
    help="File of the fixed test: made from the test share; kept to where it is there already.",
)
@click.option("--settings", type=_PATH, help="Settings that `screening search` has found.")
@click.option("--marine", type=_PATH, help="Table with a column smiles of marine structures.")
@click.option("--recipe", type=_PATH, help="Recipe file, in place of a table.")
@click.option(
    "--data",
    type=_PATH,
    help="Mirror folder with the recipe's tables [default: what `screening fetch` has kept].",
)
@click.option("--epochs", type=click.IntRange(1), help="Passes over a table.")
@click.option(
    "--share-structures",
    is_flag=True,
    help="Keep training SMILES in the bundle, and of a table of your own the labels, too: its "
    "neighbours vote then.",
)
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
@prices_option
def train_command(
    *,
    table: Path | None,
    recipe: Path | None,
    data: Path | None,
    output: Path | None,
    results: Path | None,
    test: Path | None,
    device: str,
    workers: int,
    prices: AccountingSettings,
    settings: Path | None,
    epochs: int | None,
    marine: Path | None,
    share_structures: bool,
    **options: Any,
) -> None:
    """Train a model bundle on TABLE, or by a --recipe on published tables."""
    if (table is None) == (recipe is None):
        raise ConfigError("train needs either TABLE or --recipe", "give one of the two")
    output, test = _places(output, test, results, options["name"])
    how: Any = {"test": test, "workers": workers, "device": device, "prices": prices}
    options |= {"has_test": test is not None, "share_structures": share_structures}
    if recipe is not None:
        from screening.train.from_recipe import train_recipe

        of_recipe = options_of_recipe(settings=settings, epochs=epochs, marine=marine, **options)
        _check_registry(results)
        mirror = data or mirror_of_cache(cache_folder())
        train_recipe(recipe, mirror, output, options=of_recipe, **how)
    elif table is not None:
        from screening.train.from_table import train_table
        from screening.train.recipe import read_found

        found = read_found(settings) if settings else None
        of_table = options_of_table(found=found, epochs=epochs, marine=marine, **options)
        _check_registry(results)
        train_table(table, output, of_table, **how)
    click.echo(f"bundle written to {output}")
    if results is not None:
        from screening.cli.registered import judge_registered, register

        assert test is not None  # `_places` has found one
        judgement = results / MODELS / options["name"] / JUDGEMENT
        judge_registered(register(output, test, results), results, judgement)


def _places(
    output: Path | None, test: Path | None, results: Path | None, name: str | None
) -> tuple[Path, Path | None]:
    """Where the bundle and the fixed test are."""
    if results is None:
        if output is None:
            raise ConfigError("no place for the bundle", "give --output, or --register and --name")
        return output, test
    if name is None:
        raise ConfigError("a model is registered by a name", "give --name")
    if not re.fullmatch(MODEL_NAME, name):
        raise ConfigError(
            f"the name {name[:60]!r} cannot be registered",
            "give one of at most 100 letters, digits and - _ . alone",
        )
    folder = results / MODELS / name
    return output or folder / BUNDLE, test or folder / FIXED_TEST


def _check_registry(results: Path | None) -> None:
    """Find out before hours of training whether the bundle can be registered."""
    if results is not None:
        from screening.cli.registered import check_registry

        check_registry(results)
