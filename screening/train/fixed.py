"""The fixed test in training: made by the first one, respected by all that follow."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from screening.core.errors import ConfigError
from screening.core.fixed_test import FixedTest
from screening.train.assemble import LabelledSet
from screening.train.recipe import Recipe
from screening.train.split import Split


def with_fixed_test(labelled: LabelledSet, fixed: FixedTest, recipe: Recipe) -> LabelledSet:
    """The labelled structures, those of the fixed test as it states them, the others unchanged.

    Raises
    ------
    ConfigError : the test knows none of the endpoints.
    """
    names = [endpoint.id for endpoint in recipe.endpoints]
    if not set(names) & set(fixed.labels):
        raise ConfigError(
            f"the fixed test labels {', '.join(sorted(fixed.labels))}, not {', '.join(names)}",
            "name the test of this very model, or a new file",
        )
    known = set(fixed.flat_keys)
    kept = labelled.take(
        np.array([row for row, key in enumerate(labelled.flat_keys) if key not in known], np.int64)
    )
    unknown = np.full(len(fixed), np.nan, np.float32)
    labels = np.stack([fixed.labels.get(name, unknown) for name in names], axis=1)
    return LabelledSet(
        [*kept.flat_keys, *fixed.flat_keys],
        [*kept.smiles, *fixed.smiles],
        [*kept.public_smiles, *[""] * len(fixed)],
        np.concatenate([kept.labels, labels]),
        kept.public_endpoints,
        kept.counts,
    )


def fixed_test_of(
    recipe: Recipe, labelled: LabelledSet, split: Split, marine: Collection[str]
) -> FixedTest:
    """The test part of a split.

    Parameters
    ----------
    marine : flat keys of known marine natural products.
    """
    rows = split.test()
    keys = [labelled.flat_keys[row] for row in rows]
    return FixedTest(
        keys,
        [labelled.smiles[row] for row in rows],
        np.array([key in marine for key in keys], dtype=np.bool_),
        {
            endpoint.id: labelled.labels[rows, column]
            for column, endpoint in enumerate(recipe.endpoints)
        },
    )
