"""The lead's decisions as `decisions.csv`: read strictly, since people edit it by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa

from screening.core.edited_csv import read_edited_rows
from screening.core.errors import InputError
from screening.core.spreadsheet import write_spreadsheet
from screening.core.tables import DECISIONS

DECISIONS_CSV = "decisions.csv"
VALUES = ("advance", "hold", "reject")
_COLUMNS = tuple(column.name for column in DECISIONS.columns)
_NEEDED = ("structure_id", "decision")
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")


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
    found: dict[str, Decision] = {}
    lines: dict[str, int] = {}
    for line, cells in read_edited_rows(file, partial(_check_header, file)):
        decision = _decision(f"{file}, line {line}", cells)
        key = decision.structure_id
        if key in found:
            raise InputError(
                f"{file}, line {line}: {key} stands in line {lines[key]} too",
                "keep one of the two",
            )
        found[key], lines[key] = decision, line
    return found


def write_decisions(file: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions for spreadsheets, in the order of structures, atomically."""
    rows = [asdict(one) for one in sorted(decisions, key=lambda one: one.structure_id)]
    table = pa.Table.from_pylist(rows, schema=DECISIONS.arrow())
    write_spreadsheet([table], _COLUMNS, file)


def _check_header(file: Path, names: Sequence[str]) -> None:
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
