from __future__ import annotations

from pathlib import Path

from screening.core.history import RANKING_FILE, STATE, read_state, snapshots, write_state
from screening.core.partitions import read_table, remove
from screening.core.tables import SNAPSHOT
from screening.track.snapshot import keep_snapshot


def rank_anew(screen: Path, digest: str) -> None:
    """Another ranking, as its digest tells."""
    path = screen / "stages/compare" / STATE
    state = read_state(path)
    write_state(path, type(state)(ranking=digest, date=state.date))


def test_the_last_and_the_previous_ranking_are_kept(screen: Path) -> None:
    last, previous = snapshots(screen)
    rank_anew(screen, "r1")
    keep_snapshot(screen, "")
    assert not previous.exists()
    keep_snapshot(screen, "m1")  # recorded later, without a change of the ranking
    assert read_state(last / STATE).run_id == "m1"
    assert not previous.exists()
    for digest in ("r2", "r3"):
        rank_anew(screen, digest)
        keep_snapshot(screen, digest)
    assert read_state(last / STATE).ranking == "r3"
    assert read_state(previous / STATE).ranking == "r2"
    assert read_table(last / RANKING_FILE, SNAPSHOT).column("rank").to_pylist() == [1, 2]
    assert sorted(path.name for path in last.parent.iterdir()) == ["last", "previous"]


def test_a_kill_between_the_moves_loses_no_earlier_ranking(screen: Path) -> None:
    last, previous = snapshots(screen)
    for digest in ("r1", "r2"):
        rank_anew(screen, digest)
        keep_snapshot(screen, digest)
    remove(previous)
    last.rename(previous)  # the next one would now take the place of the last
    last.with_name(".last.partial").mkdir()
    rank_anew(screen, "r3")
    keep_snapshot(screen, "m3")
    assert read_state(last / STATE).ranking == "r3"
    assert read_state(previous / STATE).ranking == "r2"
