"""What was found of each file: shown to the user, and kept in `reading.json`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from screening.core.config import IngestSettings
from screening.ingest.gather import Skipped
from screening.ingest.roles import Roles
from screening.ingest.source import SourceFile

# A file may give every record fields of its own; the list of them stays readable and bounded.
MAX_COLUMNS = 1_000
_SHOWN_COLUMNS = 12
_SHOWN_CHARACTERS = 50
_SHOWN_SKIPPED = 20
# What MOL files must have in common to be shown as one.
_ALIKE = (
    *("file", "kind", "packing", "encoding", "decimal", "decimal_columns"),
    *("roles", "other_columns", "notes"),
)
_KINDS = {
    "smiles": "SMILES",
    "inchi": "InChI",
    "table": "text table",
    "sdf": "SD file",
    "molfile": "MOL files",
    "text": "text",
    "workbook": "Excel workbook",
    "parquet": "Parquet",
}


@dataclass
class Reading:
    """How one file was read. Its reader fills it in while it reads.

    Parameters
    ----------
    file : label of the file; of many MOL files, of their folder or archive.
    kind, packing : as `SourceFile` has them.
    stated : names of the settings that the user stated.
    encoding, guessed : its codec, and whether other codecs would fit as well.
    delimiter, decimal, sheet : where the kind has them; null where the file does not tell.
    decimal_columns : extra column → its mark, where it is another than that of the file.
    header_line : line or row of the header.
    roles : role → its columns, the preferred one first.
    other_columns : columns carried as extra fields.
    n_files : files put together here (MOL files of one folder or archive).
    notes : what else the user should know of it, a sentence each.
    """

    file: str
    kind: str
    packing: str
    stated: list[str] = field(default_factory=list)
    encoding: str | None = None
    guessed: bool = False
    delimiter: str | None = None
    decimal: str | None = None
    decimal_columns: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_line: int | None = None
    roles: dict[str, list[str]] = field(default_factory=dict)
    other_columns: list[str] = field(default_factory=list)
    n_files: int = 1
    n_records: int = 0
    n_rejects: int = 0
    notes: list[str] = field(default_factory=list)

    def see(self, names: Iterable[str], roles: Roles) -> None:
        """Note the columns of a table, or the data items of a record."""
        for role, columns in roles.columns.items():
            _add(self.roles.setdefault(role, []), columns)
        playing = {name for columns in roles.columns.values() for name in columns}
        _add(self.other_columns, (name for name in names if name not in playing))

    def count(self, is_reject: bool) -> None:
        """Count one record."""
        self.n_rejects += is_reject
        self.n_records += not is_reject

    def absorbs(self, other: Reading) -> bool:
        """Take in another MOL file of the same folder or archive, if it was read alike."""
        if self.kind != "molfile" or any(
            getattr(self, name) != getattr(other, name) for name in _ALIKE
        ):
            return False
        self.n_files += other.n_files
        self.n_records += other.n_records
        self.n_rejects += other.n_rejects
        return True

    def columns(self) -> list[str]:
        """All columns seen."""
        return [name for names in self.roles.values() for name in names] + self.other_columns


def _add(columns: list[str], names: Iterable[str]) -> None:
    for name in names:
        if name not in columns and len(columns) < MAX_COLUMNS:
            columns.append(name)


def begin_reading(source: SourceFile, settings: IngestSettings) -> Reading:
    """The reading of a file of which nothing is known yet but what the user states."""
    stated = [
        name
        for name, value in settings.model_dump(exclude_defaults=True).items()
        if name != "columns" and value is not None
    ]
    stated += [f"columns.{role}" for role in settings.columns]
    label = source.label
    if source.kind == "molfile" and "/" in label:
        label = label.rsplit("/", 1)[0] + "/*.mol"
    return Reading(label, source.kind, source.packing, stated)


def reading_lines(reading: Reading) -> list[str]:
    """The readable block of one file."""
    encoding = reading.encoding
    if encoding is not None and reading.guessed:
        encoding += ", guessed: state ingest.encoding if names look wrong"
    head = [
        f"{_KINDS[reading.kind]}{_packed(reading.packing)}",
        f"{reading.n_files:,} files" if reading.n_files > 1 else "",
        f"sheet {reading.sheet!r}" if reading.sheet is not None else "",
        encoding or "",
        f"delimiter {_shown(reading.delimiter)}" if reading.delimiter else "",
        f"decimal {_shown(reading.decimal)}" if reading.decimal else "",
        f"header in line {reading.header_line}" if (reading.header_line or 1) > 1 else "",
        f"stated: {', '.join(reading.stated)}" if reading.stated else "",
    ]
    lines = [f"{reading.file}: {'; '.join(part for part in head if part)}"]
    lines += [f"  {role} ← {_listed(names)}" for role, names in reading.roles.items() if names]
    if reading.other_columns:
        lines.append(f"  carried as extra: {_listed(reading.other_columns)}")
    for mark in sorted(set(reading.decimal_columns.values())):
        names = [name for name, own in reading.decimal_columns.items() if own == mark]
        lines.append(f"  decimal {_shown(mark)} in: {_listed(names)}")
    lines += [f"  note: {note}" for note in reading.notes]
    lines.append(f"  {reading.n_records:,} records kept, {reading.n_rejects:,} rejected here")
    return [" ".join(line.splitlines()) for line in lines]


def skipped_lines(skipped: Sequence[Skipped]) -> list[str]:
    """The files that were left aside."""
    lines = [f"skipped {file.file}: {file.reason}" for file in skipped[:_SHOWN_SKIPPED]]
    if len(skipped) > _SHOWN_SKIPPED:
        lines.append(f"skipped {len(skipped) - _SHOWN_SKIPPED:,} more: see reading.json")
    return [" ".join(line.splitlines()) for line in lines]


def reading_json(readings: Sequence[Reading], skipped: Sequence[Skipped]) -> str:
    """The text of `reading.json`."""
    files: list[dict[str, Any]] = [vars(reading) for reading in readings]
    left = [{"file": file.file, "reason": file.reason} for file in skipped]
    content = {"files": files, "skipped": left}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _packed(packing: str) -> str:
    return "" if packing == "none" else f" ({packing})"


def _shown(character: str | None) -> str:
    return "tab" if character == "\t" else f'"{character}"'


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    shown = (textwrap.shorten(name, _SHOWN_CHARACTERS, placeholder="…") for name in names)
    return ", ".join(islice(shown, _SHOWN_COLUMNS)) + more
