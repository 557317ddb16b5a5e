"""The forest to compare with: Morgan counts and scikit-learn's random forest."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from screening.core.bundle import Kind
from screening.estimators.features import PackedFeatures, dense_counts
from screening.estimators.metrics import Metrics, endpoint_metrics
from screening.train.evaluate import Measured
from screening.train.prepare import Prepared
from screening.train.recipe import BaselineRecipe, Recipe


def forest_metrics(
    packed: PackedFeatures,
    labels: NDArray[np.float32],
    kind: Kind,
    *,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    recipe: BaselineRecipe,
    seed: int,
    n_jobs: int,
) -> Metrics:
    """Fit a forest for one endpoint on its training rows, and measure it on its test rows.

    Parameters
    ----------
    labels : (n,) labels of the endpoint, NaN unknown. train, test : row indices of the parts.
    """
    fit_rows, test_rows = train[~np.isnan(labels[train])], test[~np.isnan(labels[test])]
    large = len(fit_rows) > recipe.large_rows
    settings = {
        "n_estimators": recipe.trees_large if large else recipe.trees,
        "random_state": seed,
        "n_jobs": n_jobs,
    }
    if len(fit_rows) == 0 or len(test_rows) == 0:
        return endpoint_metrics(kind, labels[:0], labels[:0])
    inputs, target = dense_counts(packed, fit_rows), labels[fit_rows]
    queries = dense_counts(packed, test_rows)
    if kind == "classification":
        forest = RandomForestClassifier(**settings).fit(inputs, target.astype(int))
        positive = list(forest.classes_).index(1) if 1 in forest.classes_ else None
        shares = forest.predict_proba(queries)
        value = np.zeros(len(test_rows)) if positive is None else shares[:, positive]
    else:
        # All features a split, the default for regression, costs seven times this and gains
        # little on fingerprints.
        value = (
            RandomForestRegressor(max_features=0.15, **settings)
            .fit(inputs, target)
            .predict(queries)
        )
    print(f"forest of {settings['n_estimators']} trees on {len(fit_rows)} rows", file=sys.stderr)
    return endpoint_metrics(kind, labels[test_rows], value)


def beside_forests(
    recipe: Recipe, prepared: Prepared, measured: Measured, workers: int
) -> list[dict[str, Metrics]]:
    """Per endpoint `forest` and, on the same rows, `beside_forest`, the bundle's own values.

    Rows are the test structures; without them, those of the first fold, from whose models the
    forest differs in nothing but the method.
    """
    test = prepared.split.test()
    rows = test if len(test) else prepared.split.held_out(0)
    places = np.searchsorted(measured.rows, rows)
    found = []
    for column, endpoint in enumerate(recipe.endpoints):
        labels = prepared.labelled.labels[:, column]
        known = ~np.isnan(labels[rows])
        value = measured.joined.value[places[known], column]
        found.append(
            {
                "forest": forest_metrics(
                    prepared.packed,
                    labels,
                    endpoint.kind,
                    train=prepared.split.train(0),
                    test=rows,
                    recipe=recipe.baseline,
                    seed=recipe.training.seed,
                    n_jobs=workers,
                ),
                "beside_forest": endpoint_metrics(endpoint.kind, labels[rows[known]], value),
            }
        )
    return found
