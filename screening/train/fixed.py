"""The fixed test in training: made by the first one, respected by all that follow."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.core.errors import ConfigError
from screening.core.fixed_test import LEAST_CLASS, LEAST_LABELS, FixedTest, too_few
from screening.train.assemble import LabelledSet
from screening.train.recipe import Recipe
from screening.train.split import Split

_NAMED = 3


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


def check_share(recipe: Recipe, file: Path) -> None:
    """Refuse a split that leaves nothing for a fixed test that is still to be made.

    Raises
    ------
    ConfigError : it states no share.
    """
    wanted = recipe.split
    if not (file.exists() or wanted.test_share or wanted.method == "column"):
        raise ConfigError(
            f"{file}: a fixed test is asked for, and the split keeps none",
            "give --test-share, or a split column with test rows",
        )


def unjudged(recipe: Recipe, labels: NDArray[np.float32]) -> dict[str, str]:
    """Endpoints that a test cannot judge, and why not.

    Parameters
    ----------
    labels : (n, n_endpoints) of its structures, NaN where unknown.
    """
    known = (labels[~np.isnan(labels[:, column]), column] for column in range(labels.shape[1]))
    pairs = zip(recipe.endpoints, known, strict=True)
    reasons = {endpoint.id: too_few(endpoint.kind, label) for endpoint, label in pairs}
    return {name: why for name, why in reasons.items() if why}


def check_judges(recipe: Recipe, file: Path, labels: NDArray[np.float32]) -> None:
    """Refuse a fixed test by which no version could ever be promoted.

    Parameters
    ----------
    file : where it is, or is to be. labels : as for `unjudged`.

    Raises
    ------
    ConfigError : it can judge no endpoint.
    """
    reasons = unjudged(recipe, labels)
    if len(reasons) == len(recipe.endpoints):
        named = ", ".join(f"{name}: {why}" for name, why in list(reasons.items())[:_NAMED])
        raise ConfigError(
            f"{file}: a fixed test of {len(labels)} structures can judge no endpoint ({named})",
            f"{LEAST_LABELS} structures and {LEAST_CLASS} of each class are needed: give a larger "
            "--test-share or more rows, or train without --register and --test",
        )
