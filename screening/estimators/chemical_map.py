"""Structures in the plane, those that are alike beside each other.

t-SNE (van der Maaten and Hinton 2008, J. Mach. Learn. Res. 9:2579) of the first principal
components of Morgan counts. Distances between far groups mean little in such a picture, so that it
comes with its trustworthiness (Venna and Kaski 2001, doi:10.1007/3-540-44668-0_68).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

COMPONENTS = 50
PERPLEXITY = 30.0
# The fewest that the method can lay out; t-SNE wants more points than its perplexity.
FEWEST = 10
_SEED = 20
_NEIGHBOURS = 10
# Enough for groups to settle; more iterations move them little and cost seconds.
_ITERATIONS = 500


@dataclass(frozen=True)
class ChemicalMap:
    """A picture of structures.

    Parameters
    ----------
    points : (n, 2) float64, from 0 to 1 in both directions.
    components : principal components that are laid out.
    variance : share of the counts' variance that they hold, 0 to 1.
    first_two : the same of the first two components alone, for comparison.
    trustworthiness : 1 where the neighbours in the plane are those in the fingerprints, 0.5 where
        they are chance.
    """

    points: NDArray[np.float64]
    components: int
    variance: float
    first_two: float
    trustworthiness: float


def map_structures(counts: csr_array) -> ChemicalMap | None:
    """Lay structures out; None where too few differ. The same input gives the same picture.

    Parameters
    ----------
    counts : (n, n_bits) Morgan counts; n is some thousands, since time grows with it.
    """
    # Equal structures are one point: of nothing but equals, t-SNE's tree breaks the process.
    distinct, place = np.unique(counts.toarray(), axis=0, return_inverse=True)
    n = len(distinct)
    if n < FEWEST:
        return None
    # Logarithms, so that a sugar counted seven times does not outweigh all else; unit length, so
    # that size alone does not part structures.
    rows = np.log1p(distinct.astype(np.float32))
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    size = min(COMPONENTS, n - 1)
    reduction = PCA(size, svd_solver="randomized", random_state=_SEED).fit(rows)
    shares = reduction.explained_variance_ratio_
    reduced = reduction.transform(rows)
    points = TSNE(
        2,
        perplexity=min(PERPLEXITY, (n - 1) / 3),
        init="pca",
        max_iter=_ITERATIONS,
        angle=0.6,
        random_state=_SEED,
        n_jobs=1,
    ).fit_transform(reduced)
    kept = trustworthiness(rows, points, n_neighbors=min(_NEIGHBOURS, n // 2 - 1))
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.maximum(high - low, 1e-9)
    return ChemicalMap(
        scaled.astype(np.float64)[place],
        size,
        float(shares.sum()),
        float(shares[:2].sum()),
        float(kept),
    )
