"""The gate on bundles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from screening.core.errors import InputError, TrainingDataError
from screening.core.fixed_test import FixedTest
from screening.judge.judge import fixed_test_metrics, judge
from screening.judge.settings import JudgeSettings
from screening.track.judgement_fields import judgement_markdown
from tests.bundles import TEST_ROWS, fixed_test, write_bundle

SETTINGS = JudgeSettings(draws=400)


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("weak") / "nitro", noise=0.7, seed=1)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("good") / "nitro", noise=0.0, seed=2)


def test_a_model_of_right_labels_takes_the_place_of_one_of_wrong_labels(
    weak: Path, good: Path
) -> None:
    test = fixed_test()
    judgement = judge(good, weak, test, SETTINGS)
    assert judgement.promoted, list(judgement.terminal_lines())
    assert judgement.n_structures == len(test)
    assert judgement.test_digest == test.digest
    assert judgement.challenger.digest != judgement.champion.digest  # type: ignore[union-attr]
    back = judge(weak, good, test, SETTINGS)
    assert not back.promoted
    assert judge(good, weak, test, SETTINGS) == judgement

    content = json.loads(judgement.to_json())
    assert content["promoted"] is True
    assert content["settings"]["draws"] == 400
    markdown = judgement_markdown(judgement)
    assert markdown.startswith("**promoted: better than the champion")
    assert "| AUROC | nitro | guards |" in markdown
    assert len({line.count("|") for line in markdown.splitlines() if line.startswith("|")}) == 1


def test_a_model_that_has_learned_from_the_test_is_an_error(good: Path, tmp_path: Path) -> None:
    leaky = write_bundle(
        tmp_path / "leaky", noise=0, seed=3, rows=np.arange(len(TEST_ROWS)) % 3 > 0
    )
    for pair in ((leaky, good), (good, leaky)):
        with pytest.raises(TrainingDataError, match="has learned from") as told:
            judge(*pair, fixed_test(), SETTINGS)
        assert any(key in told.value.problem for key in fixed_test().flat_keys)
    with pytest.raises(TrainingDataError):
        fixed_test_metrics(leaky, fixed_test())


def test_a_challenger_that_lacks_an_endpoint_is_refused(
    weak: Path, good: Path, tmp_path: Path
) -> None:
    narrow = write_bundle(tmp_path / "nitro", noise=0, seed=4, n_endpoints=1)
    judgement = judge(narrow, weak, fixed_test(), SETTINGS)
    assert not judgement.promoted
    assert "worse: log_p endpoint" in judgement.summary
    wider = judge(good, narrow, fixed_test(), SETTINGS)
    [new] = [row for row in wider.rows if row.endpoint == "log_p"]
    assert (new.verdict, new.reason) == ("not judged", "new: the champion does not predict it")


def test_what_cannot_be_scored_is_counted(good: Path) -> None:
    test = fixed_test()
    broken = FixedTest(
        [*test.flat_keys, "AAAAAAAAAAAAAA"],
        [*test.smiles, "not a structure"],
        np.append(test.marine, True),
        {name: np.append(values, np.float32(1)) for name, values in test.labels.items()},
    )
    judgement = judge(good, None, broken, SETTINGS)
    assert (judgement.n_structures, judgement.n_not_featurised) == (len(test), 1)
    assert judgement.promoted
    assert judgement.champion is None


def test_a_bundle_is_not_judged_against_itself(good: Path) -> None:
    with pytest.raises(InputError, match="is the champion itself"):
        judge(good, good, fixed_test(), SETTINGS)


def test_metrics_on_the_fixed_test(good: Path) -> None:
    metrics = fixed_test_metrics(good, fixed_test())
    assert metrics["nitro"]["auroc"] > 0.9
    assert metrics["nitro"]["n"] == len(fixed_test())
    assert {"mae", "spearman", "in_domain"} <= metrics["log_p"].keys()
