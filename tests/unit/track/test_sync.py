from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from screening.cli.sync import sync_command
from screening.cli.track import initialise_tracking_command, track_command
from screening.core.errors import InputError
from screening.core.history import STATE, read_state, snapshots
from screening.track.away import StoreAway
from screening.track.store import Store, open_store, write_store

# Records the screen of its arguments, and is killed when it comes to the candidates.
KILLED = """
import os, signal, sys
from pathlib import Path
import screening.track.recording as recording
from screening.track.screen import track_screen
from screening.track.store import read_store
recording.record_candidates = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
folder = Path(sys.argv[1])
track_screen(folder, read_store(folder.parent / "tracking.json"), [], "c0ffee")
"""


def track(screen: Path, *sources: Path) -> dict[str, Any]:
    store = ("--store", str(screen.parent / "tracking.json"))
    arguments = [str(screen), *map(str, sources), *store, "--config-digest", "c0ffee"]
    result = CliRunner().invoke(track_command, arguments)
    assert result.exit_code == 0, result.output
    return read_summary(screen)


def read_summary(screen: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((screen / "summary.json").read_text(encoding="utf-8"))
    return summary


def screens(store: Store) -> list[Any]:
    """All screens' runs that are not deleted."""
    client = open_store(store.uri)
    experiment = client.get_experiment_by_name(store.experiment)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], "tags.kind = 'screen'"))


def candidates(store: Store, run_id: str) -> list[Any]:
    client = open_store(store.uri)
    experiment = client.get_run(run_id).info.experiment_id
    return list(client.search_runs([experiment], "tags.kind = 'candidate'"))


def test_without_its_server_a_screen_finishes(screen: Path, away: str) -> None:
    settings = json.dumps({"uri": away})
    result = CliRunner().invoke(
        initialise_tracking_command, [str(screen.parent), "--settings", settings]
    )
    assert result.exit_code == 0
    assert f"no MLflow server answers at {away}" in result.output
    summary = track(screen)
    assert summary["mlflow_run_id"] is None
    assert "no MLflow server answers" in summary["mlflow_pending"]
    assert summary["n_ranked"] == 2
    assert read_state(snapshots(screen)[0] / STATE).run_id == ""
    result = CliRunner().invoke(sync_command, [str(screen.parent)])
    assert isinstance(result.exception, StoreAway)
    assert read_summary(screen)["mlflow_run_id"] is None


@pytest.mark.slow
def test_what_waited_is_recorded_once(screen: Path, away: str, server: str, tmp_path: Path) -> None:
    write_store(screen.parent / "tracking.json", Store(away, "waited", None))
    started = track(screen, tmp_path / "reef.csv")
    (tmp_path / "reef.csv").unlink()  # recorded later, it needs its sources no longer
    store = Store(server, "waited", None)
    write_store(screen.parent / "tracking.json", store)
    command = [sys.executable, "-m", "screening.cli.main", "sync", str(screen.parent)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    [run] = screens(store)
    assert all(run.info.run_id in line for line in said)
    again = CliRunner().invoke(sync_command, [str(screen.parent)])
    assert again.exit_code == 0
    assert "is recorded already" in again.output
    assert [one.info.run_id for one in screens(store)] == [run.info.run_id]
    assert run.info.status == "FINISHED"
    assert run.inputs.dataset_inputs[0].dataset.name == "reef"
    assert len(candidates(store, run.info.run_id)) == 2
    summary = read_summary(screen)
    assert summary["mlflow_run_id"] == run.info.run_id
    assert "mlflow_pending" not in summary
    assert summary["n_ranked"] == started["n_ranked"]
    assert read_state(snapshots(screen)[0] / STATE).run_id == run.info.run_id


@pytest.mark.slow
def test_a_server_that_breaks_off_half_way_is_waited_for(
    screen: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise requests.ConnectionError("the line is dead")

    store = Store(server, "broken off", None)
    write_store(screen.parent / "tracking.json", store)
    with monkeypatch.context() as patch:
        patch.setattr("screening.track.recording.record_candidates", break_off)
        assert "the line is dead" in track(screen)["mlflow_pending"]
    assert CliRunner().invoke(sync_command, [str(screen.parent)]).exit_code == 0
    [run] = screens(store)
    assert run.info.status == "FINISHED"
    assert len(candidates(store, run.info.run_id)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("by", ["sync", "track"])
def test_a_killed_recording_leaves_one_finished_run(screen: Path, database: Path, by: str) -> None:
    store = Store(f"sqlite:///{database}", f"killed {by}", str(database.with_name("mlartifacts")))
    write_store(screen.parent / "tracking.json", store)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(screen)], check=False)
    assert killed.returncode == -signal.SIGKILL
    [half] = screens(store)
    assert half.info.status == "RUNNING"
    if by == "sync":
        assert CliRunner().invoke(sync_command, [str(screen.parent)]).exit_code == 0
    else:
        track(screen)
    [run] = screens(store)
    assert run.info.status == "FINISHED"
    assert run.info.run_id == read_summary(screen)["mlflow_run_id"] != half.info.run_id
    assert run.info.start_time == half.info.start_time
    assert len(candidates(store, run.info.run_id)) == 2
    # As after a kill between the recording and the summary: the run is found, not written again.
    (screen / "summary.json").unlink()
    assert track(screen)["mlflow_run_id"] == run.info.run_id
    assert len(screens(store)) == 1


def test_a_screen_that_is_under_way_is_not_recorded(screen: Path, away: str) -> None:
    write_store(screen.parent / "tracking.json", Store(away, "reefs", None))
    track(screen)
    draft = screen / "stages/report/summary.json"
    draft.write_text(draft.read_text().replace("2026-11-21", "2026-11-22"))
    result = CliRunner().invoke(sync_command, [str(screen.parent)])
    assert isinstance(result.exception, InputError)
    assert "screened anew" in result.exception.line()


def test_nothing_to_record_is_said(tmp_path: Path) -> None:
    write_store(tmp_path / "tracking.json", Store("http://127.0.0.1:9", "reefs", None))
    result = CliRunner().invoke(sync_command, [str(tmp_path)])
    assert result.exit_code == 0
    assert "no screen here" in result.output
