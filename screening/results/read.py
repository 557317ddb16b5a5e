"""The bench's file, row by row, into measurements whose compounds are not looked up yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from screening.core.edited_csv import read_edited_rows
from screening.core.measurement import (
    Measurement,
    Unit,
    find_unit,
    nearest_unit,
    parse_relation,
    split_value,
)
from screening.results.columns import STRUCTURE, Columns, find_columns
from screening.results.faults import Faults

_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_ENDPOINT_CHARS = 200
_SHOWN = 60


@dataclass(frozen=True)
class ResultRow:
    """One row with a value; texts that are not stated are empty."""

    line: int
    structure_id: str
    compound_id: str
    smiles: str
    endpoint: str
    measurement: Measurement
    assay_id: str
    date: str
    note: str


@dataclass(frozen=True)
class Results:
    """What a file holds.

    Parameters
    ----------
    rows : with a value. n_blank : rows without one: nothing was measured.
    unused : columns that were not read.
    """

    rows: list[ResultRow]
    n_blank: int
    unused: tuple[str, ...]


def read_results(file: Path) -> Results:
    """Read a file of results.

    Parameters
    ----------
    file : CSV; see `results.columns` for its columns.

    Raises
    ------
    InputError : it cannot be read, a column is missing, or rows are wrong; names their lines.
    """
    columns = Columns({}, ())

    def take_header(names: Iterable[str]) -> None:
        nonlocal columns
        columns = find_columns(file, list(names))

    faults = Faults(file)
    rows: list[ResultRow] = []
    n_blank = 0
    for line, cells in read_edited_rows(file, take_header):
        stated = {role: _plain(cells[name]) for role, name in columns.of.items()}
        if not stated["value"]:
            n_blank += 1
            continue
        try:
            rows.append(_row(line, stated))
        except ValueError as fault:
            faults.add(line, str(fault))
    faults.check()
    return Results(rows, n_blank, columns.unused)


def _plain(text: str) -> str:
    """One line without control characters and marks that turn the text's direction."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())


def _row(line: int, stated: Mapping[str, str]) -> ResultRow:
    texts = {role: stated.get(role, "") for role in (*STRUCTURE, "assay_id", "date", "note")}
    if not any(texts[role] for role in STRUCTURE):
        raise ValueError(f"no compound; fill in {', '.join(STRUCTURE[:-1])} or smiles")
    if texts["structure_id"] and not _INCHIKEY.fullmatch(texts["structure_id"]):
        raise ValueError(f"structure_id {_short(texts['structure_id'])} is no InChIKey")
    if not 0 < len(stated["endpoint"]) <= _ENDPOINT_CHARS:
        raise ValueError(f"endpoint {_short(stated['endpoint'])}; say what was measured")
    if texts["date"]:
        texts["date"] = _date(texts["date"])
    return ResultRow(line, **texts, endpoint=stated["endpoint"], measurement=_measurement(stated))


def _measurement(stated: Mapping[str, str]) -> Measurement:
    text = stated["value"]
    split = split_value(text)
    if split is None:
        raise ValueError(f"value {_short(text)} is no number; write 12.5 or >50, or leave it empty")
    relation, value, beside = split
    if told := stated.get("relation"):
        own = parse_relation(told)
        if own is None:
            raise ValueError(f"relation {_short(told)}; write =, < or >")
        if relation not in ("=", own):
            raise ValueError(f"value {_short(text)} and relation {_short(told)} contradict")
        relation = own
    unit = _unit(stated.get("unit", ""), beside)
    if unit.kind == "concentration" and value <= 0:
        raise ValueError(f"value {_short(text)}: a concentration is above 0")
    return Measurement(relation, value, unit)


def _unit(stated: str, beside: str) -> Unit:
    """The unit of the column, or the one beside the number."""
    units: list[Unit] = []
    for text in filter(None, (stated, beside)):
        unit = find_unit(text)
        if unit is None:
            raise ValueError(f"unknown unit {_short(text)}; {nearest_unit(text)}")
        units.append(unit)
    if not units:
        raise ValueError("no unit; write it beside the value or in a column unit")
    if len(set(units)) > 1:
        raise ValueError(f"two units, {units[0].name} and {units[1].name}; keep one")
    return units[0]


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"date {_short(text)}; write it as 2026-11-26") from None


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
