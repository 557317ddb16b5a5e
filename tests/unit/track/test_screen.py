from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from screening.core.errors import ConfigError, InputError
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
    assert paths == {*files, "ranking.parquet"}
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
    assert summary["stages"]["report"] == {"seconds": 2.5, "peak_memory_mib": 300.0}


def test_a_run_that_breaks_is_marked_as_failed(screen: Path, database: Path) -> None:
    (screen / "ranking.csv").unlink()
    store = sqlite_store(database, "broken")
    with pytest.raises(FileNotFoundError):
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
    assert not (tmp_path / "mlflow.db").exists()


@contextmanager
def mlflow_server(folder: Path) -> Iterator[str]:
    """A real MLflow server on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "mlflow", "server"),
        *("--backend-store-uri", f"sqlite:///{folder}/server.db"),
        *("--artifacts-destination", str(folder / "server-artifacts")),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
    ]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(
        command, stdout=log, stderr=subprocess.STDOUT, env=environment, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", process)
        yield address
    finally:
        # The server runs in processes of its own; its session ends them all.
        os.killpg(process.pid, 15)
        process.wait(timeout=30)
        log.close()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not come up")


@pytest.mark.slow
def test_a_screen_is_recorded_on_a_server(
    screen: Path, config: dict[str, Any], tmp_path: Path, database: Path
) -> None:
    shutil.copy(database, tmp_path / "server.db")
    with mlflow_server(tmp_path) as address:
        store = Store(address, "reefs", None)
        tracked = track_screen(screen, store, [tmp_path / "reef.csv"], "c0ffee", config)
        check_run(store, screen, tracked)
    assert tracked["mlflow_uri"] == address
    with pytest.raises(ConfigError, match=f"no MLflow server answers at {address}"):
        track_screen(screen, store, [tmp_path / "reef.csv"], "c0ffee", config)
