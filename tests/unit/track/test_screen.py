from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from screening.core.errors import InputError
from screening.core.provenance import file_digest
from screening.track.screen import track_screen, write_summary
from screening.track.store import Store, open_store


def sqlite_store(database: Path, experiment: str) -> Store:
    return Store(f"sqlite:///{database}", experiment, str(database.with_name("mlartifacts")))


def check_run(store: Store, screen: Path, tracked: dict[str, Any]) -> None:
    """What was recorded can be read back through MLflow."""
    client = open_store(store.uri)
    run = client.get_run(tracked["mlflow_run_id"])
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "reef 2026-11-21"
    assert run.data.params["report.top"] == "200"
    assert run.data.params["model.toxicity.version"] == "1.2.0"
    assert run.data.metrics["n_records"] == 5
    assert run.data.metrics["report.seconds"] == 2.5
    assert run.data.tags["config_digest"] == "c0ffee"
    assert "Salinosporamide A" in run.data.tags["mlflow.note.content"]

    [dataset] = run.inputs.dataset_inputs
    digest = file_digest(screen.parents[1] / "reef.csv")
    assert dataset.dataset.name == "reef"
    assert digest.startswith(dataset.dataset.digest)
    assert json.loads(dataset.dataset.profile)["sha256"] == digest
    assert json.loads(dataset.dataset.source) == {"uri": "reef.csv"}
    assert {tag.key: tag.value for tag in dataset.tags} == {"mlflow.data.context": "screening"}

    paths = {artifact.path for artifact in client.list_artifacts(run.info.run_id)}
    files = {"report.html", "curation.html", "ranking.csv", "summary.json", "top_candidates.json"}
    assert paths == {
        *files,
        "ranking.parquet",
        "pick.parquet",
        "pick.csv",
        "pick.sdf",
        "candidates",
    }
    logged = json.loads(run.data.tags["mlflow.loggedArtifacts"])
    assert logged == [{"path": "top_candidates.json", "type": "table"}]
    path = client.download_artifacts(run.info.run_id, "top_candidates.json")
    table = json.loads(Path(path).read_text(encoding="utf-8"))
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["data"]]
    assert [row["rank"] for row in rows] == [1, 2]
    assert rows[0]["name"] == "Salinosporamide A"
    assert rows[0]["organism"] == "Salinispora tropica; Homo sapiens"
    assert [row["flags"] for row in rows] == ["reactive", ""]
    assert [row["score"] for row in rows] == [0.8123, 0.5]


def test_a_screen_becomes_one_run(
    screen: Path, config: dict[str, Any], tmp_path: Path, database: Path
) -> None:
    store = sqlite_store(database, "reefs")
    tracked = track_screen(screen, store, [tmp_path / "reef.csv"], "c0ffee", config)
    check_run(store, screen, tracked)
    write_summary(screen / "summary.json", tracked)
    summary = json.loads((screen / "summary.json").read_text(encoding="utf-8"))
    assert summary["mlflow_run_id"] == tracked["mlflow_run_id"]
    assert summary["config_digest"] == "c0ffee"
    assert summary["stages"]["report"]["seconds"] == 2.5
    assert summary["costs"]["total"]["seconds"] == 4.0
    assert summary["costs"]["total"]["peak_memory_mib"] == 300.0


def test_a_run_that_breaks_is_marked_as_failed(
    screen: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("screening.track.recording.record_candidates", break_off)
    store = sqlite_store(database, "broken")
    with pytest.raises(RuntimeError):
        track_screen(screen, store, [], "")
    client = open_store(store.uri)
    experiment = client.get_experiment_by_name("broken")
    assert experiment is not None
    [run] = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FAILED"


def test_what_is_missing_is_named_before_a_run_is_made(screen: Path, tmp_path: Path) -> None:
    store = sqlite_store(tmp_path / "mlflow.db", "reefs")
    with pytest.raises(InputError, match=r"gone\.csv: no such file"):
        track_screen(screen, store, [tmp_path / "gone.csv"], "")
    with pytest.raises(InputError, match="run `screening report"):
        track_screen(tmp_path, store, [], "")
    (screen / "ranking.csv").unlink()
    with pytest.raises(InputError, match=r"ranking\.csv: no such file"):
        track_screen(screen, store, [], "")
    assert not (tmp_path / "mlflow.db").exists()


@pytest.mark.slow
def test_a_screen_is_recorded_on_a_server(
    screen: Path, config: dict[str, Any], tmp_path: Path, server: str
) -> None:
    store = Store(server, "reefs", None)
    tracked = track_screen(screen, store, [tmp_path / "reef.csv"], "c0ffee", config)
    check_run(store, screen, tracked)
    assert tracked["mlflow_uri"] == server
