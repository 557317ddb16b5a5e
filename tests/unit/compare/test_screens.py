from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.compare.causes import Causes
from screening.compare.screens import compare_screens
from screening.core.errors import InputError
from screening.core.history import (
    RANKING_FILE,
    STATE,
    ScreenState,
    read_state,
    snapshots,
    write_state,
)
from screening.core.objectives import Objective, RankSettings
from screening.core.partitions import PartitionWriter, read_table, remove
from screening.core.tables import CHANGES, SNAPSHOT

SETTINGS = RankSettings(
    objectives=(
        Objective(column="herg", label="hERG block", worst=1, best=0),
        Objective(column="sa_score", label="synthesis", worst=9, best=4),
    ),
    limits=(),
)
# structure → hERG, effect of hERG, score
Facts = Mapping[str, tuple[float, float, float]]
FIRST: Facts = {"A": (0.1, 0.3, 0.9), "B": (0.2, 0.2, 0.8), "C": (0.3, 0.1, 0.7)}


def contributions(value: float, effect: float, share: float) -> str:
    common = {"unit": "1", "std": None, "over": "", "group": "", "desirability": 0.5}
    herg = {"column": "herg", "label": "hERG block", "value": value, "domain": "in"}
    easy = {"column": "sa_score", "label": "synthesis", "value": 4.0, "domain": None}
    return json.dumps([
        {**common, **herg, "share": share, "effect": effect},
        {**common, **easy, "share": 1 - share, "effect": 0.0},
    ])  # fmt: skip


def screen(folder: Path, facts: Facts, *, model: str = "d1", share: float = 0.5) -> None:
    """A ranking as the rank stage leaves it, in order of score, and the predictions' schema."""
    ordered = sorted(facts.items(), key=lambda one: (-one[1][2], one[0]))
    rows = [
        {
            "structure_id": key,
            "name": f"name {key}",
            "rank": rank,
            "score": score,
            "contributions": contributions(value, effect, share),
        }
        for rank, (key, (value, effect, score)) in enumerate(ordered, start=1)
    ]
    # The comparison reads no further columns of the ranking; that it judges hERG stands in it.
    schema = SNAPSHOT.arrow().append(pa.field("herg", pa.float64()))
    with PartitionWriter(folder / "ranking.parquet", schema, 2) as writer:
        writer.write_rows(rows)
    names = {"model": "toxicity", "model_version": "1.0", "endpoint": "herg"}
    field = pa.field("herg", pa.float32(), metadata={**names, "model_digest": model})
    remove(folder / "predictions.parquet")
    (folder / "predictions.parquet").mkdir(parents=True)
    table = pa.schema([field]).empty_table()
    pq.write_table(table, folder / "predictions.parquet/part-00000.parquet")


def keep(folder: Path, run_id: str = "r1") -> None:
    """What `track` keeps of a screen."""
    last, previous = snapshots(folder)
    if last.is_dir():
        remove(previous)
        last.rename(previous)
    with PartitionWriter(last / RANKING_FILE, SNAPSHOT.arrow()) as writer:
        writer.write(read_table(folder / "ranking.parquet", SNAPSHOT, writer.schema.names))
    write_state(last / STATE, replace(read_state(folder / "stages/compare" / STATE), run_id=run_id))


def compare(folder: Path, settings: RankSettings = SETTINGS) -> dict[str, dict[str, Any]]:
    compare_screens(folder, settings)
    rows = read_table(folder / "changes.parquet", CHANGES).to_pylist()
    return {row["structure_id"]: row for row in rows}


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "stages/compare/changes.json").read_text())
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library that has been screened once."""
    screen(tmp_path, FIRST)
    assert compare(tmp_path) == {}
    assert told(tmp_path)["previous"] is None
    keep(tmp_path)
    return tmp_path


def test_a_recorded_screen_is_not_compared_with_itself(folder: Path) -> None:
    assert compare(folder) == {}
    assert told(folder)["previous"] is None


def test_the_library_grew_and_lost(folder: Path) -> None:
    screen(folder, {"A": FIRST["A"], "C": FIRST["C"], "X": (0.1, 0.4, 0.95), "Y": (0.1, 0.2, 0.75)})
    found = compare(folder)
    assert {key: row["change"] for key, row in found.items()} == {
        "X": "entered",
        "A": "down",
        "Y": "entered",
        "C": "down",
        "B": "left",
    }
    assert list(found) == ["X", "A", "Y", "C", "B"]
    assert all(row["causes"] == ["library"] for row in found.values())
    assert found["A"]["reason"] == "own score unchanged; 1 entered above it"
    assert found["C"]["reason"] == "own score unchanged; 2 entered and 1 left above it"
    assert (found["B"]["rank"], found["B"]["previous_rank"]) == (None, 2)
    summary = told(folder)
    assert (summary["n_entered"], summary["n_left"], summary["n_moved"]) == (2, 1, 2)
    assert summary["previous"]["mlflow_run_id"] == "r1"
    assert summary["differences"] == []


def test_a_new_model_moves_what_it_predicts_anew(folder: Path) -> None:
    screen(folder, {**FIRST, "C": (0.05, 0.45, 0.95)}, model="d2")
    found = compare(folder)
    assert found["C"]["causes"] == ["model"]
    assert found["C"]["reason"] == "score 0.700 → 0.950: hERG block 0.3 → 0.05 (+0.35; model)"
    assert found["A"]["causes"] == ["model"]
    assert found["A"]["reason"] == "own score unchanged; others were scored anew (model)"
    assert told(folder)["differences"] == ["model toxicity: 1.0 (d1) → 1.0 (d2)"]
    assert [one["structure_id"] for one in told(folder)["movers"]] == ["C", "A", "B"]


def test_another_value_of_the_same_model_comes_of_code(folder: Path) -> None:
    screen(folder, {**FIRST, "C": (0.05, 0.45, 0.95)})
    found = compare(folder)
    assert found["C"]["causes"] == found["A"]["causes"] == ["code"]


def test_new_settings_are_told(folder: Path) -> None:
    screen(folder, {"A": (0.1, 0.2, 0.85), "B": (0.2, 0.3, 0.88), "C": FIRST["C"]}, share=0.6)
    found = compare(folder, SETTINGS.model_copy(update={"caution": 0.5}))
    assert found["B"]["change"] == "up"
    assert found["B"]["causes"] == ["settings"]
    assert found["B"]["reason"] == "score 0.800 → 0.880: hERG block (+0.10; settings)"
    assert (found["C"]["change"], found["C"]["causes"], found["C"]["reason"]) == ("same", [], "")
    assert told(folder)["differences"] == ["setting rank.caution: 1.0 → 0.5"]


def risen(contributions: str, before: str) -> dict[str, Any]:
    """A row that has changed places with the one above it, by its own score."""
    return {
        "rank": 1,
        "previous_rank": 2,
        "n_entered": 0,
        "n_left": 0,
        "score": 0.9,
        "previous_score": 0.8,
        "contributions": contributions,
        "previous_contributions": before,
    }


def test_a_group_is_told_as_one() -> None:
    def part(column: str, effect: float) -> dict[str, Any]:
        row = json.loads(contributions(0.1, effect, 0.5))[0]
        return {**row, "column": column, "label": column, "group": "panels"}

    now = ScreenState("r2", settings={"caution": 0.5})
    row = risen(
        json.dumps([part("a", 0.2), part("b", 0.3)]), json.dumps([part("a", 0.1), part("b", 0.15)])
    )
    causes, reason = Causes(now, ScreenState("r1", settings={"caution": 1.0})).of(row)
    assert causes == ["settings"]
    assert reason == "score 0.800 → 0.900: panels (+0.25; settings)"


def test_a_models_change_reaches_what_judges_its_group() -> None:
    """Such as selectivity: the mean of the panels over another endpoint."""

    def part(column: str, value: float, effect: float, **further: Any) -> dict[str, Any]:
        row = json.loads(contributions(value, effect, 0.5))[0]
        return {**row, "column": column, "label": column, **further}

    def parts(value: float, effect: float) -> str:
        selective = part("panels", value, effect, over="hepg2", label="panels over hepg2")
        return json.dumps([part("a", 0.5, 0.1, group="panels"), selective])

    row = risen(parts(0.4, 0.3), parts(0.2, 0.1))
    model = {"name": "activity", "version": "1"}
    now = ScreenState("r2", {"a": {**model, "digest": "d2"}}, {"objectives": None})
    before = ScreenState("r1", {"a": {**model, "digest": "d1"}}, {"objectives": None})
    causes, reason = Causes(now, before).of(row)
    assert causes == ["model"]
    assert reason == "score 0.800 → 0.900: panels over hepg2 0.2 → 0.4 (+0.20; model)"


def test_two_changes_at_once_are_told_apart(folder: Path) -> None:
    facts = {"A": FIRST["A"], "C": (0.05, 0.45, 0.95), "X": (0.1, 0.4, 0.92)}
    screen(folder, facts, model="d2")
    found = compare(folder)
    assert found["C"]["causes"] == ["library", "model"]
    assert found["A"]["causes"] == ["library", "model"]
    assert found["A"]["reason"] == (
        "own score unchanged; others were scored anew (model); 1 entered above it"
    )


def test_an_objective_that_came_or_went_is_a_setting(folder: Path) -> None:
    old = snapshots(folder)[0] / RANKING_FILE / "part-00000.parquet"
    table = pq.read_table(old)
    at = table.schema.get_field_index("contributions")
    one = [json.dumps(json.loads(text)[1:]) for text in table.column("contributions").to_pylist()]
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array(one)), old)
    screen(folder, {**FIRST, "A": (0.1, 0.3, 0.91)})
    found = compare(folder)
    assert found["A"]["causes"] == ["settings"]
    assert "hERG block newly judged (+0.30)" in found["A"]["reason"]


def test_a_screen_is_compared_again_with_the_one_before_it(folder: Path) -> None:
    """Recorded already, and compared again since code has changed, say."""
    screen(folder, {**FIRST, "X": (0.1, 0.4, 0.95)})
    once = compare(folder)
    keep(folder, "r2")
    assert compare(folder) == once
    assert told(folder)["previous"]["mlflow_run_id"] == "r1"
    screen(folder, FIRST)
    assert compare(folder)["X"]["change"] == "left"
    assert told(folder)["previous"]["mlflow_run_id"] == "r2"


def test_an_empty_ranking_can_be_compared(folder: Path) -> None:
    screen(folder, {})
    assert {row["change"] for row in compare(folder).values()} == {"left"}


def test_a_damaged_snapshot_names_the_remedy(folder: Path) -> None:
    screen(folder, {**FIRST, "X": (0.1, 0.4, 0.95)})
    (snapshots(folder)[0] / STATE).write_text("{")
    with pytest.raises(InputError, match="history/last, and screen again"):
        compare(folder)
