"""The paths that a user names become the files of a library: folders and archives are opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.encoding import find_encoding
from screening.ingest.source import KINDS, SourceFile, is_gzip, kind_of
from screening.ingest.text_kind import head_lines, text_kind
from screening.ingest.zip_archive import EMPTY_ZIP_MAGIC, ZIP_MAGIC, OpenArchive, ZipArchive

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_NO_STRUCTURES = "a text that is neither a table with a structure column nor a list of structures"
_REMEDIES = {
    ".xls": "save it as .xlsx",
    ".ods": "save the sheet as .xlsx or CSV (UTF-8)",
    ".rar": "pack the files as .zip",
    ".7z": "pack the files as .zip",
    ".tar": "pack the files as .zip",
    ".tgz": "pack the files as .zip",
    ".mol2": "export the structures as SDF",
    ".cdx": "export the structures as SDF",
    ".cdxml": "export the structures as SDF",
}
# What systems put beside the user's files; nobody misses them.
_SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a folder or archive that is not read, and why."""

    file: str
    reason: str


@dataclass
class Gathered:
    """The files of a library in the order of their records, and those left aside."""

    settings_of: Callable[[Path], IngestSettings]
    sources: list[SourceFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    opened: OpenArchive = field(default_factory=OpenArchive)


def _nothing_stated(_: Path) -> IngestSettings:
    return IngestSettings()


@contextmanager
def gather_sources(
    paths: Sequence[Path], settings_of: Callable[[Path], IngestSettings] = _nothing_stated
) -> Iterator[Gathered]:
    """Find the files of a library before anything is written.

    Parameters
    ----------
    paths : files, folders and zip archives as the user named them; their order is the order of the
        records, and within a folder or archive the order of the names.
    settings_of : what the user states of a named path; it tells a table from a read-me.

    Raises
    ------
    InputError : a path is missing, empty, named twice, of no known kind, or holds no library file.
    """
    if not paths:
        raise InputError("no library file is named", "name at least one")
    seen: set[Path] = set()
    gathered = Gathered(settings_of)
    try:
        for path, label in zip(paths, _labels(paths), strict=True):
            if path.resolve() in seen:
                raise InputError(f"{path}: named twice", "name each file once")
            seen.add(path.resolve())
            _add_named(path, label, gathered)
        yield gathered
    finally:
        gathered.opened.close()


def _add_named(path: Path, label: str, gathered: Gathered) -> None:
    if not path.exists():
        raise InputError(f"{path}: no such file", "check the path")
    if path.is_dir():
        n_before = len(gathered.sources)
        _add_folder(path, label, gathered)
        _refuse_none(path, n_before, gathered, "folder")
        return
    if not path.is_file():
        raise InputError(f"{path}: is no ordinary file", "copy its content into one")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty", "export the library again")
    if path.suffix.lower() == ".zip":
        _add_archive(path, label, path, gathered)
        return
    kind = kind_of(path.name)
    if kind is None:
        ending = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
        raise InputError(
            f"{path}: the ending {ending.lower()!r} is of no known kind of library",
            _REMEDIES.get(
                ending.lower(), f"use one of {' '.join(KINDS)}, each also with .gz, or a .zip"
            ),
        )
    source = SourceFile(path, label, kind, gzipped=False, named=path)
    gathered.sources.append(_checked(source, path.name))


def _checked(source: SourceFile, name: str) -> SourceFile:
    """The source with its packing, found from its first bytes."""
    with source.open() as stream:
        head = stream.read(8)
    packed = is_gzip(head)
    if name.lower().endswith(".gz") and not packed:
        raise InputError(f"{source.where}: is named .gz but is no gzip file", "correct its name")
    if source.kind == "workbook" and head.startswith(_OLE_MAGIC):
        raise InputError(
            f"{source.where}: is locked with a password, or an old .xls under another name",
            "save it as .xlsx without a password",
        )
    if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)) and source.kind != "workbook":
        raise InputError(
            f"{source.where}: is a zip archive or a workbook under another name",
            "name it .zip or .xlsx",
        )
    return replace(source, gzipped=packed)


def _add_folder(path: Path, label: str, gathered: Gathered) -> None:
    """All files below a folder, in the order of their names; hidden ones are passed over."""

    def refuse(problem: OSError) -> None:
        raise InputError(
            f"{problem.filename}: cannot be read ({problem.strerror})", "check its permissions"
        )

    found: list[Path] = []
    for folder, inner, files in os.walk(path, onerror=refuse):
        inner[:] = [name for name in inner if not _hidden(name)]
        found += [Path(folder) / name for name in files if not _hidden(name)]
    for file in sorted(found, key=lambda file: file.relative_to(path).parts):
        inside = f"{label}/{file.relative_to(path).as_posix()}"
        if not file.is_file():
            gathered.skipped.append(Skipped(inside, "no ordinary file"))
        elif file.suffix.lower() == ".zip":
            _add_archive(file, inside, path, gathered)
        else:
            kind = kind_of(file.name)
            source = SourceFile(file, inside, kind or "text", gzipped=False, named=path)
            _add_inner(source, kind is not None, file.stat().st_size, gathered)


def _add_archive(path: Path, label: str, named: Path, gathered: Gathered) -> None:
    archive = ZipArchive(path, gathered.opened)
    n_before, labels = len(gathered.sources), set[str]()
    for info in archive.members():
        if any(_hidden(part) for part in info.filename.split("/")):
            continue
        inside, copy = f"{label}/{info.filename}", 2
        while inside in labels:  # a zip may hold one name twice
            inside, copy = f"{label}/{info.filename} ({copy})", copy + 1
        labels.add(inside)
        kind = kind_of(info.filename)
        if PurePosixPath(info.filename).suffix.lower() == ".zip":
            gathered.skipped.append(Skipped(inside, "an archive inside an archive"))
            continue
        source = SourceFile(path, inside, kind or "text", False, named, archive, info)
        _add_inner(source, kind is not None, info.file_size, gathered)
    _refuse_none(path, n_before, gathered, "archive")


def _add_inner(source: SourceFile, known: bool, n_bytes: int, gathered: Gathered) -> None:
    """A file of a folder or archive, if it is one of a library."""
    reason = "" if known else "of no known kind"
    reason = reason or ("" if n_bytes else "empty")
    if not reason:
        source = _checked(source, source.label)
        if source.kind == "text":
            settings = gathered.settings_of(source.named or source.path)
            reason = "" if _holds_structures(source, settings) else _NO_STRUCTURES
    if reason:
        gathered.skipped.append(Skipped(source.label, reason))
    else:
        gathered.sources.append(source)


def _holds_structures(source: SourceFile, settings: IngestSettings) -> bool:
    """Whether a text beside other files is a library and no read-me, by what stands in it."""
    try:
        encoding = find_encoding(source, settings.encoding).name
    except InputError:  # if it holds structures, its reader says what is wrong; else nobody minds
        encoding = "utf-8"
    with source.open() as stream:
        return text_kind(head_lines(stream, encoding), settings) is not None


def _hidden(name: str) -> bool:
    return (name.startswith(".") and name not in (".", "..")) or name.casefold() in _SYSTEM_FILES


def _refuse_none(path: Path, n_before: int, gathered: Gathered, what: str) -> None:
    if len(gathered.sources) > n_before:
        return
    names = ", ".join(f"{file.file} ({file.reason})" for file in gathered.skipped[:3])
    raise InputError(
        f"{path}: the {what} holds no library file{': ' + names if names else ''}",
        f"known endings: {' '.join(KINDS)}",
    )


def _labels(paths: Sequence[Path]) -> list[str]:
    """File names; where two are equal, as much of the path as tells them apart."""
    resolved = [path.resolve() for path in paths]
    for depth in range(1, max(len(path.parts) for path in resolved) + 1):
        labels = ["/".join(path.parts[-depth:]) for path in resolved]
        if len(set(labels)) == len(labels):
            return labels
    return labels  # two equal paths: gather_sources refuses them by name
