from __future__ import annotations

from pathlib import Path

from screening.ingest.identity import IdRegister


def test_repeated_ids_get_the_first_free_suffix(tmp_path: Path) -> None:
    with IdRegister(tmp_path / "ids") as ids:
        wanted = ["A", "B", "A", "A", "A-2", "A-2", "B-2", "B"]
        given = [ids.unique(name) for name in wanted]
    assert given[:4] == ["A", "B", "A-2", "A-3"]
    assert len(set(given)) == len(given)
    assert all(name.startswith(want) for name, want in zip(given, wanted, strict=True))


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with IdRegister(tmp_path / "ids") as ids:
        ids.unique("A")
    assert list(tmp_path.iterdir()) == []
