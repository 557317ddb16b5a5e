"""Rows of several stores: whole where all have them, and grouped by those that do not."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core.joined_rows import JoinedRows
from screening.core.result_store import ResultStore
from screening.core.stored_rows import AskedKeys

KEYS = st.text("abc", min_size=1, max_size=2)


def filled(folder: Path, name: str, keys: list[str]) -> ResultStore:
    store = ResultStore(folder / name, pa.schema([(name, pa.string())]))
    store.segment_folder.make()
    for key in keys:  # a segment each
        store.segment_folder.add([key], pa.table({name: [name + key]}))
    return store


@settings(max_examples=12, deadline=None)
@given(
    held=st.lists(st.lists(KEYS, unique=True, max_size=6), min_size=1, max_size=3),
    asked=st.lists(KEYS, max_size=8),
)
def test_every_key_is_whole_or_lacking(
    tmp_path_factory: pytest.TempPathFactory, held: list[list[str]], asked: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("joined")
    names = [f"store{number}" for number in range(len(held))]
    stores = [filled(folder, *pair) for pair in zip(names, held, strict=True)]
    keys = AskedKeys(asked, folder)
    parts = []
    for name, store in zip(names, stores, strict=True):
        (folder / f"{name}.scratch").mkdir()
        parts.append(store.rows_asked(keys, folder / f"{name}.scratch"))
    joined = JoinedRows(parts, folder)
    whole = [row for row, key in enumerate(asked) if all(key in one for one in held)]
    assert list(joined.whole_rows()) == whole
    assert joined.n_whole == len(whole)
    assert [row for rows, _ in joined.whole() for row in rows] == whole
    results = [row for _, table in joined.whole() for row in table.to_pylist()]
    assert results == [{name: name + asked[row] for name in names} for row in whole]
    lacking = {}
    for group in joined.lacking():
        rows = list(group.rows())
        assert len(rows) == group.n_rows
        lacking.update(dict.fromkeys(rows, group.parts))
    expected = {}
    for row, key in enumerate(asked):
        absent = tuple(number for number, one in enumerate(held) if key not in one)
        if absent and key not in asked[:row]:
            expected[row] = absent
    assert lacking == expected
    assert list(joined.missing_rows()) == sorted(expected)
