from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.ingest.split_records import MAX_RECORD_LINES, split_records


def split(text: str, delimiter: str = ",") -> list[tuple[int, str, bool]]:
    lines = enumerate(io.StringIO(text, newline=""), start=1)
    return [(record.line, record.text, record.closed) for record in split_records(lines, delimiter)]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("a,b\nc,d\n", [(1, "a,b", True), (2, "c,d", True)]),
        ("a,b\r\nc,d", [(1, "a,b", True), (2, "c,d", True)]),
        ("a\rb\r", [(1, "a", True), (2, "b", True)]),
        ("a\n\n \nb\n", [(1, "a", True), (4, "b", True)]),
        (',,\n"",\n', [(1, ",,", True), (2, '"",', True)]),
        ('a,"x\ny"\nb\n', [(1, 'a,"x\ny"', True), (3, "b", True)]),
        ('a,"x""\ny",z\nb\n', [(1, 'a,"x""\ny",z', True), (3, "b", True)]),
        ('5" nail,b\nc,d\n', [(1, '5" nail,b', True), (2, "c,d", True)]),
        # a stray quote costs its own line, not the rest of the file
        ('a,"x\nb,c\nd,e\n', [(1, 'a,"x', False), (2, "b,c", True), (3, "d,e", True)]),
        # nor does it join with the quotes of a later row
        ('a,"x\nb,c\nd,"e"\n', [(1, 'a,"x', False), (2, "b,c", True), (3, 'd,"e"', True)]),
    ],
)
def test_split(text: str, records: list[tuple[int, str, bool]]) -> None:
    assert split(text) == records


def test_field_of_too_many_lines_is_a_stray_quote() -> None:
    text = 'a,"x\n' + "b,c\n" * (MAX_RECORD_LINES + 5) + 'd,"\n'
    records = split(text)
    assert records[0] == (1, 'a,"x', False)
    assert len(records) == MAX_RECORD_LINES + 7


FIELDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(FIELDS, min_size=2, max_size=4), min_size=1, max_size=8))
def test_what_the_csv_module_writes_is_split_at_its_rows(rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    records = split(stream.getvalue())
    assert all(closed for _, _, closed in records)
    assert [next(csv.reader([text])) for _, text, _ in records] == rows
