"""Typed cells of workbooks and Parquet files as plain text."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any

# Beyond these a number is clearer with its exponent.
_SMALLEST, _LARGEST = 1e-9, 1e21


def cell_text(value: Any) -> str:
    """A cell as plain text.

    Whole numbers are written without a point (12, not 12.0), others without an exponent where that
    stays readable; dates by ISO 8601, without a time of midnight; lists of texts one a line; nested
    values as JSON. Nothing (null, not a number) is an empty text.
    """
    if isinstance(value, str):
        return value
    write = next((write for kind, write in _WRITERS if isinstance(value, kind)), str)
    return write(value)


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    if value == 0:
        return "0"
    if math.isinf(value) or not _SMALLEST <= abs(value) < _LARGEST:
        return repr(value)
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def _listed(values: Sequence[Any]) -> str:
    if all(isinstance(value, str | int | float | None) for value in values):
        return "\n".join(text for value in values if (text := cell_text(value)))
    return _json(values)


def _moment(value: datetime) -> str:
    midnight = value.time() == time() and value.tzinfo is None
    return value.date().isoformat() if midnight else value.isoformat()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=cell_text)


# The first that fits: a bool is an int, and a moment is a date.
_WRITERS: tuple[tuple[type | UnionType, Callable[[Any], str]], ...] = (
    (NoneType, lambda _: ""),
    (bool, lambda value: str(value).upper()),
    (float, _number),
    (datetime, _moment),
    (date | time, lambda value: str(value.isoformat())),
    (bytes, _decoded),
    (list | tuple, _listed),
    (dict, _json),
)


def raw_line(texts: Sequence[str]) -> str:
    """The cells of a row as one record of CSV: the row's text where its file holds none."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(texts)
    return stream.getvalue()
