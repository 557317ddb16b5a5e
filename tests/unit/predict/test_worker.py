"""What a worker does, called in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from screening.chem.entry import Entry
from screening.core.errors import BundleMismatch
from screening.core.watchdog import Limits
from screening.estimators.features import Features, featurise
from screening.estimators.scorer import Scorer, Scores
from screening.estimators.verdict import IN
from screening.predict.block import FIELDS, ScoredChunk
from screening.predict.models import open_models
from screening.predict.scoring import load_scorers, score_in_halves
from screening.predict.worker import BundleRef, Task, score_chunk

MOLECULES = (
    "CCO",
    "CC(=O)OC1=CC=CC=C1C(=O)O",
    "C[C@@H](N)C(=O)O",
    "CC1OC(=O)CCCCCCCCCCC1",
    "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
    "C",
)


def task(*folders: Path, standardised: bool = False) -> Task:
    models = open_models([str(folder) for folder in folders])
    refs = tuple(BundleRef(str(bundle.folder), bundle.digest) for bundle in models.bundles)
    return Task(refs, standardised, limits=Limits(30))


def by_row(result: ScoredChunk, field: str) -> dict[int, np.ndarray]:
    return dict(zip(result.rows.tolist(), result.arrays[field], strict=True))


def test_junk_becomes_problems_and_its_neighbours_are_scored(safety_bundle: Path) -> None:
    texts = ["CCO", "", "C1CC", "[Fe]", "O", "=cmd", "<script>", "甲", "CC.Cl", "*C"]
    entries = [Entry(row, text) for row, text in enumerate(texts)]
    result = score_chunk(task(safety_bundle), entries)
    assert sorted(result.rows.tolist()) == [0, 8]
    assert {row: problem.code for row, problem in result.problems.items()} == {
        1: "empty_structure",
        2: "bad_smiles",
        3: "no_carbon",
        4: "no_carbon",
        5: "bad_smiles",
        6: "bad_smiles",
        7: "bad_smiles",
        9: "polymer_or_query",
    }
    assert all(problem.detail for problem in result.problems.values())


def test_values_are_those_of_the_scorers_side_by_side(
    safety_bundle: Path, potency_bundle: Path
) -> None:
    entries = [Entry(row, text) for row, text in enumerate(MOLECULES)]
    result = score_chunk(task(safety_bundle, potency_bundle), entries)
    features = [featurise(text) for text in MOLECULES]
    assert all(isinstance(item, Features) for item in features)
    for folder, columns in ((safety_bundle, slice(0, 2)), (potency_bundle, slice(2, 3))):
        scorer = Scorer.load(folder)
        scores = scorer.score(features)
        for field in ("value", "std", "low", "high", "similarity", "distance", "verdict"):
            together = by_row(result, field)
            for row, expected in enumerate(getattr(scores, field)):
                np.testing.assert_allclose(together[row][columns], expected, atol=1e-5)
        keys = by_row(result, "neighbour")
        for row, neighbours in enumerate(scores.neighbour):
            expected_keys = [scorer.neighbours.flat_keys[place] for place in neighbours]
            assert [key.decode() for key in keys[row][columns]] == expected_keys


def test_a_training_structure_is_its_own_neighbour(potency_bundle: Path) -> None:
    result = score_chunk(task(potency_bundle), [Entry(0, "Oc1ccccc1")])
    assert result.arrays["similarity"][0, 0] == 1
    assert result.arrays["verdict"][0, 0] == IN
    assert result.arrays["neighbour"][0, 0] == b"ISWSIDIOOBJBQZ"  # phenol


def test_a_value_does_not_depend_on_the_company(safety_bundle: Path) -> None:
    entries = [Entry(row, text) for row, text in enumerate(MOLECULES)]
    together = score_chunk(task(safety_bundle), entries)
    for entry in entries:
        alone = score_chunk(task(safety_bundle), [entry])
        for field in FIELDS:
            mine = by_row(together, field)[entry.row]
            if mine.dtype.kind == "f":
                np.testing.assert_allclose(alone.arrays[field][0], mine, atol=1e-5)
            else:
                np.testing.assert_array_equal(alone.arrays[field][0], mine)


def test_a_salt_scores_as_its_parent_unless_said_to_be_standardised(safety_bundle: Path) -> None:
    parent, salt = Entry(0, "CC(=O)O"), Entry(1, "[Na+].CC(=O)[O-]")
    values = by_row(score_chunk(task(safety_bundle), [parent, salt]), "value")
    np.testing.assert_array_equal(values[0], values[1])
    as_given = score_chunk(task(safety_bundle, standardised=True), [parent, salt])
    values = by_row(as_given, "value")
    assert not np.array_equal(values[0], values[1])


def test_a_bundle_that_changed_since_the_start_is_refused(safety_bundle: Path) -> None:
    with pytest.raises(BundleMismatch, match="is not the one the run began with"):
        load_scorers((BundleRef(str(safety_bundle), "0" * 64),), "cpu")


class NarrowScorer(Scorer):
    """A scorer on a device whose memory holds two structures."""

    def score(self, features: Sequence[Features]) -> Scores:
        if len(features) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().score(features)

    room = 2


def test_too_little_memory_halves_the_batch(safety_bundle: Path) -> None:
    features = [item for text in MOLECULES if isinstance(item := featurise(text), Features)]
    narrow, wide = NarrowScorer.load(safety_bundle), Scorer.load(safety_bundle)
    halved, whole = score_in_halves(narrow, features), score_in_halves(wide, features)
    np.testing.assert_allclose(halved["value"], whole["value"], atol=1e-5)
    np.testing.assert_array_equal(halved["neighbour"], whole["neighbour"])
    NarrowScorer.room = 0
    with pytest.raises(torch.OutOfMemoryError):
        score_in_halves(narrow, features)
