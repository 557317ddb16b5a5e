from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from screening.core.bundle import MANIFEST_NAME
from screening.core.errors import BundleError
from screening.core.provenance import file_digest
from screening.estimators.calibration import NORMAL_90, Calibration, Shares, sigmoid
from screening.estimators.features import Features
from screening.estimators.scorer import CALIBRATION_NAME, Scorer, Scores
from tests.bundles import LABELS, PARENTS, TEST_ROWS, write_bundle

Made = Callable[[Shares], Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def write(shares: Shares) -> Path:
        name = f"bundle-{shares.trees:.2f}-{shares.votes:.2f}"
        return write_bundle(tmp_path / name, noise=0.0, seed=3, shares=shares)

    return write


def features(scorer: Scorer, rows: np.ndarray) -> list[Features]:
    found = [scorer.featurise(PARENTS[row].smiles) for row in rows]
    assert all(isinstance(one, Features) for one in found)
    return found  # type: ignore[return-value]


def scored(folder: Path, rows: np.ndarray) -> Scores:
    scorer = Scorer.load(folder)
    return scorer.score(features(scorer, rows))


def test_a_structure_that_was_learned_from_has_its_own_label_by_the_vote(made: Made) -> None:
    rows = np.flatnonzero(~TEST_ROWS)
    scores = scored(made(Shares(0.0, 1.0)), rows)
    assert (scores.similarity == 1).all()
    np.testing.assert_array_equal(scores.neighbour_label, LABELS[rows])
    # Four neighbours and the mean of all labels pull, too.
    assert ((scores.value[:, 0] > 0.5) == (LABELS[rows, 0] == 1)).mean() > 0.9
    assert np.corrcoef(scores.value[:, 1], LABELS[rows, 1])[0, 1] > 0.9
    # Nobody else has a share, so that nobody disagrees.
    assert scores.std.max() < 1e-6


def test_three_parts_are_joined_by_their_shares_and_differ_by_their_spread(made: Made) -> None:
    rows = np.flatnonzero(TEST_ROWS)[:20]
    ends = [scored(made(one), rows) for one in (Shares(0.0), Shares(1.0), Shares(0.0, 1.0))]
    joined = scored(made(Shares(0.25, 0.5)), rows)
    weights = np.array([0.25, 0.25, 0.5])[:, None]
    values = np.stack([one.value[:, 1] for one in ends])
    np.testing.assert_allclose(joined.value[:, 1], (weights * values).sum(0), atol=1e-4)
    logits = np.stack([np.log(one.value[:, 0] / (1 - one.value[:, 0])) for one in ends])
    expected = sigmoid((weights * logits).sum(0).astype(np.float64))
    np.testing.assert_allclose(joined.value[:, 0], expected, atol=1e-4)
    mean = (weights * values).sum(0)
    spread = np.sqrt((weights * (values - mean) ** 2).sum(0))
    np.testing.assert_allclose(joined.std[:, 1], spread, atol=1e-4)
    high = np.minimum(joined.value[:, 0] + NORMAL_90 * joined.std[:, 0], 1)
    np.testing.assert_allclose(joined.high[:, 0], high, atol=1e-5)


def test_effects_hold_the_vote(made: Made) -> None:
    """A difference of two effects is that of the raw values, were the neighbours the same."""
    rows = np.flatnonzero(TEST_ROWS)[:6]
    effects = []
    for shares in (Shares(0.0), Shares(1.0), Shares(0.25, 0.5), Shares(0.0, 1.0)):
        scorer = Scorer.load(made(shares))
        effects.append(scorer.effects(features(scorer, rows)))
    networks, trees, joined, voted = effects
    np.testing.assert_allclose(joined, 0.25 * networks + 0.25 * trees, atol=1e-6)
    assert not voted.any()


def test_a_share_of_neighbours_without_labels_is_refused(tmp_path: Path, made: Made) -> None:
    """As where another bundle's calibration was put into one that may not carry labels."""
    folder = write_bundle(tmp_path / "private", noise=0.0, seed=3, withheld=True)
    rewrite(folder, lambda content: content["nitro"].update(vote_share=0.5, tree_share=0.5))
    with pytest.raises(BundleError, match="no labels of nitro"):
        Scorer.load(folder)


@pytest.mark.parametrize("shares", [{"vote_share": 1.5}, {"tree_share": 0.9, "vote_share": 0.9}])
def test_shares_beyond_the_whole_are_refused(made: Made, shares: dict[str, float]) -> None:
    folder = made(Shares(1.0))
    rewrite(folder, lambda content: content["nitro"].update(shares))
    with pytest.raises(BundleError, match="not the calibration of this bundle"):
        Scorer.load(folder)


def test_a_calibration_of_two_parts_gives_the_neighbours_nothing() -> None:
    """As bundles have it that were made before neighbours voted."""
    found = Calibration.model_validate_json('{"method": "platt", "slope": 1.2, "tree_share": 0.75}')
    assert found.shares == Shares(0.75, 0.0)
    assert found.shares.networks == 0.25


def rewrite(folder: Path, change: Callable[[dict[str, dict[str, object]]], object]) -> None:
    """Change the calibration, and let the manifest know."""
    path = folder / CALIBRATION_NAME
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    manifest = json.loads((folder / MANIFEST_NAME).read_text())
    manifest["files"][CALIBRATION_NAME] = file_digest(path)
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest))
