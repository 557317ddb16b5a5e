"""The lead's decisions as `decisions.csv`: read strictly, since people edit it by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.errors import InputError
from screening.core.spreadsheet import original_text, write_spreadsheet
from screening.core.tables import DECISIONS

DECISIONS_CSV = "decisions.csv"
VALUES = ("advance", "hold", "reject")
_COLUMNS = tuple(column.name for column in DECISIONS.columns)
_NEEDED = ("structure_id", "decision")
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_MAX_CELL_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the table DECISIONS."""

    structure_id: str
    name: str
    decision: str
    note: str
    decided_by: str
    seen_at: str
    library: str
    run_id: str


def parse_decision(text: str) -> str | None:
    """`advance`, `hold` or `reject`, whatever its case and the spaces around it; else None."""
    plain = text.strip().casefold()
    return plain if plain in VALUES else None


def read_decisions(file: Path) -> dict[str, Decision]:
    """Read decisions, by structure; only `structure_id` and `decision` must be there.

    Raises
    ------
    InputError : it cannot be read, a column is missing or unknown, or a row is no decision; names
        file and line.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _MAX_CELL_CHARACTERS))
    found: dict[str, Decision] = {}
    lines: dict[str, int] = {}
    try:
        for line, cells in _rows(file):
            decision = _decision(f"{file}, line {line}", cells)
            key = decision.structure_id
            if key in found:
                raise InputError(
                    f"{file}, line {line}: {key} stands in line {lines[key]} too",
                    "keep one of the two",
                )
            found[key], lines[key] = decision, line
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{file}: cannot be read ({problem})", "give a CSV in UTF-8") from None
    return found


def write_decisions(file: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions for spreadsheets, in the order of structures, atomically."""
    rows = [asdict(one) for one in sorted(decisions, key=lambda one: one.structure_id)]
    table = pa.Table.from_pylist(rows, schema=DECISIONS.arrow())
    write_spreadsheet([table], _COLUMNS, file)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The filled rows as written, with the number of their last line."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        # Spreadsheets of many countries save with semicolons.
        header = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=max(",;\t", key=header.count), strict=True)
        names = [name.strip() for name in next(_readable(file, reader), [])]
        _check_header(file, names)
        for cells in _readable(file, reader):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                raise InputError(
                    f"{file}, line {reader.line_num}: {len(cells)} cells for {len(names)} columns",
                    'write a cell that holds the delimiter in quotes: "like, this"',
                )
            yield reader.line_num, dict(zip(names, map(original_text, cells), strict=True))


def _readable(file: Path, reader: Any) -> Iterator[list[str]]:
    """The reader's rows; a quote that is not closed is told with its line."""
    try:
        yield from reader
    except csv.Error as problem:
        raise InputError(f"{file}, line {reader.line_num}: {problem}", "correct the line") from None


def _check_header(file: Path, names: list[str]) -> None:
    for name in _NEEDED:
        if name not in names:
            raise InputError(
                f"{file}, line 1: no column {name!r}",
                f"a table of decisions has the columns {', '.join(_COLUMNS)}",
            )
    for name in names:
        if name not in _COLUMNS or names.count(name) > 1:
            what = "twice the column" if name in _COLUMNS else "unknown column"
            raise InputError(
                f"{file}, line 1: {what} {name[:80]!r}",
                f"a table of decisions has the columns {', '.join(_COLUMNS)}",
            )


def _decision(place: str, cells: Mapping[str, str]) -> Decision:
    key = cells["structure_id"].strip()
    if not _INCHIKEY.fullmatch(key):
        raise InputError(
            f"{place}: structure_id {key[:80]!r} is no InChIKey", "take it from ranking.csv"
        )
    value = parse_decision(cells["decision"])
    if value is None:
        raise InputError(
            f"{place}: decision {cells['decision'][:80]!r}", f"write {', '.join(VALUES)}"
        )
    stated = {**dict.fromkeys(_COLUMNS, ""), **cells}
    return Decision(**{**stated, "structure_id": key, "decision": value})
