"""What must hold of any ranking, whatever the values and settings."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.core.objectives import Objective, RankSettings
from screening.rank.scoring import Evidence, score_evidence

# A busy machine is no failure.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
finite = st.floats(-10, 10, allow_nan=False)
weights = st.floats(0.1, 10)
N_OBJECTIVES = 4


@st.composite
def some_settings(draw: st.DrawFn) -> RankSettings:
    objectives = []
    for number in range(N_OBJECTIVES):
        worst = draw(finite)
        best = draw(finite.filter(lambda value, worst=worst: abs(value - worst) > 1e-3))
        group = draw(st.sampled_from(["", "panels"]))
        objectives.append(
            Objective(
                column=f"q{number}", worst=worst, best=best, weight=draw(weights), group=group
            )
        )
    return RankSettings(
        objectives=tuple(objectives),
        caution=draw(st.floats(0, 3)),
        out_of_domain_factor=draw(st.floats(0, 1)),
    )


@st.composite
def some_evidence(draw: st.DrawFn) -> Evidence:
    n = draw(st.integers(1, 5))
    shape = (n, N_OBJECTIVES)
    values = st.lists(
        st.one_of(finite, st.just(float("nan"))),
        min_size=n * N_OBJECTIVES,
        max_size=n * N_OBJECTIVES,
    )
    stds = st.lists(st.floats(0, 2), min_size=n * N_OBJECTIVES, max_size=n * N_OBJECTIVES)
    inside = st.lists(st.booleans(), min_size=n * N_OBJECTIVES, max_size=n * N_OBJECTIVES)
    return Evidence(
        np.array(draw(values)).reshape(shape),
        np.array(draw(stds)).reshape(shape),
        np.array(draw(inside)).reshape(shape),
    )


@unhurried
@given(some_evidence(), some_settings())
def test_scores_lie_between_0_and_1_and_caution_never_helps(
    evidence: Evidence, rules: RankSettings
) -> None:
    scores = score_evidence(evidence, rules)
    assert ((scores.score >= 0) & (scores.score <= 1)).all()
    assert (scores.score <= scores.score_mean).all()


@unhurried
@given(some_evidence(), some_settings(), st.integers(0, N_OBJECTIVES - 1), st.floats(0, 20))
def test_a_better_value_never_lowers_the_score(
    evidence: Evidence, rules: RankSettings, column: int, step: float
) -> None:
    objective = rules.objectives[column]
    better = evidence.values.copy()
    better[:, column] += step * np.sign(objective.best - objective.worst)
    before = score_evidence(evidence, rules)
    after = score_evidence(Evidence(better, evidence.stds, evidence.in_domain), rules)
    assert (after.score >= before.score).all()
    assert (after.score_mean >= before.score_mean).all()


@unhurried
@given(some_evidence(), some_settings(), st.integers(0, N_OBJECTIVES - 1))
def test_leaving_the_domain_never_raises_a_score(
    evidence: Evidence, rules: RankSettings, column: int
) -> None:
    inside, outside = evidence.in_domain.copy(), evidence.in_domain.copy()
    inside[:, column], outside[:, column] = True, False
    within = score_evidence(Evidence(evidence.values, evidence.stds, inside), rules)
    beyond = score_evidence(Evidence(evidence.values, evidence.stds, outside), rules)
    assert (beyond.score <= within.score).all()
    assert (beyond.score_mean == within.score_mean).all()


@unhurried
@given(some_evidence(), some_settings(), st.randoms())
def test_a_score_does_not_depend_on_the_other_rows(
    evidence: Evidence, rules: RankSettings, random: np.random.RandomState
) -> None:
    order = list(range(len(evidence.values)))
    random.shuffle(order)
    together = score_evidence(evidence, rules)
    apart = score_evidence(
        Evidence(evidence.values[order], evidence.stds[order], evidence.in_domain[order]), rules
    )
    assert (together.score[order] == apart.score).all()


@unhurried
@given(some_evidence(), some_settings())
def test_the_arrays_given_are_not_altered(evidence: Evidence, rules: RankSettings) -> None:
    copies = [array.copy() for array in (evidence.values, evidence.stds, evidence.in_domain)]
    score_evidence(evidence, rules)
    for before, after in zip(
        copies, (evidence.values, evidence.stds, evidence.in_domain), strict=True
    ):
        np.testing.assert_array_equal(before, after)
