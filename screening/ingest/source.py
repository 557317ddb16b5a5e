"""The files of a library: what kind each is, and how its bytes are read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from screening.core.errors import InputError

Kind = Literal["smiles", "table", "sdf", "text"]

# File ending → kind. `text` is a table if its first line is a header with a structure column,
# otherwise a SMILES file.
_KINDS: dict[str, Kind] = {
    ".smi": "smiles",
    ".smiles": "smiles",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".sdf": "sdf",
    ".sd": "sdf",
    ".mol": "sdf",
    ".txt": "text",
}
_GZIP_MAGIC = b"\x1f\x8b"
_REMEDIES = {
    ".xlsx": "save the sheet as CSV (UTF-8)",
    ".xls": "save the sheet as CSV (UTF-8)",
    ".ods": "save the sheet as CSV (UTF-8)",
    ".zip": "unpack it, or pack the file with gzip",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a library.

    Parameters
    ----------
    path : where it lies.
    label : what the tables call it: its file name, with its folder where two share a name.
    kind : how its text is read.
    gzipped : whether its bytes are packed.
    """

    path: Path
    label: str
    kind: Kind
    gzipped: bool

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The unpacked bytes, from the beginning.

        Raises
        ------
        InputError : the file cannot be opened, or its gzip stream is cut or damaged.
        """
        try:
            with gzip.open(self.path) if self.gzipped else self.path.open("rb") as stream:
                yield cast(BinaryIO, stream)
        except EOFError:
            raise InputError(
                f"{self.path}: the gzip file is truncated", "copy or download it again, whole"
            ) from None
        except (gzip.BadGzipFile, zlib.error) as problem:
            raise InputError(
                f"{self.path}: the gzip file is damaged ({problem})", "copy or download it again"
            ) from None
        except OSError as problem:
            raise InputError(
                f"{self.path}: cannot be read ({problem.strerror or problem})",
                "check the file and its permissions",
            ) from None


def inspect_sources(paths: Sequence[Path]) -> list[SourceFile]:
    """Check the files of a library before anything is written.

    Parameters
    ----------
    paths : files as the user named them; their order is the order of the records.

    Raises
    ------
    InputError : a file is missing, empty, a folder, named twice, or of no supported kind.
    """
    if not paths:
        raise InputError("no library file is named", "name at least one")
    seen: set[Path] = set()
    for path in paths:
        _check_file(path)
        if path.resolve() in seen:
            raise InputError(f"{path}: named twice", "name each file once")
        seen.add(path.resolve())
    labels = _labels(paths)
    return [
        SourceFile(path, label, _kind(path), _is_gzipped(path))
        for path, label in zip(paths, labels, strict=True)
    ]


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a library file", "name the file in it")
    if not path.exists():
        raise InputError(f"{path}: no such file", "check the path")
    if not path.is_file():
        raise InputError(f"{path}: is no ordinary file", "copy its content into one")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty", "export the library again")


def _kind(path: Path) -> Kind:
    inner = Path(path.stem) if path.suffix.lower() == ".gz" else path
    ending = inner.suffix.lower()
    if ending not in _KINDS:
        known = " ".join(_KINDS)
        raise InputError(
            f"{path}: the ending {ending!r} is of no known kind of library",
            _REMEDIES.get(ending, f"use one of {known}, each also with .gz"),
        )
    return _KINDS[ending]


def _is_gzipped(path: Path) -> bool:
    """Whether the bytes are gzip; the ending alone is not believed."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == _GZIP_MAGIC
    except OSError as problem:
        raise InputError(
            f"{path}: cannot be read ({problem.strerror})", "check its permissions"
        ) from None
    if path.suffix.lower() == ".gz" and not packed:
        raise InputError(f"{path}: is named .gz but is no gzip file", "correct its name")
    return packed


def _labels(paths: Sequence[Path]) -> list[str]:
    """File names; where two are equal, as much of the path as tells them apart."""
    resolved = [path.resolve() for path in paths]
    for depth in range(1, max(len(path.parts) for path in resolved) + 1):
        labels = ["/".join(path.parts[-depth:]) for path in resolved]
        if len(set(labels)) == len(labels):
            return labels
    raise ValueError("two equal paths")  # inspect_sources has refused them
