"""A search in MLflow: one run, and one below it for each trial."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient

from screening.core.finished_trial import FinishedTrial, TrialStatus
from screening.track.store import Store
from screening.track.trial_runs import search_run

HOSTILE = "<script>=1+1|\u202e" + "x" * 10_000


def trial(number: int, status: TrialStatus, score: float | None, note: str = "") -> FinishedTrial:
    steps = [] if score is None else [(1, 0.9), (2, score)]
    values = {"training.epochs": 8, "training.learning_rate": 0.001}
    return FinishedTrial(
        "network", number, values, status, score, steps, 1_700_000_000_000, 2.5, note
    )


@pytest.fixture
def store(database: Path, tmp_path: Path) -> Store:
    shutil.copy(database, tmp_path / "mlflow.db")
    return Store(f"sqlite:///{tmp_path}/mlflow.db", "search", str(tmp_path / "artifacts"))


def test_every_trial_is_a_nested_run_with_its_scores_by_step(store: Store, tmp_path: Path) -> None:
    found = tmp_path / "found.yaml"
    found.write_text("network: {}\n", encoding="utf-8")
    with search_run(store, HOSTILE, {"minutes": "20"}) as run:
        assert run is not None
        run.record(trial(1, "complete", 0.8))
        run.record(trial(2, "pruned", 0.95, "worse than the median"))
        run.record(trial(3, "failed", None, HOSTILE))
        run.close({"training.epochs": 8}, {"score": 0.8, "start_score": 0.85}, found)
    client = MlflowClient(store.uri)
    parent = client.get_run(run.run_id)
    assert parent.info.status == "FINISHED"
    assert parent.data.params == {"minutes": "20", "best.training.epochs": "8"}
    assert parent.data.metrics == {"score": 0.8, "start_score": 0.85}
    assert "<script>" not in parent.data.tags["mlflow.note.content"]
    assert [item.path for item in client.list_artifacts(run.run_id)] == ["found.yaml"]
    below = f"tags.mlflow.parentRunId = '{run.run_id}'"
    nested = client.search_runs([parent.info.experiment_id], below, order_by=["run_name"])
    assert [one.info.run_name for one in nested] == ["network 1", "network 2", "network 3"]
    assert [one.info.status for one in nested] == ["FINISHED", "KILLED", "FAILED"]
    assert [one.data.tags["trial_status"] for one in nested] == ["complete", "pruned", "failed"]
    assert nested[0].data.params["training.learning_rate"] == "0.001"
    assert nested[0].data.metrics == {"score": 0.8, "score_by_step": 0.8, "seconds": 2.5}
    history = client.get_metric_history(nested[1].info.run_id, "score_by_step")
    assert [(one.step, one.value) for one in history] == [(1, 0.9), (2, 0.95)]
    assert nested[2].info.end_time - nested[2].info.start_time == 2500


def test_a_search_that_fails_leaves_a_failed_run(store: Store) -> None:
    with pytest.raises(RuntimeError), search_run(store, "reef", {}) as run:
        raise RuntimeError("no table")
    assert run is not None
    assert MlflowClient(store.uri).get_run(run.run_id).info.status == "FAILED"


def test_a_server_that_is_away_does_not_stop_a_search(away: str) -> None:
    with search_run(Store(away, "search", None), "reef", {}) as run:
        assert run is None
