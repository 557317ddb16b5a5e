"""Decimal commas: whether a column writes 12,5 or 12.5, decided once from the first records.

`1,234` may be a number above a thousand or one a little above one: it decides nothing, and is
rewritten only where other values of the column show that the comma is a decimal one; in a column
that shows nothing, where the other columns of the file do. Words (`n.d.`) decide nothing, and a
number behind a sign (`<0,5`, `~ 12,5`) counts as the number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Literal

from screening.ingest.reading import MAX_COLUMNS, Reading
from screening.ingest.record import SourceRecord

DecimalMark = Literal[".", ","]
_SAMPLE_RECORDS = 1_000
_SAMPLE_CHARACTERS = 4 << 20
# Values with a decimal comma, among all that decide, from which the others count as exceptions.
# A file decides only for the columns that show nothing: there a doubt is to hold back.
_CLEAR_SHARE = 0.9
# Within a column the larger part decides: what is written otherwise is not misread by it.
_COLUMN_SHARE = 0.5
_SIGN = re.compile(r"(?:[<>≤≥~≈±=]|<=|>=|\+/-|ca\.)\s{0,3}(?=\d)")
_EXPONENT = r"(?:[eE][+-]?\d{1,3})?"
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_COMMA = re.compile(rf"[+-]?(?:\d{{1,30}}|[1-9]\d{{0,2}}(?:\.\d{{3}})+),\d{{1,30}}{_EXPONENT}")
_POINT = re.compile(rf"[+-]?(?:\d{{1,30}}|[1-9]\d{{0,2}}(?:,\d{{3}})+)\.\d{{1,30}}{_EXPONENT}")


def with_points(
    records: Iterator[SourceRecord], stated: DecimalMark | None, reading: Reading
) -> Iterator[SourceRecord]:
    """Hand on records, the decimal commas of their extra fields written as points.

    Parameters
    ----------
    records : of one file; at most 1,000 of them are held.
    stated : the mark that the user states, or None.
    reading : is told the mark, unknown where no value decides, and the columns with another one.
    """
    sample: list[SourceRecord] = []
    n_characters = 0
    if stated is None:
        for record in records:
            sample.append(record)
            n_characters += len(record.raw)
            if len(sample) >= _SAMPLE_RECORDS or n_characters >= _SAMPLE_CHARACTERS:
                break
    reading.decimal = stated
    marks: dict[str, DecimalMark | None] = {}
    if stated is None:
        marks = _decide(sample, reading)
    everything: Iterator[SourceRecord] = chain(sample, records)
    sample = []
    if "," in (reading.decimal, *marks.values()):
        default = marks.pop("", stated)
        everything = map(partial(_with_points, marks=marks, default=default), everything)
    yield from everything


def _decide(sample: Iterable[SourceRecord], reading: Reading) -> dict[str, DecimalMark | None]:
    """The mark of each extra column whose values tell, and under no name that of the others.

    A column whose values contradict each other is among them, without a mark.
    """
    votes: dict[str, Counter[str]] = {}
    for record in sample:
        for name, text in record.parted.extra.items():
            if vote := _vote(text):
                votes.setdefault(name, Counter())[vote] += 1
    marks = {name: _mark(count, _COLUMN_SHARE) for name, count in votes.items()}
    default = _mark(sum(votes.values(), Counter()), _CLEAR_SHARE)
    reading.decimal = default
    for name, mark in marks.items():
        if mark and mark != default and len(reading.decimal_columns) < MAX_COLUMNS:
            reading.decimal_columns[name] = mark
    return {**marks, "": default}


def find_decimal(values: Iterable[str]) -> DecimalMark | None:
    """The decimal mark that values show; None if none of them decides, or they contradict."""
    return _mark(Counter(filter(None, map(_vote, values))), _CLEAR_SHARE)


def _vote(value: str) -> str:
    """The decimal mark of a number that has one beyond doubt; no text for any other value."""
    if len(value) > 80:
        return ""
    number = _SIGN.sub("", value, count=1) if _SIGN.match(value) else value
    if _GROUPED.fullmatch(number):
        return ""
    if _COMMA.fullmatch(number):
        return ","
    return "." if _POINT.fullmatch(number) else ""


def _mark(votes: Mapping[str, int], share: float) -> DecimalMark | None:
    """The mark that has more than this share of the votes (0 to 1)."""
    n_comma, n_point = votes.get(",", 0), votes.get(".", 0)
    if n_comma > share * (n_comma + n_point):
        return ","
    return "." if n_point > share * (n_comma + n_point) else None


def with_point(value: str) -> str:
    """A number with a decimal comma, with a point instead; any other text as it is."""
    if len(value) > 80:
        return value
    sign = _SIGN.match(value)
    head = sign[0] if sign else ""
    number = value[len(head) :]
    if not _COMMA.fullmatch(number):
        return value
    return head + number.replace(".", "").replace(",", ".")


def _with_points(
    record: SourceRecord, marks: Mapping[str, DecimalMark | None], default: DecimalMark | None
) -> SourceRecord:
    if not record.parted.extra:
        return record
    extra = {
        name: with_point(value) if marks.get(name, default) == "," else value
        for name, value in record.parted.extra.items()
    }
    return replace(record, parted=replace(record.parted, extra=extra))
