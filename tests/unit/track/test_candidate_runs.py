from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.track.candidates import candidate_tags, read_picked, run_name
from screening.track.screen import track_screen
from screening.track.store import Store, open_store

HOSTILE = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "x" * 10_000, "\u202egnp.exe", ""]


def rename(screen: Path, name: str) -> None:
    """Give all candidates of the ranking one name."""
    file = screen / "ranking.parquet/part-00000.parquet"
    table = pq.read_table(file)
    at = table.schema.get_field_index("name")
    names = pa.array([name] * table.num_rows)
    pq.write_table(table.set_column(at, table.schema.field(at), names), file)


def test_each_candidate_has_a_run_below_the_screens(
    screen: Path, summary: dict[str, Any], database: Path
) -> None:
    store = Store(f"sqlite:///{database}", "picked", str(database.with_name("a")))
    tracked = track_screen(screen, store, [], "")
    client = open_store(store.uri)
    runs = client.search_runs(
        [tracked["mlflow_experiment_id"]],
        "tags.kind = 'candidate' and metrics.score > 0.6",
        order_by=["metrics.score DESC"],
    )
    [run] = runs
    assert run.info.status == "FINISHED"
    assert run.data.tags["mlflow.parentRunId"] == tracked["mlflow_run_id"]
    assert run.data.tags["screen"] == tracked["mlflow_run_id"]
    assert run.data.tags["structure_id"] == summary["best"][0]["structure_id"]
    assert run.data.tags["library"] == "reef"
    assert run.data.tags["flags"] == "reactive"
    assert "hERG block" in run.data.tags["mlflow.note.content"]
    assert run.data.metrics["herg"] == 0.12
    assert "herg__std" not in run.data.metrics  # it has none
    assert (run.data.metrics["rank"], run.data.metrics["score_mean"]) == (1, 0.9)
    assert run.info.run_name == "02 A02 Salinosporamide A"
    assert tracked["pick"] == {"explore": 1, "exploit": 1}
    images = [one.path for one in client.list_artifacts(run.info.run_id, "images")]
    assert any(path.endswith(".png") for path in images)
    experiment = client.get_experiment(tracked["mlflow_experiment_id"])
    key = tracked["mlflow_page"].split("viewStateShareKey=")[1]
    assert f"mlflow.sharedViewState.{key}" in experiment.tags
    parent = client.get_run(tracked["mlflow_run_id"])
    assert "The pick" in parent.data.tags["mlflow.note.content"]
    [picture, _] = client.list_artifacts(parent.info.run_id, "candidates")
    file = Path(client.download_artifacts(parent.info.run_id, picture.path))
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_fit(screen: Path, name: str) -> None:
    rename(screen, name)
    for one in read_picked(screen):
        tags = candidate_tags(one, "reef", "s1")
        assert all(len(value) <= 8_000 for value in tags.values())
        assert "\u202e" not in json.dumps(tags, ensure_ascii=False)
        assert "<script" not in tags["mlflow.note.content"]
        assert len(run_name(one)) <= 90


def test_an_earlier_decision_stands_on_the_new_run(screen: Path) -> None:
    [first, _] = read_picked(screen)
    row = {**first.ranking, "decision": "hold", "decision_note": "supply?"}
    tags = candidate_tags(type(first)(first.pick, row, first.metrics), "reef", "s1")
    assert (tags["earlier_decision"], tags["earlier_note"]) == ("hold", "supply?")
    assert "decision" not in tags


def test_a_pick_of_nothing_has_no_candidates(screen: Path, database: Path) -> None:
    file = screen / "pick.parquet/part-00000.parquet"
    pq.write_table(pq.read_table(file).slice(0, 0), file)
    store = Store(f"sqlite:///{database}", "empty", str(database.with_name("a")))
    tracked = track_screen(screen, store, [], "")
    assert read_picked(screen) == []
    assert f"/runs/{tracked['mlflow_run_id']}?" in tracked["mlflow_page"]
