"""`screening train`: a labelled table, or a recipe, to a model bundle."""

from __future__ import annotations

from pathlib import Path

import click

from screening.core.cache import cache_folder, mirror_of_cache
from screening.core.errors import ConfigError

_PATH = click.Path(path_type=Path)


@click.command("train")
@click.argument("table", required=False, type=_PATH)
@click.option("--smiles-column", help="Column with the structures.")
@click.option("--targets", help="Label columns, comma-separated.")
@click.option(
    "--kind", type=click.Choice(["classification", "regression"]), help="What the labels are."
)
@click.option("--output", required=True, type=_PATH, help="Folder of the new bundle.")
@click.option("--split-column", help="Column that says train, validation or test.")
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
    smiles_column: str | None,
    targets: str | None,
    kind: str | None,
    output: Path,
    split_column: str | None,
    recipe: Path | None,
    data: Path | None,
    seed: int,
    epochs: int | None,
    share_structures: bool,
    device: str,
    workers: int,
) -> None:
    """Train a model bundle on TABLE, or by a --recipe on published tables."""
    if (table is None) == (recipe is None):
        raise ConfigError("train needs either TABLE or --recipe", "give one of the two")
    if recipe is not None:
        from screening.train.from_recipe import train_recipe

        train_recipe(
            recipe,
            data or mirror_of_cache(cache_folder()),
            output,
            workers=workers,
            device=device,
            share_structures=share_structures,
        )
    elif table is not None:
        from screening.train.from_table import TableOptions, train_table

        if not (smiles_column and targets and kind):
            raise ConfigError("a table needs --smiles-column, --targets and --kind")
        columns = tuple(dict.fromkeys(name.strip() for name in targets.split(",") if name.strip()))
        options = TableOptions(
            smiles_column,
            columns,
            "regression" if kind == "regression" else "classification",
            split_column,
            seed,
            epochs,
            share_structures,
        )
        train_table(table, output, options, workers=workers, device=device)
    click.echo(f"bundle written to {output}")
