"""How each file of the library was read, as ingest has noted it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.core.errors import InputError

LISTED = 30
"""Files described one by one; a folder of MOL files can hold thousands."""


@dataclass(frozen=True)
class Setting:
    """One finding about a file, and how sure it is.

    Parameters
    ----------
    name, value : such as `encoding` and `GB18030`.
    mark : `stated` by the user, `guessed` where others would fit as well; empty: found.
    """

    name: str
    value: str
    mark: str


@dataclass(frozen=True)
class FileReading:
    """How one file was read.

    Parameters
    ----------
    file : its name; of many MOL files, that of their folder.
    n_files : files put together here.
    settings : kind, packing, encoding, delimiter and the like, where it has them.
    roles : (role, its columns, whether the user stated them); the columns of one role stand in
        order of preference.
    other_columns : columns carried along without a role.
    n_records, n_rejects : records kept, and rejected on reading.
    """

    file: str
    n_files: int
    settings: tuple[Setting, ...]
    roles: tuple[tuple[str, tuple[str, ...], bool], ...]
    other_columns: tuple[str, ...]
    n_records: int
    n_rejects: int


@dataclass(frozen=True)
class Reading:
    """How a library was read.

    Parameters
    ----------
    files : the first `LISTED` readings; n_readings : all of them.
    skipped : (file, reason) of the first `LISTED` files left aside; n_skipped : all of them.
    """

    files: tuple[FileReading, ...]
    n_readings: int
    skipped: tuple[tuple[str, str], ...]
    n_skipped: int


_SETTINGS = ("kind", "packing", "sheet", "encoding", "delimiter", "decimal", "header_line")
_UNSAID = {("packing", "none"), ("header_line", "1")}
_KINDS = {
    "smiles": "SMILES",
    "inchi": "InChI",
    "table": "text table",
    "sdf": "SD file",
    "molfile": "MOL files",
    "workbook": "Excel workbook",
    "parquet": "Parquet",
}
_MARKS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar", " ": "space", ".": "point"}
_WORDS = {"kind": _KINDS, "delimiter": _MARKS, "decimal": _MARKS}


def read_reading(path: Path) -> Reading | None:
    """What ingest noted in `reading.json`; None if it was run into another folder.

    Raises
    ------
    InputError : the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        entries, skipped = note["files"], note.get("skipped") or []
        return Reading(
            tuple(_file(entry) for entry in entries[:LISTED]),
            len(entries),
            tuple((str(one["file"]), str(one["reason"])) for one in skipped[:LISTED]),
            len(skipped),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as problem:
        raise InputError(
            f"{path}: not a note of how files were read ({problem!r})", "run ingest again"
        ) from None


def _file(entry: dict[str, Any]) -> FileReading:
    stated = set(entry.get("stated") or ())
    roles = (entry.get("roles") or {}).items()
    return FileReading(
        file=str(entry["file"]),
        n_files=int(entry.get("n_files") or 1),
        settings=tuple(_settings(entry, stated)),
        roles=tuple(
            (role, tuple(columns), f"columns.{role}" in stated)
            for role, columns in roles
            if columns
        ),
        other_columns=tuple(entry.get("other_columns") or ()),
        n_records=int(entry["n_records"]),
        n_rejects=int(entry["n_rejects"]),
    )


def _settings(entry: dict[str, Any], stated: set[str]) -> Iterator[Setting]:
    """The settings that a file has and that are worth a word."""
    for name in _SETTINGS:
        value = entry.get(name)
        if value in (None, "") or (name, str(value)) in _UNSAID:
            continue
        guessed = name == "encoding" and entry.get("guessed")
        mark = "stated" if name in stated else "guessed" if guessed else ""
        words = _WORDS.get(name, {})
        yield Setting(name.replace("_", " "), words.get(str(value), str(value)), mark)
