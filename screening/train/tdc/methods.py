"""The three methods that the benchmark blends; each learns a set and predicts structures.

Predictions are probabilities, or values on the scale that is learned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from screening.core.bundle import Kind
from screening.estimators.calibration import sigmoid
from screening.estimators.features import PackedFeatures
from screening.estimators.inference import run_network
from screening.train.fit import Task as NetworkTask
from screening.train.fit import fit_member
from screening.train.recipe import NetworkRecipe, TrainingRecipe

Floats = NDArray[np.float32]

BOOSTED = {
    "max_depth": 6,
    "learning_rate": 0.03,
    "min_child_weight": 2,
    "reg_lambda": 2.0,
    "colsample_bytree": 0.2,
    "subsample": 0.8,
    "tree_method": "hist",
    "max_bin": 64,
    "nthread": 1,
}
BOOSTED_ROUNDS = 500
BAGS = 3
"""Small sets get the mean of several seeds."""
EXTRA_TREES, EXTRA_TREES_LARGE, LARGE_ROWS = 200, 60, 3_000
EXTRA_SHARE = {"classification": "sqrt", "regression": 0.05}
NETWORK = NetworkRecipe(hidden=64, layers=3, fingerprint_hidden=256, head_hidden=256, dropout=0.25)
TRAINING = TrainingRecipe(epochs=25, batch_size=256, learning_rate=1.5e-3, weight_decay=0.05)


def boosted_trees(train: Floats, target: Floats, queries: Floats, kind: Kind, seed: int) -> Floats:
    """Predictions of boosted trees."""
    mean, deviation = (0.0, 1.0) if kind == "classification" else _standard(target)
    settings: dict[str, Any] = {
        **BOOSTED,
        "objective": "binary:logistic" if kind == "classification" else "reg:squarederror",
    }
    data = xgboost.DMatrix(train, label=(target - mean) / deviation, missing=0.0, nthread=1)
    asked = xgboost.DMatrix(queries, missing=0.0, nthread=1)
    total = np.zeros(len(queries), np.float32)
    bags = BAGS if len(target) <= LARGE_ROWS else 1
    for bag in range(bags):
        booster = xgboost.train({**settings, "seed": 100 * seed + bag}, data, BOOSTED_ROUNDS)
        total += booster.predict(asked) / bags
    return total * deviation + mean


def extra_trees(train: Floats, target: Floats, queries: Floats, kind: Kind, seed: int) -> Floats:
    """Predictions of extremely randomised trees."""
    settings = {
        "n_estimators": EXTRA_TREES if len(target) <= LARGE_ROWS else EXTRA_TREES_LARGE,
        "max_features": EXTRA_SHARE[kind],
        "random_state": seed,
    }
    if kind == "classification":
        forest = ExtraTreesClassifier(**settings).fit(train, target.astype(int))
        shares: Floats = forest.predict_proba(queries)[:, 1].astype(np.float32)
        return shares
    forest = ExtraTreesRegressor(min_samples_leaf=2, **settings).fit(train, target)
    values: Floats = forest.predict(queries).astype(np.float32)
    return values


def joint_network(
    packed: PackedFeatures,
    targets: Floats,
    is_class: NDArray[np.bool_],
    held_out: NDArray[np.int64],
    *,
    seed: int,
    name: str,
) -> Floats:
    """Predictions (n, n_sets) for all structures, of one network that learns all sets at once.

    Parameters
    ----------
    targets : (n, n_sets), NaN where unknown or kept aside.
    held_out : rows on which progress is shown.
    """
    scaled = targets.copy()
    scaling = [
        (0.0, 1.0) if binary else _standard(targets[:, column])
        for column, binary in enumerate(is_class)
    ]
    for column, (mean, deviation) in enumerate(scaling):
        scaled[:, column] = (scaled[:, column] - mean) / deviation
    train = np.flatnonzero(~np.isnan(scaled).all(axis=1)).astype(np.int64)
    task = NetworkTask(packed, scaled, is_class, train, held_out)
    network = fit_member(task, NETWORK, TRAINING, seed=seed, name=name)
    raw = run_network(network, packed, np.arange(len(packed), dtype=np.int64)).raw
    for column, (mean, deviation) in enumerate(scaling):
        raw[:, column] = (
            sigmoid(raw[:, column].astype(np.float64))
            if is_class[column]
            else raw[:, column] * deviation + mean
        )
    return raw


def _standard(values: Floats) -> tuple[float, float]:
    return float(np.nanmean(values)), max(float(np.nanstd(values)), 1e-6)
