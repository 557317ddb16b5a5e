"""The library sheet: which files make up which library, and what is stated of single files.

A TSV with the columns `library` and `path`, and any of the ingest settings as further columns; what
is stated there of a file comes before the configuration.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screening.core.config import IngestSettings
from screening.core.errors import ConfigError, InputError
from screening.core.settings import parse_settings

NAME = re.compile(r"[\w][\w.-]*")
_COLUMNS = ("library", "path")
# Folders of the results that are not a library's.
_RESERVED = frozenset({"store", "logs", "mlartifacts"})
_SETTINGS = tuple(IngestSettings.model_fields)
# Endings that say how a file is packed or written, not what it is called.
_ENDINGS = (
    *(".gz", ".zip", ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq"),
    *(".smi", ".smiles", ".cxsmiles", ".cxsmi", ".ism", ".inchi", ".sdf", ".sd", ".mol"),
)
# `role=column; role=column`; a column's own name may hold a semicolon.
_NEXT_ROLE = re.compile(r";(?=\s*\w+\s*=)")


@dataclass(frozen=True)
class Library:
    """One library: a name fit for a folder, and its files.

    Parameters
    ----------
    name : of the library.
    paths : its files, folders and archives.
    stated : path → ingest settings stated of it alone.
    """

    name: str
    paths: tuple[Path, ...]
    stated: Mapping[Path, Mapping[str, Any]] = field(default_factory=dict)


def library_name(path: Path) -> str:
    """A library's name from its file or folder: `My lib.sdf.gz` becomes `My_lib`."""
    name = path.name
    while name.lower().endswith(_ENDINGS):
        name = name[: name.rindex(".")]
    fit = re.sub(r"[^\w.-]+", "_", name).strip("._-") or "library"
    return f"{fit}_library" if fit in _RESERVED else fit


def libraries_of(paths: Sequence[Path]) -> list[Library]:
    """One library for each file, folder or archive.

    Raises
    ------
    InputError : a path is missing or empty.
    ConfigError : two of them would share a name.
    """
    libraries: dict[str, Library] = {}
    for path in paths:
        check_readable(path)
        name = library_name(path.resolve() if path.name in ("", "..") else path)
        if name in libraries:
            raise ConfigError(
                f"{path} and {libraries[name].paths[0]} would both be library {name!r}",
                "rename one, or name them in a library sheet",
            )
        libraries[name] = Library(name, (path.resolve(),))
    return list(libraries.values())


def check_readable(path: Path) -> None:
    """Refuse what can be seen to be no library before any work is begun.

    Raises
    ------
    InputError : the file is missing or empty, or the folder holds no file.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file", "check the path")
    if path.is_dir():
        if not any(files for _, _, files in os.walk(path)):
            raise InputError(f"{path}: the folder holds no file", "name another")
    elif path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty", "export the library again")


def contents_digest(paths: Sequence[Path]) -> str:
    """A digest of the names, sizes and times of all files below folders; plain files add nothing.

    The time of a folder does not tell that a file in it was written again.
    """
    lines: list[str] = []
    for path in paths:
        if path.is_dir():
            for folder, _, files in os.walk(path):
                found = [Path(folder) / name for name in files]
                lines += [
                    f"{file}\t{state.st_size}\t{state.st_mtime_ns}"
                    for file in found
                    if file.exists() and (state := file.stat())
                ]
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()


def read_sheet(path: Path) -> list[Library]:
    """Read a library sheet; relative paths are relative to the working folder.

    Raises
    ------
    ConfigError : the sheet is missing, has unknown columns, no rows, an unfit name, or states a
        setting that is not valid.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t"))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ConfigError(f"{path}: cannot be read ({problem})", "give a TSV in UTF-8") from None
    if not rows:
        raise ConfigError(f"{path}: names no library", "add rows with the columns library and path")
    _check_columns(path, [str(name) for name in rows[0]])
    files: dict[str, list[Path]] = {}
    stated: dict[str, dict[Path, Mapping[str, Any]]] = {}
    for number, row in enumerate(rows, start=1):
        name, file = (row["library"] or "").strip(), (row["path"] or "").strip()
        if not NAME.fullmatch(name) or name in _RESERVED or not file:
            raise ConfigError(
                f"{path}, row {number}: library {name!r} or path {file!r} is not usable",
                "use letters, digits, '_', '-' and '.' for the name, and give a path",
            )
        files.setdefault(name, []).append(Path(file))
        settings = _settings_of(f"{path}, row {number}", row)
        if settings:
            stated.setdefault(name, {})[Path(file)] = settings
    return [Library(name, tuple(paths), stated.get(name, {})) for name, paths in files.items()]


def _check_columns(path: Path, found: Sequence[str]) -> None:
    missing = [name for name in _COLUMNS if name not in found]
    if missing:
        raise ConfigError(f"{path}: columns are {', '.join(found)}", "there must be: library, path")
    for name in found:
        if name not in (*_COLUMNS, *_SETTINGS):
            near = difflib.get_close_matches(name, _SETTINGS, n=1, cutoff=0.4)
            remedy = f"did you mean {near[0]}?" if near else f"valid: {', '.join(_SETTINGS)}"
            raise ConfigError(f"{path}: unknown column {name!r}", remedy)


def _settings_of(where: str, row: Mapping[str, str | None]) -> dict[str, Any]:
    """The settings that a row states; an empty field states nothing."""
    stated: dict[str, Any] = {
        name: text for name in _SETTINGS if (text := (row.get(name) or "").strip(" "))
    }
    if "columns" in stated:
        stated["columns"] = _columns(where, stated["columns"])
    parse_settings(IngestSettings, stated, where)
    return stated


def _columns(where: str, text: str) -> dict[str, str]:
    """`role=column; role=column` as a mapping."""
    columns: dict[str, str] = {}
    for part in _NEXT_ROLE.split(text):
        role, sign, column = (piece.strip() for piece in part.partition("="))
        if not sign or not role or not column:
            raise ConfigError(f"{where}: columns {text!r}", "write role=column; role=column")
        columns[role] = column
    return columns


def write_sheet(path: Path, libraries: Sequence[Library]) -> None:
    """Write a library sheet; columns of settings that no file states are left out."""
    used = [
        name
        for name in _SETTINGS
        if any(name in stated for library in libraries for stated in library.stated.values())
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow([*_COLUMNS, *used])
        for library in libraries:
            for file in library.paths:
                stated = library.stated.get(file, {})
                writer.writerow(
                    [library.name, str(file), *(_written(stated.get(name)) for name in used)]
                )


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{role}={column}" for role, column in value.items())
    return "" if value is None else str(value)
