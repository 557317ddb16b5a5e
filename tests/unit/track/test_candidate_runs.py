from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.partitions import PartitionWriter
from screening.core.tables import PICK
from screening.track.candidates import candidate_tags, read_picked, run_name
from screening.track.screen import track_screen
from screening.track.store import Store, open_store

HOSTILE = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "x" * 10_000, "\u202egnp.exe", ""]


def write_pick(screen: Path, summary: dict[str, Any]) -> None:
    """The second candidate is picked first."""
    rows = [
        {
            "pick_number": number,
            "well": f"A0{number}",
            "structure_id": one["structure_id"],
            "compound_id": "c1",
            "name": one["name"],
            "smiles": one["smiles"],
            "organisms": [],
            "rank": one["rank"],
            "score": one["score"],
            "score_mean": 0.9,
            "chosen_for": kind,
            "reason": "far from all others",
            "tier": "novel",
            "scaffold": "",
        }
        for number, (one, kind) in enumerate(
            zip(reversed(summary["best"]), ("explore", "exploit"), strict=True), start=1
        )
    ]
    with PartitionWriter(screen / "pick.parquet", PICK.arrow()) as writer:
        writer.write_rows(rows)


def rename(screen: Path, name: str) -> None:
    """Give all candidates of the ranking one name."""
    file = screen / "ranking.parquet/part-00000.parquet"
    table = pq.read_table(file)
    at = table.schema.get_field_index("name")
    names = pa.array([name] * table.num_rows)
    pq.write_table(table.set_column(at, table.schema.field(at), names), file)


@pytest.mark.parametrize("picked", [True, False])
def test_each_candidate_has_a_run_below_the_screens(
    screen: Path, summary: dict[str, Any], database: Path, picked: bool
) -> None:
    if picked:
        write_pick(screen, summary)
    store = Store(f"sqlite:///{database}", f"picked {picked}", str(database.with_name("a")))
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
    assert run.info.run_name == ("02 A02 Salinosporamide A" if picked else "01 Salinosporamide A")
    assert tracked["pick"] == ({"explore": 1, "exploit": 1} if picked else {"exploit": 2})
    images = [one.path for one in client.list_artifacts(run.info.run_id, "images")]
    assert any(path.endswith(".png") for path in images)
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


def test_an_empty_ranking_has_no_candidates(screen: Path) -> None:
    file = screen / "ranking.parquet/part-00000.parquet"
    pq.write_table(pq.read_table(file).slice(0, 0), file)
    assert read_picked(screen) == []
