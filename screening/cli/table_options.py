"""What `train` and `search` are told about a labelled table."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

import click

from screening.core.errors import ConfigError

if TYPE_CHECKING:
    from screening.train.from_table import TableOptions
    from screening.train.recipe import SplitRecipe

DEFAULT_TEST_SHARE = 0.2
_OPTIONS = (
    click.option("--smiles-column", help="Column with the structures."),
    click.option("--targets", help="Label columns, comma-separated."),
    click.option(
        "--kind", type=click.Choice(["classification", "regression"]), help="What the labels are."
    ),
    click.option("--name", help="Name of the model [default: that of the folder]."),
    click.option(
        "--split",
        type=click.Choice(["scaffold", "cluster", "random", "time"]),
        default="scaffold",
        show_default=True,
        help="What decides which structures are held out.",
    ),
    click.option("--split-column", help="Column that says train, validation or test."),
    click.option("--time-column", help="Column of dates, for --split time."),
    click.option(
        "--test-share",
        type=click.FloatRange(0, 0.5),
        help="Share of the structures kept aside for the test [default: 0.2 with --test, else 0].",
    ),
    click.option(
        "--conflicts",
        type=click.Choice(["refuse", "majority"]),
        default="refuse",
        show_default=True,
        help="What to do with a compound that has both labels.",
    ),
    click.option("--seed", type=int, default=7, show_default=True, help="Seed for a table."),
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a table; `options_of_table` takes their values."""
    return reduce(lambda inner, option: option(inner), reversed(_OPTIONS), command)


def options_of_table(
    *,
    has_test: bool,
    smiles_column: str | None,
    targets: str | None,
    kind: str | None,
    name: str | None,
    conflicts: Literal["refuse", "majority"],
    seed: int,
    split: Literal["scaffold", "cluster", "random", "time"],
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
    divided = _split(
        seed,
        has_test=has_test,
        split=split,
        split_column=split_column,
        time_column=time_column,
        test_share=test_share,
    )
    return TableOptions(
        smiles_column,
        tuple(dict.fromkeys(name.strip() for name in targets.split(",") if name.strip())),
        "regression" if kind == "regression" else "classification",
        split=divided,
        name=name,
        seed=seed,
        conflicts=conflicts,
        **further,
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
