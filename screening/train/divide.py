"""Which split a recipe asks for, and the structures of the fixed test around which it is made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from screening.core.fixed_test import FixedTest
from screening.core.training import MOST_TESTED
from screening.estimators.features import PackedFeatures
from screening.train.assemble import LabelledSet, RawTable
from screening.train.clusters import cluster_groups
from screening.train.dates import latest
from screening.train.fixed import unjudged
from screening.train.recipe import Recipe
from screening.train.split import (
    Groups,
    Split,
    drawn_test,
    scaffold_groups,
    single_groups,
    split_around,
)
from screening.train.split_column import parts_from_column
from screening.train.structures import Structures

_STEPS = 100
"""In so many steps, or structure by structure, a test that can judge nothing grows."""


@dataclass(frozen=True)
class Divided:
    """What a split can go by.

    tables, structures : the label tables, and the structure of every SMILES.
    labelled, packed, scaffolds : of the merged structures, row by row.
    """

    tables: Mapping[str, RawTable]
    structures: Structures
    labelled: LabelledSet
    packed: PackedFeatures
    scaffolds: Sequence[str]


def divide(
    recipe: Recipe, given: Divided, fixed: FixedTest | None = None, *, judges: bool = False
) -> Split:
    """The split of a recipe.

    Parameters
    ----------
    fixed : structures that are the test, in place of the share that the recipe states; others of
        their scaffolds or clusters are not learned from either.
    judges : versions will be judged on the test: it takes as much more than its share as it needs.

    Raises
    ------
    TrainingDataError : the column of the parts or dates cannot be used.
    """
    wanted, keys = recipe.split, given.labelled.flat_keys
    if wanted.method == "column":
        return parts_from_column(
            recipe,
            given.tables,
            given.structures,
            given.labelled,
            given.scaffolds,
            test=_among(keys, fixed),
        )
    groups = _groups(recipe, given)
    by_date = wanted.method == "time"
    if fixed is not None:
        test = _among(keys, fixed)
    else:
        draw = (
            _latest(recipe, given) if by_date else partial(drawn_test, groups.of, seed=wanted.seed)
        )
        test = _judging(recipe, given.labelled, draw) if judges else draw(wanted.test_share)
    split = split_around(test, groups, wanted, apart=not by_date)
    if by_date:
        return Split(split.fold, f"time (column {wanted.column}); before it by {split.method}")
    return split


Draw = Callable[[float], NDArray[np.bool_]]
"""A share of the structures → which of them are the test."""


def _latest(recipe: Recipe, given: Divided) -> Draw:
    table = given.tables[recipe.endpoints[0].sources[0].table]
    column, keys = recipe.split.column or "", given.labelled.flat_keys
    return partial(latest, table, column, given.structures, keys)


def _judging(recipe: Recipe, labelled: LabelledSet, draw: Draw) -> NDArray[np.bool_]:
    """A test of the recipe's share, or the smallest larger one that can judge an endpoint."""
    n, share = len(labelled.flat_keys), recipe.split.test_share
    first = test = draw(share)
    while len(unjudged(recipe, labelled.labels[test])) == len(recipe.endpoints):
        share += max(1, n // _STEPS) / n
        if share > MOST_TESTED:
            return first
        test = draw(share)
    if share > recipe.split.test_share:
        print(
            f"the test takes {test.sum()} structures ({test.mean():.0%}): "
            f"{first.sum()} could judge no endpoint",
            file=sys.stderr,
            flush=True,
        )
    return test


def _groups(recipe: Recipe, given: Divided) -> Groups:
    keys = given.labelled.flat_keys
    if recipe.split.method == "cluster":
        return cluster_groups(given.packed, keys)
    if recipe.split.method == "random":
        return single_groups(keys)
    return scaffold_groups(keys, given.scaffolds)


def _among(flat_keys: Sequence[str], fixed: FixedTest | None) -> NDArray[np.bool_]:
    known = set(fixed.flat_keys) if fixed else set()
    return np.array([key in known for key in flat_keys], dtype=np.bool_)
