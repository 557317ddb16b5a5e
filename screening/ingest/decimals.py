"""Decimal commas: whether a file writes 12,5 or 12.5, decided once from its first records.

`1,234` may be a number above a thousand or one a little above one: it decides nothing, and is
rewritten only where other values of the file show that the comma is a decimal one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Literal

from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord

DecimalMark = Literal[".", ","]
_SAMPLE_RECORDS = 1_000
_SAMPLE_CHARACTERS = 4 << 20
# Values with a decimal comma, among all that decide, from which the others count as exceptions.
_CLEAR_SHARE = 0.9
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
    reading : is told the mark; it stays unknown where no value decides.
    """
    sample: list[SourceRecord] = []
    n_characters = 0
    if stated is None:
        for record in records:
            sample.append(record)
            n_characters += len(record.raw)
            if len(sample) >= _SAMPLE_RECORDS or n_characters >= _SAMPLE_CHARACTERS:
                break
    values = (text for record in sample for text in record.parted.extra.values())
    reading.decimal = stated or find_decimal(values)
    everything: Iterator[SourceRecord] = chain(sample, records)
    sample = []
    if reading.decimal == ",":
        everything = map(_with_points, everything)
    yield from everything


def find_decimal(values: Iterable[str]) -> DecimalMark | None:
    """The decimal mark that values show; None if none of them decides, or they contradict."""
    n_comma = n_point = 0
    for value in values:
        if len(value) > 80 or _GROUPED.fullmatch(value):
            continue
        n_comma += _COMMA.fullmatch(value) is not None
        n_point += _POINT.fullmatch(value) is not None
    n_deciding = n_comma + n_point
    if not n_deciding:
        return None
    if n_comma >= _CLEAR_SHARE * n_deciding:
        return ","
    return "." if n_point >= _CLEAR_SHARE * n_deciding else None


def with_point(value: str) -> str:
    """A number with a decimal comma, with a point instead; any other text as it is."""
    if len(value) > 80 or not _COMMA.fullmatch(value):
        return value
    return value.replace(".", "").replace(",", ".")


def _with_points(record: SourceRecord) -> SourceRecord:
    if not record.parted.extra:
        return record
    extra = {name: with_point(value) for name, value in record.parted.extra.items()}
    return replace(record, parted=replace(record.parted, extra=extra))
