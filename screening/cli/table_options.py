"""What `train` and `search` are told about a labelled table, or in place of a recipe."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, get_args

import click

from screening.cli.stage_settings import settings_from
from screening.core.bundle import Kind
from screening.core.errors import ConfigError
from screening.core.prices import AccountingSettings
from screening.core.training import MOST_TESTED, SEED, TEST_SHARE, Conflicts, SplitRule

if TYPE_CHECKING:
    from screening.train.from_recipe import RecipeOptions
    from screening.train.from_table import TableOptions
    from screening.train.recipe import SplitRecipe

_OPTIONS = (
    click.option("--smiles-column", help="Column with the structures."),
    click.option("--targets", help="Label columns, comma-separated."),
    click.option("--kind", type=click.Choice(get_args(Kind)), help="What the labels are."),
    click.option("--name", help="Name of the model [default: that of the folder, or recipe]."),
    click.option(
        "--split",
        type=click.Choice(get_args(SplitRule)),
        show_default="scaffold, or as in the recipe",
        help="What decides which structures are held out.",
    ),
    click.option("--split-column", help="Column that says train, validation or test."),
    click.option("--time-column", help="Column of dates, for --split time."),
    click.option(
        "--test-share",
        type=click.FloatRange(0, MOST_TESTED),
        show_default=f"as in the recipe; else {TEST_SHARE} with --test, or 0",
        help="Share of the structures kept aside for the test.",
    ),
    click.option(
        "--conflicts",
        type=click.Choice(get_args(Conflicts)),
        show_default="refuse",
        help="What to do with a compound that has both labels.",
    ),
    click.option(
        "--seed",
        type=int,
        show_default=f"{SEED}, or as in the recipe",
        help="Seed of what is drawn.",
    ),
)
# With a recipe they would say nothing, or contradict it.
_OF_A_TABLE = (
    *("smiles_column", "targets", "kind", "split_column", "time_column", "conflicts"),
    *("settings", "epochs", "marine"),
)


def _read_prices(context: click.Context, parameter: click.Parameter, text: str) -> object:
    return settings_from(AccountingSettings, text, "--prices")


prices_option = click.option(
    "--prices",
    default="{}",
    callback=_read_prices,
    help="Settings `accounting`, as JSON, by which the cost is told in money.",
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; `options_of_table` or `options_of_recipe` takes their values."""
    return reduce(lambda inner, option: option(inner), reversed(_OPTIONS), command)


def options_of_table(
    *,
    has_test: bool,
    smiles_column: str | None,
    targets: str | None,
    kind: Kind | None,
    name: str | None,
    conflicts: Conflicts | None,
    seed: int | None,
    split: SplitRule | None,
    split_column: str | None,
    time_column: str | None,
    test_share: float | None,
    **further: Any,
) -> TableOptions:
    """The options as the training takes them.

    Parameters
    ----------
    has_test : a fixed test is named. further : other fields of `TableOptions`.

    Raises
    ------
    ConfigError : options are missing, or contradict each other.
    """
    from screening.train.from_table import TableOptions

    if not (smiles_column and targets and kind):
        raise ConfigError("a table needs --smiles-column, --targets and --kind")
    seed = SEED if seed is None else seed
    divided = _split(
        seed,
        has_test=has_test,
        split=split or "scaffold",
        split_column=split_column,
        time_column=time_column,
        test_share=test_share,
    )
    return TableOptions(
        smiles_column,
        tuple(dict.fromkeys(name.strip() for name in targets.split(",") if name.strip())),
        kind,
        split=divided,
        name=name,
        seed=seed,
        conflicts=conflicts or "refuse",
        **further,
    )


def options_of_recipe(
    *,
    has_test: bool,
    name: str | None,
    split: SplitRule | None,
    test_share: float | None,
    seed: int | None,
    share_structures: bool = False,
    **of_table: Any,
) -> RecipeOptions:
    """The options that take the place of what a recipe states.

    Parameters
    ----------
    has_test : a fixed test is named. of_table : the other options, none of which may be given.

    Raises
    ------
    ConfigError : one of them is.
    """
    from screening.train.from_recipe import RecipeOptions

    given = [f"--{key.replace('_', '-')}" for key in _OF_A_TABLE if of_table.get(key) is not None]
    if given or split == "time":
        raise ConfigError(
            f"{', '.join(given or ['--split time'])}: of a table, not of a --recipe",
            "state it in the recipe",
        )
    return RecipeOptions(name, split, test_share, seed, has_test, share_structures)


def _split(
    seed: int,
    *,
    has_test: bool,
    split: SplitRule,
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
    share = TEST_SHARE if test_share is None and needs_test else test_share or 0.0
    if split == "time" and not share:
        raise ConfigError("--split time keeps the latest structures aside", "give a --test-share")
    return SplitRecipe(method=split, column=time_column, seed=seed, test_share=share)
