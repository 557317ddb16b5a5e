"""The decision as a function of arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core.bundle import Kind
from screening.core.judgement import ReasonRow
from screening.judge.decide import MARINE, SKILL, Decision, decide
from screening.judge.quantities import Floats, LabelledEndpoint, Model, Predicted
from screening.judge.settings import JudgeSettings

N = 400
SETTINGS = JudgeSettings(draws=400)
RANDOM = np.random.default_rng(7)
MARINE_ROWS = np.arange(N) % 5 == 0
TRUTH = RANDOM.normal(size=N)
NOISE = RANDOM.normal(size=(3, N))
CLASSES = LabelledEndpoint("herg", "classification", (TRUTH > 0.5).astype(np.float64))
VALUES = LabelledEndpoint("ld50", "regression", TRUTH)
ENDPOINTS = [CLASSES, VALUES]
EVERYWHERE = np.ones(N, dtype=np.bool_)


def model(
    noise: Floats | float, seed: int = 0, inside: np.ndarray = EVERYWHERE, half: float = 1.6
) -> Model:
    """A model that knows the truth but for noise of that deviation, for each structure."""
    seen = TRUTH + noise * NOISE[seed]
    return {
        "herg": Predicted(1 / (1 + np.exp(-4 * (seen - 0.5))), seen * 0, seen * 0, inside),
        "ld50": Predicted(seen, seen - half, seen + half, inside),
    }


def judged(challenger: Model, champion: Model | None) -> Decision:
    return decide(ENDPOINTS, MARINE_ROWS, challenger, champion, settings=SETTINGS)


def row(decision: Decision, what: str, endpoint: str = "") -> ReasonRow:
    [found] = [one for one in decision.rows if (one.what, one.endpoint) == (what, endpoint)]
    return found


def test_a_better_model_is_promoted() -> None:
    decision = judged(model(0.5), model(1.0, 1))
    assert decision.promoted
    assert "nothing guarded is worse" in decision.summary
    skill = row(decision, SKILL)
    assert (skill.verdict, skill.role) == ("better", "decides")
    assert skill.low is not None and skill.low > 0
    assert row(decision, "AUROC", "herg").verdict == "better"
    assert row(decision, "MAE", "ld50").verdict == "better"


def test_an_equal_model_is_refused() -> None:
    same = judged(model(1.0), model(1.0))
    assert not same.promoted
    assert row(same, SKILL).difference == 0
    assert not judged(model(1.0, 0), model(1.0, 1)).promoted


def test_equal_models_are_seldom_promoted_and_seldom_called_worse() -> None:
    # A one-sided 2.5 % for each; of 40, more than 4 have a probability below 1 %.
    promoted = worse = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        pair = [
            {"ld50": Predicted(seen, seen - 1.6, seen + 1.6, EVERYWHERE)}
            for seen in (TRUTH + random.normal(size=N) for _ in range(2))
        ]
        decision = decide([VALUES], MARINE_ROWS, *pair, settings=JudgeSettings(draws=200))
        promoted += decision.promoted
        worse += any(one.verdict == "worse" and one.role == "guards" for one in decision.rows)
    assert promoted <= 4
    assert worse <= 4


def test_better_on_average_but_worse_on_marine_structures_is_refused() -> None:
    decision = judged(model(np.where(MARINE_ROWS, 3.0, 0.2)), model(1.0, 1))
    assert row(decision, SKILL).verdict == "better"
    assert row(decision, MARINE).verdict == "worse"
    assert not decision.promoted
    assert f"worse: {MARINE}" in decision.summary


def test_better_in_one_endpoint_but_worse_in_another_is_refused() -> None:
    champion = model(1.0, 1)
    challenger = {"ld50": model(0.05)["ld50"], "herg": model(2.5)["herg"]}
    decision = judged(challenger, champion)
    assert row(decision, SKILL).verdict == "better"
    assert row(decision, "AUROC", "herg").verdict == "worse"
    assert not decision.promoted


def test_better_but_overconfident_is_refused() -> None:
    decision = judged(model(0.5, half=0.2), model(1.0, 1))
    assert row(decision, "coverage shortfall", "ld50").verdict == "worse"
    assert not decision.promoted


def test_better_but_in_domain_for_fewer_is_refused() -> None:
    decision = judged(model(0.5, inside=np.arange(N) % 2 == 0), model(1.0, 1))
    assert row(decision, "share in domain", "ld50").verdict == "worse"
    assert not decision.promoted


def test_too_few_marine_structures_are_said_and_refuse_nothing() -> None:
    few = np.arange(N) < 3
    decision = decide(ENDPOINTS, few, model(0.5), model(1.0, 1), settings=SETTINGS)
    assert decision.promoted
    assert row(decision, MARINE).verdict == "not judged"
    assert "3 marine structures" in row(decision, MARINE).reason


def test_a_first_version_must_beat_the_base_value() -> None:
    good = judged(model(1.0), None)
    assert good.promoted
    assert row(good, SKILL).champion == 0
    assert "better than the base value" in good.summary
    # Useless: what it says has nothing to do with the truth.
    shuffled = {
        name: Predicted(said.value[::-1], said.low[::-1], said.high[::-1], said.inside)
        for name, said in model(1.0).items()
    }
    assert not judged(shuffled, None).promoted


def test_endpoints_with_too_few_labels_are_left_out_with_a_reason() -> None:
    label = np.where(np.arange(N) < 9, VALUES.label, np.nan)
    rare = LabelledEndpoint("rare", "classification", (np.arange(N) < 2).astype(np.float64))
    endpoints = [LabelledEndpoint("ld50", "regression", label), rare]
    challenger = {**model(1.0), "rare": model(1.0)["herg"]}
    decision = decide(endpoints, MARINE_ROWS, challenger, None, settings=SETTINGS)
    assert not decision.promoted
    assert "can judge no endpoint" in decision.summary
    reasons = {one.endpoint: one.reason for one in decision.rows}
    assert "9 labelled structures" in reasons["ld50"]
    assert "2 structures of one class" in reasons["rare"]


def test_what_is_stated_to_be_worse_refuses() -> None:
    nothing = (None, None, None, None, None, None)
    lost = ReasonRow("endpoint", "ames", "guards", *nothing, "worse", "it is not predicted")
    decision = decide(
        ENDPOINTS, MARINE_ROWS, model(0.5), model(1.0, 1), settings=SETTINGS, stated=[lost]
    )
    assert not decision.promoted
    assert "worse: ames endpoint" in decision.summary


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**16), kind=st.sampled_from(["classification", "regression"]))
def test_changing_places_negates_the_differences(seed: int, kind: Kind) -> None:
    random = np.random.default_rng(seed)
    label = random.normal(size=60)
    label = (label > 0).astype(np.float64) if kind == "classification" else label
    endpoint = LabelledEndpoint("it", kind, label)
    pair = []
    for _ in range(2):
        value = random.uniform(size=60)
        pair.append({"it": Predicted(value, value - 1, value + 1, random.uniform(size=60) < 0.5)})
    marine = random.uniform(size=60) < 0.5
    there, back = (
        decide([endpoint], marine, one, other, settings=JudgeSettings(draws=100))
        for one, other in (pair, pair[::-1])
    )
    for first, second in zip(there.rows, back.rows, strict=True):
        if first.difference is None:
            assert second.difference is None
            continue
        assert first.low is not None and second.high is not None
        assert first.difference == -second.difference
        assert np.isclose(first.low, -second.high)
        assert first.champion == second.challenger
