from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.core.errors import TrainingDataError
from screening.train.audit import audit_exclusions, audit_split
from screening.train.featurised import murcko_scaffold
from screening.train.recipe import SplitRecipe
from screening.train.split import (
    ALWAYS,
    APART,
    TEST,
    Groups,
    Split,
    drawn_test,
    scaffold_groups,
    split_around,
)

RECIPE = SplitRecipe(seed=3)


def split_structures(keys: list[str], scaffolds: list[str], recipe: SplitRecipe) -> Split:
    groups = scaffold_groups(keys, scaffolds)
    return split_around(drawn_test(groups.of, recipe.test_share, recipe.seed), groups, recipe)


def groups(n: int) -> tuple[list[str], list[str]]:
    keys = [f"KEY{row}" for row in range(n)]
    return keys, [f"scaffold {row // 4}" if row % 5 else "" for row in range(n)]


def test_scaffolds_stay_together_and_shares_hold() -> None:
    keys, scaffolds = groups(1000)
    split = split_structures(keys, scaffolds, RECIPE)
    audit_split(keys, split.fold, split.whole)
    assert split.method == "Bemis-Murcko scaffold, 5 folds"
    np.testing.assert_allclose(np.bincount(split.fold) / 1000, [0.2] * 5, atol=0.005)


def test_every_row_is_held_out_once_and_learned_otherwise() -> None:
    keys, scaffolds = groups(200)
    split = split_structures(keys, scaffolds, RECIPE)
    held_out = np.concatenate([split.held_out(fold) for fold in range(split.n_folds)])
    assert sorted(held_out) == list(range(200)) == sorted(split.learned())
    for fold in range(split.n_folds):
        assert not set(split.held_out(fold)) & set(split.train(fold))
        assert len(split.held_out(fold)) + len(split.train(fold)) == 200


def test_parts_that_are_no_fold() -> None:
    split = Split(np.array([ALWAYS, 0, TEST, ALWAYS], np.int8), "by hand")
    assert split.n_folds == 1
    assert split.train(0).tolist() == [0, 3]
    assert split.held_out(0).tolist() == [1]
    assert split.test().tolist() == [2]
    assert split.learned().tolist() == [0, 1, 3]


def test_seed_decides_and_repeats() -> None:
    keys, scaffolds = groups(400)
    first = split_structures(keys, scaffolds, RECIPE).fold
    again = split_structures(keys, scaffolds, RECIPE).fold
    other = split_structures(keys, scaffolds, SplitRecipe(seed=4)).fold
    assert (first == again).all()
    assert (first != other).any()


def test_order_of_rows_does_not_matter() -> None:
    keys, scaffolds = groups(400)
    first = split_structures(keys, scaffolds, RECIPE).fold
    back = split_structures(keys[::-1], scaffolds[::-1], RECIPE).fold
    assert (first == back[::-1]).all()


def test_one_dominant_scaffold_is_split_by_structure_and_said_so() -> None:
    keys = [f"KEY{row}" for row in range(60)]
    split = split_structures(keys, ["c1ccccc1"] * 60, RECIPE)
    assert "one scaffold dominates" in split.method
    assert (np.bincount(split.fold) == 12).all()


def test_a_test_part_is_made_of_whole_scaffolds_none_of_which_is_most_of_it() -> None:
    keys = [f"KEY{row}" for row in range(500)]
    scaffolds = ["big"] * 60 + [f"scaffold {row // 4}" for row in range(440)]
    split = split_structures(keys, scaffolds, SplitRecipe(seed=3, test_share=0.2))
    audit_split(keys, split.fold, split.whole)
    assert 90 <= len(split.test()) <= 100
    assert "big" not in {scaffolds[row] for row in split.test()}
    assert len(split.learned()) + len(split.test()) == 500


@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=40),
    share=st.floats(0, 0.5),
    seed=st.integers(0, 99),
)
def test_a_drawn_test_is_whole_groups_and_never_more_than_its_share(
    sizes: list[int], share: float, seed: int
) -> None:
    of = [str(number) for number, size in enumerate(sizes) for _ in range(size)]
    chosen = drawn_test(of, share, seed)
    assert chosen.sum() <= share * len(of)
    assert not set(np.array(of)[chosen]) & set(np.array(of)[~chosen])


def test_what_shares_a_scaffold_with_a_fixed_test_stands_apart() -> None:
    keys, scaffolds = groups(100)
    test = np.zeros(100, np.bool_)
    test[1] = True  # of the scaffold of rows 1, 2 and 3
    split = split_around(test, scaffold_groups(keys, scaffolds), RECIPE)
    assert split.test().tolist() == [1]
    assert np.flatnonzero(split.fold == APART).tolist() == [2, 3]
    assert not {1, 2, 3} & {*split.learned(), *split.calibrating()}
    audit_split(keys, split.fold, split.whole)


def test_groups_may_be_named_by_anything() -> None:
    given = Groups(["a", "b"] * 50, [str(n) for n in range(100)], "x", "x")
    split = split_around(np.zeros(100, np.bool_), given, RECIPE)
    assert "one x dominates" in split.method


def test_a_planted_leak_fails_the_audit() -> None:
    keys, scaffolds = groups(40)
    fold = split_structures(keys, scaffolds, RECIPE).fold
    row = int(np.flatnonzero(fold == 2)[0])
    with pytest.raises(TrainingDataError, match=f"{keys[row]} in fold 2 and fold 0"):
        audit_split([*keys, keys[row]], np.append(fold, 0).astype(np.int8))


def test_a_duplicate_inside_one_part_fails_the_audit() -> None:
    with pytest.raises(TrainingDataError, match="more than once"):
        audit_split(["A", "A"], np.zeros(2, np.int8))


def test_a_scaffold_that_crosses_fails_the_audit() -> None:
    with pytest.raises(TrainingDataError, match="cross the split"):
        audit_split(["A", "B"], np.array([0, 2], np.int8), ["c1ccccc1", "c1ccccc1"])


def test_a_labelled_test_structure_fails_the_audit() -> None:
    labels = np.array([[1.0, np.nan], [np.nan, 0.0]], np.float32)
    audit_exclusions(["A", "B"], labels, {0: {"B"}, 1: {"A"}})
    with pytest.raises(TrainingDataError, match="A"):
        audit_exclusions(["A", "B"], labels, {0: {"A"}})


def test_scaffold_is_flat_and_empty_for_chains() -> None:
    assert murcko_scaffold("C[C@H]1CC[C@@H](O)CC1") == "C1CCCCC1"
    assert murcko_scaffold("CCO") == ""
