"""Which split a recipe asks for, and the structures of the fixed test around which it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.core.fixed_test import FixedTest
from screening.estimators.features import PackedFeatures
from screening.train.assemble import LabelledSet, RawTable
from screening.train.clusters import cluster_groups
from screening.train.dates import latest
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


def divide(recipe: Recipe, given: Divided, fixed: FixedTest | None = None) -> Split:
    """The split of a recipe.

    Parameters
    ----------
    fixed : structures that are the test, in place of the share that the recipe states; others of
        their scaffolds or clusters are not learned from either.

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
    elif by_date:
        table = given.tables[recipe.endpoints[0].sources[0].table]
        column = wanted.column or ""
        test = latest(table, column, given.structures, keys, wanted.test_share)
    else:
        test = drawn_test(groups.of, wanted.test_share, wanted.seed)
    split = split_around(test, groups, wanted, apart=not by_date)
    if by_date:
        return Split(split.fold, f"time (column {wanted.column}); before it by {split.method}")
    return split


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
