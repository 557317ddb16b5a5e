"""What must hold of any ranking, whatever the values and settings."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.core.objectives import Objective, RankSettings
from screening.rank.evidence import Evidence
from screening.rank.pareto import pareto_front
from screening.rank.quantities import EDGE, IN, OUT
from screening.rank.scoring import score_evidence

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
    verdicts = st.lists(
        st.sampled_from([OUT, EDGE, IN]), min_size=n * N_OBJECTIVES, max_size=n * N_OBJECTIVES
    )
    return Evidence(
        np.array(draw(values)).reshape(shape),
        np.array(draw(stds)).reshape(shape),
        np.array(draw(stds)).reshape(shape),
        np.array(draw(verdicts), dtype=np.int8).reshape(shape),
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
    after = score_evidence(replace(evidence, values=better), rules)
    assert (after.score >= before.score).all()
    assert (after.score_mean >= before.score_mean).all()


@unhurried
@given(some_evidence(), some_settings(), st.integers(0, N_OBJECTIVES - 1))
def test_leaving_the_domain_never_raises_a_score(
    evidence: Evidence, rules: RankSettings, column: int
) -> None:
    scores = []
    for verdict in (OUT, EDGE, IN):
        verdicts = evidence.verdicts.copy()
        verdicts[:, column] = verdict
        scores.append(score_evidence(replace(evidence, verdicts=verdicts), rules))
    beyond, between, within = scores
    assert (beyond.score <= between.score).all()
    assert (between.score <= within.score).all()
    assert (beyond.score_mean == within.score_mean).all()


@unhurried
@given(some_evidence(), some_settings(), st.randoms())
def test_a_score_does_not_depend_on_the_other_rows(
    evidence: Evidence, rules: RankSettings, random: np.random.RandomState
) -> None:
    order = list(range(len(evidence.values)))
    random.shuffle(order)
    together = score_evidence(evidence, rules)
    apart = score_evidence(evidence.rows(order), rules)
    assert (together.score[order] == apart.score).all()


@unhurried
@given(some_evidence(), some_settings())
def test_the_arrays_given_are_not_altered(evidence: Evidence, rules: RankSettings) -> None:
    before = deepcopy(evidence)
    score_evidence(evidence, rules)
    for name in ("values", "stds", "stds_over", "verdicts"):
        np.testing.assert_array_equal(getattr(before, name), getattr(evidence, name))


points = st.lists(
    st.tuples(*[st.integers(0, 6).map(lambda tenth: tenth / 6)] * 3), min_size=0, max_size=60
)


@unhurried
@given(points, st.integers(1, 20))
def test_the_front_is_that_of_comparing_all_with_all(
    given_points: list[tuple[float, ...]], size: int
) -> None:
    def dominates(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
        return one != other and all(a >= b for a, b in zip(one, other, strict=True))

    distinct = sorted(set(given_points), reverse=True)
    expected = [one for one in distinct if not any(dominates(other, one) for other in distinct)]
    array = np.array(distinct).reshape(-1, 3)
    blocks = [array[start : start + size] for start in range(0, len(array), size)]
    assert list(map(tuple, pareto_front(blocks).tolist())) == expected
