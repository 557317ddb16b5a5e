"""`screening train`: a labelled table, or a recipe, to a model bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from screening.core.cache import cache_folder, mirror_of_cache
from screening.core.errors import ConfigError
from screening.core.fixed_test import FIXED_TEST

if TYPE_CHECKING:
    from screening.train.from_table import TableOptions
    from screening.train.recipe import SplitRecipe

DEFAULT_TEST_SHARE = 0.2
# What a model has in the folder of the results.
MODELS, BUNDLE, JUDGEMENT = "models", "bundle", "judgement.json"
_PATH = click.Path(path_type=Path)


@click.command("train")
@click.argument("table", required=False, type=_PATH)
@click.option("--smiles-column", help="Column with the structures.")
@click.option("--targets", help="Label columns, comma-separated.")
@click.option(
    "--kind", type=click.Choice(["classification", "regression"]), help="What the labels are."
)
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
@click.option("--name", help="Name of the model [default: that of the folder].")
@click.option(
    "--split",
    type=click.Choice(["scaffold", "cluster", "random", "time"]),
    default="scaffold",
    show_default=True,
    help="What decides which structures are held out.",
)
@click.option("--split-column", help="Column that says train, validation or test.")
@click.option("--time-column", help="Column of dates, for --split time.")
@click.option(
    "--test-share",
    type=click.FloatRange(0, 0.5),
    help="Share of the structures kept aside for the test [default: 0.2 with --test, else 0].",
)
@click.option(
    "--test",
    type=_PATH,
    help="File of the fixed test: made from the test share; kept to where it is there already.",
)
@click.option(
    "--conflicts",
    type=click.Choice(["refuse", "majority"]),
    default="refuse",
    show_default=True,
    help="What to do with a compound that has both labels.",
)
@click.option("--settings", type=_PATH, help="Settings that `screening search` has found.")
@click.option("--marine", type=_PATH, help="Table with a column smiles of marine structures.")
@click.option("--recipe", type=_PATH, help="Recipe file, in place of a table.")
@click.option(
    "--data",
    type=_PATH,
    help="Mirror folder with the recipe's tables [default: what `screening fetch` has kept].",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Seed for a table.")
@click.option("--epochs", type=click.IntRange(1), help="Passes over a table.")
@click.option("--share-structures", is_flag=True, help="Keep training SMILES in the bundle.")
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
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
    share_structures: bool,
    **options: Any,
) -> None:
    """Train a model bundle on TABLE, or by a --recipe on published tables."""
    if (table is None) == (recipe is None):
        raise ConfigError("train needs either TABLE or --recipe", "give one of the two")
    output, test = _places(output, test, results, options["name"])
    if recipe is not None:
        from screening.train.from_recipe import train_recipe

        train_recipe(
            recipe,
            data or mirror_of_cache(cache_folder()),
            output,
            test=test,
            workers=workers,
            device=device,
            name=options["name"],
            share_structures=share_structures,
        )
    elif table is not None:
        from screening.train.from_table import train_table

        given = _table_options(share_structures, has_test=test is not None, **options)
        train_table(table, output, given, test=test, workers=workers, device=device)
    click.echo(f"bundle written to {output}")
    if results is not None:
        from screening.cli.registered import judge_registered, register

        assert test is not None  # `_places` has found one
        judge_registered(register(output, test, results), results, test.parent / JUDGEMENT)


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
    folder = results / MODELS / name
    return output or folder / BUNDLE, test or folder / FIXED_TEST


def _table_options(
    share_structures: bool,
    *,
    has_test: bool,
    smiles_column: str | None,
    targets: str | None,
    kind: str | None,
    name: str | None,
    settings: Path | None,
    conflicts: Literal["refuse", "majority"],
    marine: Path | None,
    seed: int,
    epochs: int | None,
    **split: Any,
) -> TableOptions:
    from screening.train.from_table import TableOptions
    from screening.train.recipe import read_found

    if not (smiles_column and targets and kind):
        raise ConfigError("a table needs --smiles-column, --targets and --kind")
    return TableOptions(
        smiles_column,
        tuple(dict.fromkeys(name.strip() for name in targets.split(",") if name.strip())),
        "regression" if kind == "regression" else "classification",
        split=_split(seed, has_test=has_test, **split),
        name=name,
        seed=seed,
        epochs=epochs,
        found=read_found(settings) if settings else None,
        conflicts=conflicts,
        marine=marine,
        share_structures=share_structures,
    )


def _split(
    seed: int,
    *,
    has_test: bool,
    split: Literal["scaffold", "cluster", "random", "time"],
    split_column: str | None,
    time_column: str | None,
    test_share: float | None,
) -> SplitRecipe:
    from screening.train.recipe import SplitRecipe

    if (split == "time") != (time_column is not None):
        raise ConfigError("--split time and --time-column go together", "give both or neither")
    if split_column:
        if split == "time" or test_share:
            raise ConfigError(
                "--split-column states the parts; --split time and --test-share divide otherwise",
                "give one of them",
            )
        return SplitRecipe(method="column", column=split_column, seed=seed)
    needs_test = has_test or split == "time"
    share = DEFAULT_TEST_SHARE if test_share is None and needs_test else test_share or 0.0
    if split == "time" and not share:
        raise ConfigError("--split time keeps the latest structures aside", "give a --test-share")
    return SplitRecipe(method=split, column=time_column, seed=seed, test_share=share)
