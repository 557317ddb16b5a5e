"""The library sheet: which files make up which library."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.errors import ConfigError, InputError

NAME = re.compile(r"[\w][\w.-]*")
_COLUMNS = ("library", "path")
# Endings that say how a file is packed or written, not what it is called.
_ENDINGS = (".gz", ".csv", ".tsv", ".txt", ".smi", ".smiles", ".sdf", ".sd")


@dataclass(frozen=True)
class Library:
    """One library: a name fit for a folder, and its files."""

    name: str
    paths: tuple[Path, ...]


def library_name(path: Path) -> str:
    """A library's name from its file: `My lib.sdf.gz` becomes `My_lib`."""
    name = path.name
    while any(name.lower().endswith(ending) for ending in _ENDINGS):
        name = name[: name.rindex(".")]
    return re.sub(r"[^\w.-]+", "_", name).strip("._-") or "library"


def libraries_of(paths: Sequence[Path]) -> list[Library]:
    """One library for each file.

    Raises
    ------
    InputError : a file is missing, empty or a folder.
    ConfigError : two files would share a name.
    """
    libraries: dict[str, Library] = {}
    for path in paths:
        check_readable(path)
        name = library_name(path)
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
    InputError : the file is missing, empty or a folder.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a library file", "name the file in it")
    if not path.exists():
        raise InputError(f"{path}: no such file", "check the path")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty", "export the library again")


def read_sheet(path: Path) -> list[Library]:
    """Read a library sheet; relative paths are relative to the working folder.

    Raises
    ------
    ConfigError : the sheet is missing, has other columns, no rows, or an unfit name.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t"))
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path}: cannot be read ({problem})", "give a TSV in UTF-8") from None
    if not rows:
        raise ConfigError(f"{path}: names no library", "add rows with the columns library and path")
    if set(rows[0]) != set(_COLUMNS):
        found = ", ".join(str(name) for name in rows[0])
        raise ConfigError(f"{path}: columns are {found}", "they must be: library, path")
    files: dict[str, list[Path]] = {}
    for number, row in enumerate(rows, start=1):
        name, file = (row["library"] or "").strip(), (row["path"] or "").strip()
        if not NAME.fullmatch(name) or not file:
            raise ConfigError(
                f"{path}, row {number}: library {name!r} or path {file!r} is not usable",
                "use letters, digits, '_', '-' and '.' for the name, and give a path",
            )
        files.setdefault(name, []).append(Path(file))
    return [Library(name, tuple(paths)) for name, paths in files.items()]


def write_sheet(path: Path, libraries: Sequence[Library]) -> None:
    """Write a library sheet."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(_COLUMNS)
        for library in libraries:
            writer.writerows([library.name, str(file)] for file in library.paths)
