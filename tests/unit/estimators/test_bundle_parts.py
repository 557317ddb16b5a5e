"""Trees and model space: what is written is what is read, and nothing else is taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from screening.core.errors import BundleError
from screening.estimators.features import Features, dense_counts, featurise, pack
from screening.estimators.model_space import ModelSpace
from screening.estimators.trees import N_COLUMNS, BoostedTrees, tree_matrix
from screening.train.grow import grow_trees
from screening.train.recipe import TreesRecipe
from screening.train.space import fit_space

RECIPE = TreesRecipe(rounds=20, leaves=8, feature_share=1.0)


def matrix(seed: int, n: int = 200) -> csr_matrix:
    """Mostly zeros; column 3 decides."""
    rng = np.random.default_rng(seed)
    found = (rng.random((n, N_COLUMNS)) < 0.02).astype(np.float32)
    found[:, 3] = rng.integers(0, 2, n)
    return csr_matrix(found)


def decides(found: csr_matrix) -> np.ndarray:
    return found[:, [3]].toarray()[:, 0]


@pytest.fixture(scope="module")
def trees() -> BoostedTrees:
    known = matrix(0)
    grown = [
        grow_trees(known, target, "classification", RECIPE, seed=1, threads=1)
        for target in (decides(known), 1 - decides(known))
    ]
    return BoostedTrees(grown)


def test_trees_learn_and_survive_writing(tmp_path: Path, trees: BoostedTrees) -> None:
    queries = matrix(5, 50)
    raw = trees.predict(queries)
    assert raw[decides(queries) == 1, 0].min() > raw[decides(queries) == 0, 0].max()
    trees.write(tmp_path / "trees.parquet", ["active", "inactive"])
    # By name, not by place.
    again = BoostedTrees.read(tmp_path / "trees.parquet", ["inactive", "active"])
    np.testing.assert_array_equal(again.predict(queries), raw[:, ::-1])


def test_the_matrix_holds_counts_then_descriptors() -> None:
    found = [featurise(text) for text in ("CCO", "C", "c1ccc(Br)cc1C(=O)O")]
    packed = pack([one for one in found if isinstance(one, Features)])
    rows = np.array([2, 0, 2])
    dense = np.hstack([dense_counts(packed, rows), packed.descriptors[rows]])
    np.testing.assert_array_equal(tree_matrix(packed, rows).toarray(), dense)
    assert tree_matrix(packed, rows[:0]).shape == (0, N_COLUMNS)


@pytest.mark.parametrize("fault", ["text", "endpoint", "bytes"])
def test_other_trees_are_refused(tmp_path: Path, trees: BoostedTrees, fault: str) -> None:
    path = tmp_path / "trees.parquet"
    trees.write(path, ["active", "inactive"])
    if fault == "text":
        path.write_text("no table")
    elif fault == "bytes":
        path.write_bytes(path.read_bytes()[:-100])
    names = ["active", "another"] if fault == "endpoint" else ["active", "inactive"]
    with pytest.raises(BundleError, match="not the trees of this bundle"):
        BoostedTrees.read(path, names)


def test_distance_is_small_where_something_was_learned(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    represented = np.concatenate([rng.normal(0, 1, (300, 8)), rng.normal(6, 1, (300, 8))])
    labels = np.full((600, 3), np.nan, np.float32)
    labels[:, 0] = 1
    labels[:300, 1] = 1  # of the first cloud alone; of the third endpoint nothing is known
    space = fit_space(represented.astype(np.float32), labels, seed=0)
    space.write(tmp_path / "space.safetensors")
    again = ModelSpace.read(tmp_path / "space.safetensors")
    queries = np.stack([np.zeros(8), np.full(8, 6.0), np.full(8, 60.0)]).astype(np.float32)
    near, far, outside = again.distance(queries)
    np.testing.assert_array_equal(again.distance(queries), space.distance(queries))
    assert near[0] < outside[0] and far[0] < outside[0]
    assert near[1] < far[1]
    assert np.isinf(near[2])


def test_another_space_is_refused(tmp_path: Path) -> None:
    (tmp_path / "space.safetensors").write_text("no tensors")
    with pytest.raises(BundleError, match="not the model space"):
        ModelSpace.read(tmp_path / "space.safetensors")
