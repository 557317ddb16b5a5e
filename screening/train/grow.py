"""Growing the boosted trees of an endpoint."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from screening.core.bundle import Kind
from screening.estimators.trees import ARRAYS, Trees
from screening.train.recipe import TreesRecipe

_DIGITS = 3
"""Digits of a leaf: errors of 0.0005 a tree cancel out, and bundles are a third smaller."""
_ROWS_PER_LEAF = 20
"""Small tables get smaller trees."""
_LOGISTIC = "binary:logistic"
_RARE = 1e-6


def grow_trees(
    matrix: csr_matrix,
    target: NDArray[np.float32],
    kind: Kind,
    recipe: TreesRecipe,
    *,
    seed: int,
    threads: int,
) -> Trees:
    """Boosted trees of one endpoint, with their leaves rounded as they are stored.

    Parameters
    ----------
    matrix : (n, 2123) of `tree_matrix`. target : (n,) 0/1 or standardised.
    """
    settings = {
        "objective": _LOGISTIC if kind == "classification" else "reg:squarederror",
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": max(2, min(recipe.leaves, len(target) // _ROWS_PER_LEAF)),
        "max_bin": 64,
        "learning_rate": recipe.learning_rate,
        "min_child_weight": recipe.smallest_weight,
        "reg_lambda": recipe.ridge,
        "colsample_bytree": recipe.feature_share,
        "subsample": recipe.row_share,
        "seed": seed,
        "nthread": threads,
    }
    data = xgboost.DMatrix(matrix, label=target, nthread=threads)
    return flat_trees(xgboost.train(settings, data, recipe.rounds))


def flat_trees(booster: xgboost.Booster) -> Trees:
    """The nodes and leaves of XGBoost's trees in the order in which they are asked."""
    learner = json.loads(booster.save_raw("json"))["learner"]
    found: dict[str, list[Any]] = {name: [] for name in ARRAYS}
    for tree in learner["gradient_booster"]["model"]["trees"]:
        found["n_leaves"].append(_add_node(tree, 0, 0, found))
    base = float(learner["learner_model_param"]["base_score"].strip("[]"))
    if learner["objective"]["name"] == _LOGISTIC:
        # XGBoost, too, takes a class without labels for rare.
        base = min(max(base, _RARE), 1 - _RARE)
        base = math.log(base / (1 - base))
    arrays = {name: np.array(found[name], dtype=kind) for name, kind in ARRAYS.items()}
    return Trees(base, **arrays)


def _add_node(tree: Mapping[str, Any], node: int, first: int, found: dict[str, list[Any]]) -> int:
    """Add what is below a node, from its leaf `first` on; returns the leaf after the last."""
    left, right = tree["left_children"][node], tree["right_children"][node]
    # A node without children keeps its value where others keep their threshold.
    threshold = tree["split_conditions"][node]
    if left == -1:
        found["leaves"].append(round(threshold, _DIGITS))
        return first + 1
    middle = _add_node(tree, left, first, found)
    question = 2 * tree["split_indices"][node] + (not tree["default_left"][node])
    for name, value in (("questions", question), ("thresholds", threshold), ("firsts", first)):
        found[name].append(value)
    return _add_node(tree, right, middle, found)
