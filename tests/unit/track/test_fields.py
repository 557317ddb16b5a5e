from __future__ import annotations

import re
from typing import Any

from screening.core.accounting import Cost
from screening.core.costs import stated_costs
from screening.core.prices import AccountingSettings
from screening.track.fields import PARAM_CHARS, description, metrics, parameters

# What MLflow takes as a name.
NAME = re.compile(r"[\w./ :-]{1,250}")


def test_settings_become_dotted_parameters(summary: dict[str, Any], config: dict[str, Any]) -> None:
    values = parameters(summary, config)
    assert values["report.top"] == "200"
    assert values["rank.caution"] == "1.0"
    assert values["rank.objectives.herg"] == '{"worst": 1.0, "best": 0.0, "weight": 2.0}'
    assert values["model.toxicity.digest"] == "d1" * 32


def test_odd_and_endless_settings_still_fit(summary: dict[str, Any]) -> None:
    config = {"ingest": {"columns": {"Ναμε (x)!": "y" * 10_000}}, "predict": {"models": ["a", "b"]}}
    values = parameters(summary, config)
    assert all(NAME.fullmatch(name) for name in values)
    assert max(len(value) for value in values.values()) == PARAM_CHARS
    assert values["predict.models"] == '["a", "b"]'


def test_objectives_of_one_column_are_not_lost(summary: dict[str, Any]) -> None:
    twice = {"rank": {"limits": [{"column": "qed", "value": 1}, {"column": "qed", "value": 2}]}}
    found = parameters(summary, twice)
    assert '"value": 1' in found["rank.limits.qed"]
    assert '"value": 2' in found["rank.limits.qed _2_"]


def test_metrics_hold_counts_costs_and_the_best_score(summary: dict[str, Any]) -> None:
    values = metrics(summary)
    assert values["n_records"] == values["n_compounds"] + values["n_rejects"] == 5
    assert values["ingest.seconds"] == 1.5
    assert values["ingest.peak_memory_mib"] == 210.5
    assert not any(name.startswith("total.") for name in values)  # as screens before had it
    stages = {"ingest": Cost(1.5, 210.5, 3.0), "predict": Cost(2.0, 500.0, 9.0, 1.25)}
    summary |= stated_costs(stages, 3, AccountingSettings(price_per_gpu_hour=3600))
    values = metrics(summary)
    assert (values["total.cpu_seconds"], values["predict.gpu_seconds"]) == (12.0, 1.25)
    assert (values["total.price"], values["per_thousand_compounds.cpu_seconds"]) == (1.25, 4000.0)
    assert "ingest.gpu_seconds" not in values
    assert "total.energy_wh" not in values
    assert values["rejects.bad_smiles"] == 2
    assert values["best_score"] == 0.8123


def test_without_a_candidate_there_is_no_best_score(summary: dict[str, Any]) -> None:
    empty = {**summary, "best": []}
    assert "best_score" not in metrics(empty)
    assert "No record could be ranked" in description(empty)


def test_description_tells_the_best_and_escapes_names(summary: dict[str, Any]) -> None:
    text = description(summary)
    assert "| 1 | Salinosporamide A | Salinispora tropica | 0.812 |" in text
    assert "<script" not in text
    assert r"\[x\](javascript" in text
    assert text.count("\n| ") == 4
