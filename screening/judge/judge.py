"""The gate: a challenger against the champion, on the same fixed test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from screening.core.bundle import EndpointSpec
from screening.core.errors import InputError
from screening.core.fixed_test import FixedTest
from screening.core.judgement import Judgement, Outcome, ReasonRow
from screening.estimators.metrics import endpoint_metrics
from screening.judge.decide import decide
from screening.judge.fixed_test_scores import (
    Featurised,
    ScoredBundle,
    featurise_test,
    score_bundle,
)
from screening.judge.quantities import LabelledEndpoint
from screening.judge.settings import JudgeSettings


def judge(
    challenger: Path,
    champion: Path | None,
    test: FixedTest,
    settings: JudgeSettings | None = None,
) -> Judgement:
    """Whether a challenger may take the champion's place, with all reasons.

    Promoted only when the mean skill over endpoints is better with certainty, and no endpoint's
    primary metric, calibration or domain, nor the marine structures, are worse with certainty
    (`judge.decide`). The same arguments give the same judgement.

    Parameters
    ----------
    challenger, champion : bundle folders; None for a first version, which has to be better than
        the base value.
    test : the fixed test.
    settings : draws and tolerances.

    Raises
    ------
    InputError : both are the same bundle, or no structure of the test can be scored.
    BundleError : a bundle is missing, altered, or made for other features.
    TrainingDataError : a model has learned from structures of the test.
    """
    settings = settings or JudgeSettings()
    featurised = featurise_test(test)
    if not featurised.features:
        raise InputError(
            "no structure of the fixed test can be scored", "make it anew with `screening train`"
        )
    new = score_bundle(challenger, test, featurised)
    old = None if champion is None else score_bundle(champion, test, featurised)
    if old is not None and old.bundle.digest == new.bundle.digest:
        raise InputError(f"{challenger}: is the champion itself", "give another bundle")
    marine = test.marine[featurised.rows]
    decision = decide(
        _endpoints(new, old, test, featurised),
        marine,
        new.said,
        None if old is None else old.said,
        settings=settings,
        stated=list(_stated(new, old, test)),
    )
    return Judgement(
        decision.promoted,
        decision.summary,
        decision.rows,
        challenger=new.bundle,
        champion=None if old is None else old.bundle,
        test_digest=test.digest,
        n_structures=len(featurised.rows),
        n_not_featurised=len(test) - len(featurised.rows),
        n_marine=int(marine.sum()),
        settings=settings.model_dump(),
    )


def fixed_test_metrics(bundle: Path, test: FixedTest) -> dict[str, dict[str, float]]:
    """Metrics of a bundle on a fixed test, by endpoint: those of a card, and the share in domain.

    Raises
    ------
    BundleError, TrainingDataError : as `judge`.
    """
    featurised = featurise_test(test)
    scored = score_bundle(bundle, test, featurised)
    found = {}
    for one in _endpoints(scored, None, test, featurised):
        rows = one.rows()
        said = scored.said[one.id].take(rows)
        metrics = endpoint_metrics(one.kind, one.label[rows], said.value)
        if len(rows):
            metrics["in_domain"] = float(said.inside.mean())
        found[one.id] = {name: value for name, value in metrics.items() if value is not None}
    return found


def _endpoints(
    new: ScoredBundle, old: ScoredBundle | None, test: FixedTest, featurised: Featurised
) -> list[LabelledEndpoint]:
    """The endpoints that can be compared: the test labels them, and both models mean the same."""
    return [
        LabelledEndpoint(name, spec.kind, test.labels[name][featurised.rows].astype(np.float64))
        for name, spec in new.endpoints.items()
        if name in test.labels and (old is None or _same(spec, old.endpoints.get(name)))
    ]


def _same(spec: EndpointSpec, other: EndpointSpec | None) -> bool:
    return other is not None and (spec.kind, spec.unit) == (other.kind, other.unit)


def _stated(new: ScoredBundle, old: ScoredBundle | None, test: FixedTest) -> Iterator[ReasonRow]:
    """What is known of endpoints without measuring."""
    for name, spec in (old.endpoints if old else {}).items():
        other = new.endpoints.get(name)
        if other is None:
            yield _row(name, "worse", "the challenger does not predict it")
        elif not _same(spec, other):
            was, now = (f"{one.kind} in {one.unit[:40]!r}" for one in (spec, other))
            yield _row(name, "worse", f"the champion gives a {was}, the challenger a {now}")
    for name in new.endpoints:
        if old is not None and name not in old.endpoints:
            yield _row(name, "not judged", "new: the champion does not predict it")
        elif name not in test.labels:
            yield _row(name, "not judged", "the fixed test has no labels for it")


def _row(endpoint: str, verdict: Outcome, reason: str) -> ReasonRow:
    nothing = (None, None, None, None, None, None)
    return ReasonRow("endpoint", endpoint, "guards", *nothing, verdict, reason)
