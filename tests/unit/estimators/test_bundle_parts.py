"""Trees and model space: what is written is what is read, and nothing else is taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xgboost
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from screening.core.bundle import MOST_LEAVES
from screening.core.errors import BundleError
from screening.estimators.features import Features, dense_counts, featurise, pack
from screening.estimators.model_space import ModelSpace
from screening.estimators.trees import (
    ARRAYS,
    N_COLUMNS,
    BoostedTrees,
    Trees,
    tree_matrix,
)
from screening.train.grow import flat_trees, grow_trees
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


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([2, 9, MOST_LEAVES]),
    st.sampled_from(["hist", "exact"]),
)
def test_trees_answer_as_xgboost_does(seed: int, leaves: int, method: str) -> None:
    """Values on thresholds, negative and missing ones, of more structures than one pass takes."""
    rng = np.random.default_rng(seed)
    known = np.zeros((300, N_COLUMNS), np.float32)
    columns = rng.choice(N_COLUMNS, 12, replace=False)
    known[:, columns] = rng.integers(-3, 4, (300, 12)) * (rng.random((300, 12)) < 0.7)
    target = known[:, columns[:4]].sum(axis=1) > rng.normal(0, 2, 300)
    settings = {
        "objective": "binary:logistic" if seed % 2 else "reg:squarederror",
        "tree_method": method,
        "grow_policy": "lossguide" if method == "hist" else "depthwise",
        "max_leaves": leaves,
        "max_depth": 0 if method == "hist" else 1 + leaves // 16,
        "learning_rate": 1.0,
        "seed": seed,
        "nthread": 1,
    }
    data = xgboost.DMatrix(csr_matrix(known), label=target, nthread=1)
    booster = xgboost.train(settings, data, 3)
    found = BoostedTrees([flat_trees(booster)]).predict(csr_matrix(known))[:, 0]
    expected = booster.predict(data, output_margin=True)
    # Leaves are stored with three digits.
    np.testing.assert_allclose(found, expected, atol=3 * 0.0005 + 1e-5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_leaves", [3, 0]),
        ("n_leaves", [2, MOST_LEAVES + 1]),
        ("n_leaves", []),
        ("questions", [0, 1, 2 * N_COLUMNS]),
        ("questions", [0, 1]),
        ("thresholds", [0.5]),
        ("firsts", [1, 0, 0]),
        ("firsts", [0, 2, 0]),
        ("leaves", [0.1] * 6),
        ("leaves", [0.1, 0.2, 0.3, 0.4, float("nan")]),
        ("thresholds", [0.5, float("inf"), 2.5]),
    ],
)
def test_trees_that_would_answer_from_outside_are_refused(name: str, value: list[float]) -> None:
    """A bundle is somebody else's file, and bounds are not checked while it is asked."""
    whole = {
        "n_leaves": [3, 2],
        "questions": [0, 1, 5],
        "thresholds": [0.5, 1.5, 2.5],
        "firsts": [0, 1, 0],
        "leaves": [0.1, 0.2, 0.3, 0.4, 0.5],
    }
    assert Trees(0.0, **typed(whole)).places.tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match=r"trees|nodes"):
        Trees(0.0, **typed(whole | {name: value}))


@pytest.mark.parametrize("name", ["base", *ARRAYS])
@pytest.mark.parametrize("within", [False, True])
def test_trees_that_lack_something_are_refused(
    tmp_path: Path, trees: BoostedTrees, name: str, within: bool
) -> None:
    path = tmp_path / "trees.parquet"
    trees.write(path, ["active", "inactive"])
    table = pq.read_table(path)
    values = table[name].to_pylist()
    values[0] = [None, *values[0][1:]] if within and name != "base" else None
    place = table.schema.get_field_index(name)
    column = pa.array(values, table.schema.field(name).type)
    pq.write_table(table.set_column(place, name, column), path)
    with pytest.raises(BundleError, match="not the trees of this bundle"):
        BoostedTrees.read(path, ["active", "inactive"])


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_trees_of_one_class_are_sure_of_it(label: float) -> None:
    known = matrix(3)
    target = np.full(known.shape[0], label, np.float32)
    grown = grow_trees(known, target, "classification", RECIPE, seed=1, threads=1)
    said = BoostedTrees([grown]).predict(known)
    assert (said > 5).all() if label else (said < -5).all()


def typed(arrays: dict[str, list[float]]) -> dict[str, np.ndarray]:
    return {name: np.array(arrays[name], dtype=kind) for name, kind in ARRAYS.items()}


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
