from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from screening.cli.decisions import decisions_command
from screening.core.decisions_table import read_decisions
from screening.core.errors import InputError
from screening.track.decisions import take_decisions
from screening.track.screen import track_screen
from screening.track.store import Store, initialise_store, open_store, write_store

FIRST, SECOND = datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def store(database: Path, request: pytest.FixtureRequest) -> Store:
    """An experiment of the test's own."""
    name = request.node.name
    return Store(f"sqlite:///{database}", name, str(database.with_name("mlartifacts")))


def screen_again(screen: Path, store: Store) -> dict[str, str]:
    """One more screen; its candidates' runs by structure."""
    draft = screen / "stages/report/summary.json"
    draft.write_text(draft.read_text() + " ")
    tracked = track_screen(screen, store, [], "")
    return runs_below(store, tracked)


def runs_below(store: Store, tracked: dict[str, Any]) -> dict[str, str]:
    below = f"tags.screen = '{tracked['mlflow_run_id']}'"
    runs = open_store(store.uri).search_runs([tracked["mlflow_experiment_id"]], below)
    return {run.data.tags["structure_id"]: run.info.run_id for run in runs}


def decide(store: Store, run_id: str, **tags: str) -> None:
    """Set tags as MLflow's pages do."""
    for key, value in tags.items():
        open_store(store.uri).set_tag(run_id, key.replace("_space", " "), value)


def test_the_newest_screens_decision_stands(
    screen: Path, store: Store, summary: dict[str, Any]
) -> None:
    first, second = (one["structure_id"] for one in summary["best"])
    old = screen_again(screen, store)
    decide(store, old[first], decision="advance", note="=1+1", decided_by="Ada")
    decide(store, old[second], decision=" Hold ")
    taken = take_decisions(screen.parent, store, FIRST)
    assert taken.counts() == {"advance": 1, "hold": 1, "reject": 0}
    assert len(taken.news) == 2
    new = screen_again(screen, store)
    decide(store, new[second], decision="REJECT", note="toxic")
    taken = take_decisions(screen.parent, store, SECOND)
    assert taken.news == ("<script>|[x](javascript:alert(1)): hold → reject",)
    found = read_decisions(screen.parent / "decisions.csv")
    assert list(found) == sorted(found)
    assert (found[first].decision, found[first].note, found[first].decided_by) == (
        *("advance", "=1+1", "Ada"),
    )
    assert found[first].seen_at == "2026-11-21T10:00:00Z"
    assert found[first].run_id == old[first]
    assert (found[second].decision, found[second].run_id) == ("reject", new[second])
    assert found[second].seen_at == "2026-11-22T10:00:00Z"
    assert found[second].library == "reef"


def test_without_news_the_file_is_not_touched(
    screen: Path, store: Store, summary: dict[str, Any]
) -> None:
    runs = screen_again(screen, store)
    decide(store, runs[summary["best"][0]["structure_id"]], decision="hold")
    take_decisions(screen.parent, store, FIRST)
    file = screen.parent / "decisions.csv"
    before = file.stat()
    assert take_decisions(screen.parent, store, SECOND).news == ()
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert file.stat().st_ino == before.st_ino


def test_a_withdrawn_decision_goes_and_one_by_hand_stays(
    screen: Path, store: Store, summary: dict[str, Any]
) -> None:
    first, second = (one["structure_id"] for one in summary["best"])
    runs = screen_again(screen, store)
    decide(store, runs[first], decision="hold")
    take_decisions(screen.parent, store, FIRST)
    file = screen.parent / "decisions.csv"
    file.write_text(file.read_text(encoding="utf-8") + f"{second},,reject,by hand,,,,\n")
    open_store(store.uri).delete_tag(runs[first], "decision")
    taken = take_decisions(screen.parent, store, SECOND)
    assert taken.news == ("Salinosporamide A: withdrawn (was hold)",)
    assert {key: one.note for key, one in read_decisions(file).items()} == {second: "by hand"}


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"decision": "advanced"}, "decision 'advanced': write advance, hold, reject"),
        ({"decision": "no"}, "decision 'no'"),
        ({"desicion": "hold"}, "tag 'desicion': did you mean decision?"),
        ({"decision": "hold", "Decision_space": "reject"}, "twice"),
        ({"note": "good"}, "a note without a decision"),
    ],
)
def test_what_is_not_clear_is_told_and_changes_nothing(
    screen: Path, store: Store, summary: dict[str, Any], tags: dict[str, str], message: str
) -> None:
    first, second = (one["structure_id"] for one in summary["best"])
    runs = screen_again(screen, store)
    decide(store, runs[second], decision="hold")
    decide(store, runs[first], **tags)
    write_store(screen.parent / "tracking.json", store)
    result = CliRunner().invoke(decisions_command, [str(screen.parent)])
    assert isinstance(result.exception, InputError)
    assert "could not be taken" in result.exception.line()
    assert message in result.output
    assert f"Salinosporamide A (reef, run {runs[first]})" in result.output
    assert set(read_decisions(screen.parent / "decisions.csv")) == {second}


def test_an_unclear_tag_keeps_the_older_decision(
    screen: Path, store: Store, summary: dict[str, Any]
) -> None:
    first = summary["best"][0]["structure_id"]
    decide(store, screen_again(screen, store)[first], decision="reject")
    take_decisions(screen.parent, store, FIRST)
    decide(store, screen_again(screen, store)[first], decision="advence")
    taken = take_decisions(screen.parent, store, SECOND)
    assert len(taken.unclear) == 1
    assert [one.decision for one in taken.decisions] == ["reject"]


def test_a_broken_file_of_decisions_stops_before_the_store(screen: Path, away: str) -> None:
    (screen.parent / "decisions.csv").write_text("structure_id\n")
    with pytest.raises(InputError, match="line 1: no column 'decision'"):
        take_decisions(screen.parent, Store(away, "reefs", None))


def test_before_the_first_screen_the_remedy_is_named(
    tmp_path: Path, database: Path, store: Store
) -> None:
    initialise_store(store.uri, "another", store.artifact_location)
    with pytest.raises(InputError, match="no experiment"):
        take_decisions(tmp_path, store)


@pytest.mark.slow
def test_decisions_come_from_a_server(screen: Path, server: str, summary: dict[str, Any]) -> None:
    store = Store(server, "decided", None)
    runs = screen_again(screen, store)
    note = "<script>alert(1)</script>\n" + "x" * 5_000
    decide(store, runs[summary["best"][0]["structure_id"]], decision="Advance", note=note)
    write_store(screen.parent / "tracking.json", store)
    result = CliRunner().invoke(decisions_command, [str(screen.parent)])
    assert result.exit_code == 0, result.output
    assert "1 advance, 0 hold, 0 reject" in result.output
    [found] = read_decisions(screen.parent / "decisions.csv").values()
    assert found.note == note
