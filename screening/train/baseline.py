"""The forest to compare with: Morgan counts and scikit-learn's random forest."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from screening.core.bundle import Kind
from screening.estimators.features import PackedFeatures, dense_counts
from screening.estimators.metrics import Metrics, endpoint_metrics
from screening.train.evaluate import Measured
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe
from screening.train.split import Rows


@dataclass(frozen=True)
class _Endpoint:
    """What a forest learns: the structures' features, and one endpoint's labels, NaN unknown."""

    packed: PackedFeatures
    labels: NDArray[np.float32]
    kind: Kind


def _forest_values(
    endpoint: _Endpoint,
    train: NDArray[np.int64],
    asked: NDArray[np.int64],
    recipe: Recipe,
    n_jobs: int,
) -> NDArray[np.float64]:
    """(m,) what a forest that has learned from some rows says of others."""
    fit_rows = train[~np.isnan(endpoint.labels[train])]
    large = len(fit_rows) > recipe.baseline.large_rows
    settings = {
        "n_estimators": recipe.baseline.trees_large if large else recipe.baseline.trees,
        "random_state": recipe.training.seed,
        "n_jobs": n_jobs,
    }
    if len(fit_rows) == 0 or len(asked) == 0:
        return np.zeros(len(asked))
    inputs, target = dense_counts(endpoint.packed, fit_rows), endpoint.labels[fit_rows]
    queries = dense_counts(endpoint.packed, asked)
    print(f"forest of {settings['n_estimators']} trees on {len(fit_rows)} rows", file=sys.stderr)
    if endpoint.kind == "classification":
        forest = RandomForestClassifier(**settings).fit(inputs, target.astype(int))
        positive = list(forest.classes_).index(1) if 1 in forest.classes_ else None
        shares = forest.predict_proba(queries)
        return np.zeros(len(asked)) if positive is None else shares[:, positive]
    # All features a split, the default for regression, costs seven times this and gains little on
    # fingerprints.
    forest = RandomForestRegressor(max_features=0.15, **settings).fit(inputs, target)
    values: NDArray[np.float64] = forest.predict(queries)
    return values


def _compared(recipe: Recipe, prepared: Prepared) -> list[tuple[Rows, Rows]]:
    """Pairs of rows that a forest learns from and is asked for.

    The test structures; without them those held out, by every fold of a small table and by the
    first of a large one.
    """
    split = prepared.split
    if len(split.test()):
        return [(split.learned(), split.test())]
    small = len(split.learned()) <= recipe.baseline.all_folds_rows
    folds = range(split.n_folds if small else 1)
    return [(split.train(fold), split.held_out(fold)) for fold in folds]


def beside_forests(
    recipe: Recipe, prepared: Prepared, measured: Measured, workers: int
) -> list[dict[str, Metrics]]:
    """Per endpoint `forest` and, on the same rows, `beside_forest`, the bundle's own values."""
    pairs = _compared(recipe, prepared)
    found = []
    for column, endpoint in enumerate(recipe.endpoints):
        labels = prepared.labelled.labels[:, column]
        learned = _Endpoint(prepared.packed, labels, endpoint.kind)
        asked = [rows[~np.isnan(labels[rows])] for _, rows in pairs]
        values = [
            _forest_values(learned, train, rows, recipe, workers)
            for (train, _), rows in zip(pairs, asked, strict=True)
        ]
        label = labels[np.concatenate(asked)]
        own = measured.joined.value[np.searchsorted(measured.rows, np.concatenate(asked)), column]
        found.append(
            {
                "forest": endpoint_metrics(endpoint.kind, label, np.concatenate(values)),
                "beside_forest": endpoint_metrics(endpoint.kind, label, own),
            }
        )
    return found
