"""Growing the boosted trees of an endpoint."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from screening.core.bundle import Kind
from screening.train.recipe import TreesRecipe

_DIGITS = 3
"""Digits of a leaf: errors of 0.0005 a tree cancel out, and bundles are a third smaller."""
_ROWS_PER_LEAF = 20
"""Small tables get smaller trees."""
# What XGBoost keeps of how a tree came to be; predictions do not read it.
_HISTORY = ("loss_changes", "sum_hessian", "base_weights")


def grow_trees(
    matrix: csr_matrix,
    target: NDArray[np.float32],
    kind: Kind,
    recipe: TreesRecipe,
    *,
    seed: int,
    threads: int,
) -> xgboost.Booster:
    """Boosted trees of one endpoint, with their leaves rounded as they are stored.

    Parameters
    ----------
    matrix : (n, 2123) of `tree_matrix`. target : (n,) 0/1 or standardised.
    """
    settings = {
        "objective": "binary:logistic" if kind == "classification" else "reg:squarederror",
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
    return _without_history(xgboost.train(settings, data, recipe.rounds))


def _without_history(booster: xgboost.Booster) -> xgboost.Booster:
    content: dict[str, Any] = json.loads(booster.save_raw("json"))
    for tree in content["learner"]["gradient_booster"]["model"]["trees"]:
        n_nodes = len(tree["left_children"])
        for name in _HISTORY:
            tree[name] = [0.0] * n_nodes
        # A node without children keeps its value where others keep their threshold.
        tree["split_conditions"] = [
            round(value, _DIGITS) if left == -1 else value
            for value, left in zip(tree["split_conditions"], tree["left_children"], strict=True)
        ]
    slim = xgboost.Booster()
    slim.load_model(bytearray(json.dumps(content).encode()))
    return slim
