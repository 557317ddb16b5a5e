"""Where in a network's space the training structures are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from screening.estimators.model_space import ModelSpace

_DIMENSIONS = 16
_CENTRES = 64
_PER_CENTRE = 10
_POPULATED = 3
"""Labelled structures that make a centre a place where the endpoint has learned something."""
_SAMPLE = 20_000


def fit_space(
    represented: NDArray[np.float32], labels: NDArray[np.float32], seed: int
) -> ModelSpace:
    """Principal components and k-means of the structures a network has learned from.

    Parameters
    ----------
    represented : (n, hidden) of those structures. labels : (n, n_endpoints), NaN unknown.
    """
    drawn = np.random.default_rng(seed).permutation(len(represented))[:_SAMPLE]
    components = min(_DIMENSIONS, len(drawn) - 1, represented.shape[1])
    pca = PCA(components, random_state=seed).fit(represented[drawn])
    scale = np.sqrt(np.maximum(pca.explained_variance_, 1e-6))
    axes = (pca.components_.T / scale).astype(np.float32)
    mean = pca.mean_.astype(np.float32)
    places = (represented - mean) @ axes
    n_centres = max(1, min(_CENTRES, len(drawn) // _PER_CENTRE))
    means = KMeans(n_centres, n_init=1, random_state=seed).fit(places[drawn])
    home = means.predict(places)
    known = (~np.isnan(labels)).astype(np.int64)
    number = np.zeros((n_centres, labels.shape[1]), dtype=np.int64)
    np.add.at(number, home, known)
    return ModelSpace(mean, axes, means.cluster_centers_.astype(np.float32), number >= _POPULATED)
