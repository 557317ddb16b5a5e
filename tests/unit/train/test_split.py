from __future__ import annotations

import numpy as np
import pytest

from screening.core.errors import TrainingDataError
from screening.train.audit import audit_exclusions, audit_split
from screening.train.featurised import murcko_scaffold
from screening.train.recipe import SplitRecipe
from screening.train.split import split_structures

RECIPE = SplitRecipe(seed=3)


def groups(n: int) -> tuple[list[str], list[str]]:
    keys = [f"KEY{row}" for row in range(n)]
    return keys, [f"scaffold {row // 4}" if row % 5 else "" for row in range(n)]


def test_scaffolds_stay_together_and_shares_hold() -> None:
    keys, scaffolds = groups(1000)
    parts, method = split_structures(keys, scaffolds, RECIPE)
    audit_split(keys, parts, scaffolds)
    assert method == "Bemis-Murcko scaffold"
    shares = np.bincount(parts, minlength=3) / 1000
    np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], atol=0.02)


def test_seed_decides_and_repeats() -> None:
    keys, scaffolds = groups(400)
    first, _ = split_structures(keys, scaffolds, RECIPE)
    again, _ = split_structures(keys, scaffolds, RECIPE)
    other, _ = split_structures(keys, scaffolds, SplitRecipe(seed=4))
    assert (first == again).all()
    assert (first != other).any()


def test_order_of_rows_does_not_matter() -> None:
    keys, scaffolds = groups(400)
    first, _ = split_structures(keys, scaffolds, RECIPE)
    back, _ = split_structures(keys[::-1], scaffolds[::-1], RECIPE)
    assert (first == back[::-1]).all()


def test_one_dominant_scaffold_is_split_by_structure_and_said_so() -> None:
    keys = [f"KEY{row}" for row in range(60)]
    parts, method = split_structures(keys, ["c1ccccc1"] * 60, RECIPE)
    assert "one scaffold dominates" in method
    assert (np.bincount(parts, minlength=3) > 0).all()


def test_a_planted_leak_fails_the_audit() -> None:
    keys, scaffolds = groups(40)
    parts, _ = split_structures(keys, scaffolds, RECIPE)
    test_row = int(np.flatnonzero(parts == 2)[0])
    with pytest.raises(TrainingDataError, match=keys[test_row]):
        audit_split([*keys, keys[test_row]], np.append(parts, 0).astype(np.int8))


def test_a_duplicate_inside_one_part_fails_the_audit() -> None:
    with pytest.raises(TrainingDataError, match="more than once"):
        audit_split(["A", "A"], np.zeros(2, np.int8))


def test_a_scaffold_that_crosses_fails_the_audit() -> None:
    with pytest.raises(TrainingDataError, match="scaffolds cross"):
        audit_split(["A", "B"], np.array([0, 2], np.int8), ["c1ccccc1", "c1ccccc1"])


def test_a_labelled_test_structure_fails_the_audit() -> None:
    labels = np.array([[1.0, np.nan], [np.nan, 0.0]], np.float32)
    audit_exclusions(["A", "B"], labels, {0: {"B"}, 1: {"A"}})
    with pytest.raises(TrainingDataError, match="A"):
        audit_exclusions(["A", "B"], labels, {0: {"A"}})


def test_scaffold_is_flat_and_empty_for_chains() -> None:
    assert murcko_scaffold("C[C@H]1CC[C@@H](O)CC1") == "C1CCCCC1"
    assert murcko_scaffold("CCO") == ""
