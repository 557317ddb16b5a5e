"""`screening search`: better settings for a table or a recipe, by trials over Dask."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from screening.cli.compute_options import compute_options
from screening.core.cache import cache_folder, mirror_of_cache
from screening.core.compute import Compute
from screening.core.config import TrackingSettings
from screening.core.errors import ConfigError

_PATH = click.Path(path_type=Path)
_EXPERIMENT = "hyper-parameter search"


@click.command("search")
@click.argument("table", required=False, type=_PATH)
@click.option("--smiles-column", help="Column with the structures.")
@click.option("--targets", help="Label columns, comma-separated.")
@click.option(
    "--kind", type=click.Choice(["classification", "regression"]), help="What the labels are."
)
@click.option("--split-column", help="Column that says train, validation or test.")
@click.option(
    "--conflicts",
    type=click.Choice(["refuse", "majority"]),
    default="refuse",
    show_default=True,
    help="Rows of a table that give one structure two labels.",
)
@click.option("--recipe", type=_PATH, help="Recipe file, in place of a table.")
@click.option(
    "--data",
    type=_PATH,
    help="Mirror folder with the recipe's tables [default: what `screening fetch` has kept].",
)
@click.option("--test", type=_PATH, help="Fixed test; no trial sees its structures.")
@click.option("--seed", type=int, default=7, show_default=True, help="Seed for a table.")
@click.option(
    "--minutes", required=True, type=click.FloatRange(min=0, min_open=True), help="Time for all."
)
@click.option("--trials", type=click.IntRange(min=1), help="Most trials beside the start.")
@click.option("--output", required=True, type=_PATH, help="YAML file for the settings found.")
@click.option(
    "--results",
    type=_PATH,
    default=Path("results"),
    show_default=True,
    help="Folder of the MLflow store, unless MLFLOW_TRACKING_URI names one.",
)
@compute_options
def search_command(
    *,
    compute: Compute,
    table: Path | None,
    smiles_column: str | None,
    targets: str | None,
    kind: str | None,
    split_column: str | None,
    conflicts: Literal["refuse", "majority"],
    recipe: Path | None,
    data: Path | None,
    test: Path | None,
    seed: int,
    minutes: float,
    trials: int | None,
    output: Path,
    results: Path,
) -> None:
    """Search for the settings of networks and trees on TABLE, or for a --recipe."""
    from screening.track.store import locate_store
    from screening.track.trial_runs import search_run
    from screening.train.from_table import TableOptions
    from screening.train.recipe import SplitRecipe
    from screening.train.search.search import SearchOptions, search
    from screening.train.search.sources import source_of_recipe, source_of_table

    if (table is None) == (recipe is None):
        raise ConfigError("search needs either TABLE or --recipe", "give one of the two")
    if recipe is not None:
        source = source_of_recipe(recipe, data or mirror_of_cache(cache_folder()))
    elif table is not None:
        if not (smiles_column and targets and kind):
            raise ConfigError("a table needs --smiles-column, --targets and --kind")
        columns = tuple(dict.fromkeys(name.strip() for name in targets.split(",") if name.strip()))
        source = source_of_table(
            table,
            TableOptions(
                smiles_column=smiles_column,
                targets=columns,
                kind="regression" if kind == "regression" else "classification",
                split=SplitRecipe(
                    method="column" if split_column else "scaffold", column=split_column, seed=seed
                ),
                seed=seed,
                conflicts=conflicts,
            ),
        )
    _check_output(output, recipe)
    store = locate_store(TrackingSettings(experiment=_EXPERIMENT), results)
    options = SearchOptions(minutes, trials, test)
    params = {"minutes": f"{minutes:g}", "seed": str(source.recipe.training.seed)}
    params |= {"endpoints": str(len(source.recipe.endpoints)), "workers": str(compute.n_workers)}
    with search_run(store, source.recipe.name, params) as run:
        if run is None:
            click.echo("[search] no MLflow server answers; nothing is recorded there", err=True)
        result = search(source, output, options, compute, run.record if run else None)
        if run:
            counts = {f"n_{status}": float(n) for status, n in result.n_trials.items()}
            scores = {"score": result.score, "start_score": result.start_score}
            run.close(result.values, {**scores, **counts, "seconds": result.seconds}, output)
    click.echo(f"settings written to {output}")


def _check_output(output: Path, recipe: Path | None) -> None:
    """Refuse early what would fail, or destroy, at the end."""
    if output.is_dir():
        raise ConfigError(f"{output}: is a folder", "name a YAML file for --output")
    if recipe is not None and output.resolve() == recipe.resolve():
        raise ConfigError(f"{output}: is the recipe itself", "name another file for --output")
