"""`screening search`: better settings for a table or a recipe, by trials over Dask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from screening.cli.compute_options import compute_options
from screening.cli.registry_store import registry_store
from screening.cli.table_options import (
    options_of_recipe,
    options_of_table,
    prices_option,
    table_options,
)
from screening.core.accounting import account
from screening.core.cache import cache_folder, mirror_of_cache
from screening.core.compute import Compute
from screening.core.costs import stated_cost
from screening.core.errors import ConfigError
from screening.core.prices import AccountingSettings

_PATH = click.Path(path_type=Path)
_EXPERIMENT = "hyper-parameter search"


@click.command("search")
@click.argument("table", required=False, type=_PATH)
@table_options
@click.option("--recipe", type=_PATH, help="Recipe file, in place of a table.")
@click.option(
    "--data",
    type=_PATH,
    help="Mirror folder with the recipe's tables [default: what `screening fetch` has kept].",
)
@click.option(
    "--test",
    type=_PATH,
    help="Fixed test, there already or to be made by train with these options; no trial sees it.",
)
@click.option(
    "--minutes",
    required=True,
    type=click.FloatRange(min=0, min_open=True),
    help="When the last trial ends; the start is measured to its end, even if that takes longer.",
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
@prices_option
@compute_options
def search_command(
    *,
    compute: Compute,
    table: Path | None,
    recipe: Path | None,
    data: Path | None,
    test: Path | None,
    minutes: float,
    trials: int | None,
    output: Path,
    results: Path,
    prices: AccountingSettings,
    **of_table: Any,
) -> None:
    """Search for the settings of networks and trees on TABLE, or for a --recipe."""
    from screening.track.fields import cost_metrics
    from screening.track.trial_runs import search_run
    from screening.train.search.search import SearchOptions, search
    from screening.train.search.sources import source_of_recipe, source_of_table

    if (table is None) == (recipe is None):
        raise ConfigError("search needs either TABLE or --recipe", "give one of the two")
    has_test = test is not None
    if recipe is not None:
        given = options_of_recipe(has_test=has_test, **of_table)
        source = source_of_recipe(recipe, data or mirror_of_cache(cache_folder()), given)
    elif table is not None:
        source = source_of_table(table, options_of_table(has_test=has_test, **of_table))
    _check_output(output, recipe)
    store = replace(registry_store(results), experiment=_EXPERIMENT)
    options = SearchOptions(minutes, trials, test)
    params = {"minutes": f"{minutes:g}", "seed": str(source.recipe.training.seed)}
    params |= {"endpoints": str(len(source.recipe.endpoints)), "workers": str(compute.n_workers)}
    with search_run(store, source.recipe.name, params) as run:
        if run is None:
            click.echo("[search] no MLflow server answers; nothing is recorded there", err=True)
        with account(workers_elsewhere=compute.is_elsewhere) as cost:
            result = search(source, output, options, compute, run.record if run else None)
        if run:
            counts = {f"n_{status}": float(n) for status, n in result.n_trials.items()}
            scores = {"score": result.score, "start_score": result.start_score}
            told = cost_metrics("search", stated_cost(cost, prices))
            run.close(result.values, {**scores, **counts, **told}, output)
    click.echo(f"settings written to {output}")


def _check_output(output: Path, recipe: Path | None) -> None:
    """Refuse early what would fail, or destroy, at the end."""
    if output.is_dir():
        raise ConfigError(f"{output}: is a folder", "name a YAML file for --output")
    if recipe is not None and output.resolve() == recipe.resolve():
        raise ConfigError(f"{output}: is the recipe itself", "name another file for --output")
