"""The space of the search: which settings of a recipe are tried, and between which bounds.

Bounds keep a bundle shippable: networks of at most a few million weights, and no more than about
twice the nodes of today's trees. Shrinkage, sizes and rates are drawn on a log scale, since their
effect is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from screening.train.recipe import Recipe

Learner = Literal["network", "trees"]
LEARNERS: tuple[Learner, ...] = ("network", "trees")
Values = dict[str, float | int]

SPACE: Mapping[Learner, Mapping[str, BaseDistribution]] = {
    "network": {
        "network.hidden": IntDistribution(32, 192, step=32),
        "network.layers": IntDistribution(1, 5),
        "network.fingerprint_hidden": IntDistribution(64, 512, log=True),
        "network.head_hidden": IntDistribution(64, 512, log=True),
        "network.dropout": FloatDistribution(0.0, 0.5),
        "training.epochs": IntDistribution(4, 40, log=True),
        "training.batch_size": CategoricalDistribution((64, 128, 256, 512)),
        "training.learning_rate": FloatDistribution(2e-4, 1e-2, log=True),
        "training.weight_decay": FloatDistribution(1e-5, 0.3, log=True),
    },
    "trees": {
        "trees.rounds": IntDistribution(60, 500, log=True),
        "trees.leaves": IntDistribution(7, 63, log=True),
        "trees.learning_rate": FloatDistribution(0.01, 0.3, log=True),
        "trees.smallest_weight": FloatDistribution(0.3, 10.0, log=True),
        "trees.ridge": FloatDistribution(0.1, 30.0, log=True),
        "trees.feature_share": FloatDistribution(0.05, 1.0, log=True),
        "trees.row_share": FloatDistribution(0.5, 1.0),
    },
}
_DIGITS = 3
"""Digits of a setting: the score is known to fewer."""


def values_of(recipe: Recipe, learner: Learner) -> Values:
    """What a recipe says of the settings that are searched."""
    return {name: _section(recipe, name)[name.partition(".")[2]] for name in SPACE[learner]}


def with_values(recipe: Recipe, values: Mapping[str, float | int]) -> Recipe:
    """The recipe with other settings, checked; floats are cut to three digits.

    Where epochs are set there is no patience: a trial takes all of them.
    """
    changed = recipe.model_dump()
    if "training.epochs" in values:
        changed["training"]["patience"] = None
    for name, value in values.items():
        section, _, key = name.partition(".")
        changed[section][key] = float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
    return Recipe.model_validate(changed)


def _section(recipe: Recipe, name: str) -> Values:
    section: Values = getattr(recipe, name.partition(".")[0]).model_dump()
    return section
