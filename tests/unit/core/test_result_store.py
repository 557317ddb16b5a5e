"""Results are found by key, in order; damage is noticed; writers do not disturb each other."""

from __future__ import annotations

import os
import random
import socket
import threading
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core.errors import OutputError
from screening.core.result_store import ResultStore, version_folder
from screening.core.segments import SegmentFolder, result_key

SCHEMA = pa.schema([("value", pa.float64()), ("names", pa.list_(pa.string()))])


def results(values: list[float]) -> pa.Table:
    return pa.table({"names": [[f"{value}"] for value in values], "value": values})


def fill(store: ResultStore, values: dict[str, float]) -> None:
    store.segment_folder.make()
    store.segment_folder.add(list(values), results(list(values.values())))


def look_up(
    store: ResultStore, keys: list[str], scratch: Path
) -> tuple[dict[int, float], list[int]]:
    found: dict[int, float] = {}
    with store.rows_of(keys, scratch) as stored:
        for rows, table in stored.found():
            assert rows == sorted(rows)
            assert table.schema == SCHEMA
            found.update(zip(rows, table["value"].to_pylist(), strict=True))
        missing = list(stored.missing())
        assert stored.n_missing == len(missing)
        assert stored.n_keys == len(keys)
    assert not list(scratch.glob(".results.stored*"))
    return found, missing


def test_a_store_that_does_not_exist_knows_nothing(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "none", SCHEMA)
    assert look_up(store, ["a", "b", "a"], tmp_path) == ({}, [0, 1])
    assert not (tmp_path / "none").exists()


@settings(max_examples=15, deadline=None)
@given(
    first=st.dictionaries(st.text("abcd", min_size=1), st.floats(0, 1)),
    second=st.dictionaries(st.text("abcd", min_size=1), st.floats(2, 3)),
    asked=st.lists(st.text("abcde", min_size=1, max_size=3)),
)
def test_every_key_is_found_or_missing(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[str, float],
    second: dict[str, float],
    asked: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = ResultStore(folder / "kind", SCHEMA)
    fill(store, first)
    fill(store, second)
    found, missing = look_up(ResultStore(folder / "kind", SCHEMA), asked, folder)
    known = {**first, **second}
    assert found.keys() == {row for row, key in enumerate(asked) if key in known}
    for row, value in found.items():
        assert value in (first.get(asked[row]), second.get(asked[row]))
    assert missing == [
        row for row, key in enumerate(asked) if key not in known and key not in asked[:row]
    ]


def test_results_come_in_the_order_of_the_keys_across_many_segments(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "kind", SCHEMA)
    keys = [f"key {number}" for number in range(6_000)]
    for start in range(0, len(keys), 500):
        fill(store, {key: float(at) for at, key in enumerate(keys[start : start + 500], start)})
    assert len(store.segments()) == 12
    found, missing = look_up(store, keys[::-1], tmp_path)
    assert missing == []
    assert [found[row] for row in range(len(keys))] == [float(n) for n in range(len(keys))][::-1]


def test_results_come_in_any_order_that_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "o'brien [1] *" / "kind"
    store = ResultStore(folder, SCHEMA)
    for start in range(0, 90, 10):
        fill(store, {f"key {number}": float(number) for number in range(start, start + 10)})
    assert len(store.segments()) == 9
    numbers = [*range(100)] * 2
    random.Random(1).shuffle(numbers)
    asked = [f"key {number}" for number in numbers]
    found, missing = look_up(store, asked, tmp_path / "o'brien [1] *")
    assert found == {row: float(n) for row, n in enumerate(numbers) if n < 90}
    assert {numbers[row] for row in missing} == set(range(90, 100))


def test_what_a_killed_screen_left_is_swept(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "kind", SCHEMA)
    fill(store, {"a": 1.0})
    old, new = (tmp_path / "kind" / f".{name}.partial" for name in ("old", "new"))
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    (tmp_path / ".results.stored").mkdir()
    assert look_up(store, ["a"], tmp_path) == ({0: 1.0}, [])
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("damage", ["truncated", "altered", "emptied"])
def test_a_damaged_segment_is_put_out_and_its_results_are_missing(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kind"
    fill(ResultStore(folder, SCHEMA), {"sound": 1.0})
    (sound,) = folder.glob("*.parquet")
    fill(ResultStore(folder, SCHEMA), {"lost": 2.0})
    (victim,) = set(folder.glob("*.parquet")) - {sound}
    content = bytearray(victim.read_bytes())
    if damage == "altered":
        content[len(content) // 2] ^= 0xFF
    victim.write_bytes(content[: {"truncated": 40, "altered": len(content), "emptied": 0}[damage]])
    found, missing = look_up(ResultStore(folder, SCHEMA), ["lost", "sound"], tmp_path)
    assert (found, missing) == ({1: 1.0}, [0])
    assert not victim.exists()
    assert "damaged, removed" in capsys.readouterr().err


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    def work(number: int) -> None:
        store = ResultStore(tmp_path / "kind", SCHEMA)
        for step in range(5):
            fill(store, {f"{number}-{step}": float(number), f"shared-{step}": 7.0})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [f"{number}-{step}" for number in range(4) for step in range(5)]
    found, missing = look_up(ResultStore(tmp_path / "kind", SCHEMA), [*keys, "shared-3"], tmp_path)
    assert missing == []
    assert [found[row] for row in range(21)] == [float(key[0]) for key in keys] + [7.0]
    assert not list((tmp_path / "kind").glob(".*"))


def test_a_worker_that_does_not_see_the_folder_says_so_and_makes_none(tmp_path: Path) -> None:
    segments = SegmentFolder(tmp_path / "elsewhere", SCHEMA)
    with pytest.raises(OutputError, match=f"elsewhere: is not there on {socket.gethostname()}"):
        segments.add(["a"], results([1.0]))
    assert not list(tmp_path.iterdir())


def test_a_segment_that_shows_late_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.core.segments._SEEN_WITHIN_S", 5.0)
    segments = SegmentFolder(tmp_path, SCHEMA)
    name = segments.add(["a"], results([1.0]))
    assert name is not None
    hidden = (tmp_path / name).rename(tmp_path / "hidden")
    threading.Timer(0.7, lambda: hidden.rename(tmp_path / name)).start()
    segments.wait_for(name)
    monkeypatch.setattr("screening.core.segments._SEEN_WITHIN_S", 0.0)
    with pytest.raises(OutputError, match="file system that all share"):
        segments.wait_for("0.parquet")


def test_keys_and_versions_tell_their_parts_apart(tmp_path: Path) -> None:
    assert result_key("ab", "c") != result_key("a", "bc") != result_key("abc")
    one = version_folder(tmp_path, "describe", {"rdkit": "1", "sets": ["a"]})
    assert one.parent == tmp_path / "describe"
    assert one != version_folder(tmp_path, "describe", {"rdkit": "2", "sets": ["a"]})
    assert one == version_folder(tmp_path, "describe", {"sets": ["a"], "rdkit": "1"})
