"""Reading of a table of taxa: names, AphiaIDs and environments, whatever its columns are called."""

from __future__ import annotations

import csv
import gzip
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TextIO

from screening.core.errors import InputError

MARINE, BRACKISH, FRESHWATER, TERRESTRIAL = "Marine", "Brackish", "Freshwater", "Terrestrial"
_WRITTEN = {
    "marine": MARINE,
    "brackish": BRACKISH,
    "freshwater": FRESHWATER,
    "fresh": FRESHWATER,
    "terrestrial": TERRESTRIAL,
}
_SWITCHES = {
    "is_marine": MARINE,
    "is_brackish": BRACKISH,
    "is_freshwater": FRESHWATER,
    "is_terrestrial": TERRESTRIAL,
}
_YES = {"1", "true", "yes", "1.0"}
_NO = {"", "0", "false", "no", "null", "0.0"}
_REMEDY = "give a table of WoRMS taxa, such as `screening fetch worms` gets"
# AphiaIDs stand as numbers, or as `urn:lsid:marinespecies.org:taxname:123`.
_APHIA_ID = re.compile(r"(?:urn:lsid:marinespecies\.org:taxname:)?(\d{1,12})(?:\.0)?")


@dataclass(frozen=True, slots=True)
class Taxon:
    """One row of the table: the name, its AphiaID, and where the taxon lives."""

    name: str
    aphia_id: int | None
    environments: frozenset[str]
    accepted_name: str = ""
    accepted_id: int | None = None
    phylum: str = ""


def read_taxa(path: Path) -> Iterator[Taxon]:
    """Yield the taxa of a CSV or TSV file (UTF-8, plain or gzipped), row by row.

    Raises
    ------
    InputError : the file cannot be read, lacks a column, or holds an AphiaID or an environment
        that is none; names the line.
    """
    with _open(path) as stream:
        try:
            head = stream.readline()
            delimiter = max("\t,;", key=head.count)
            header = next(csv.reader([head], delimiter=delimiter), [])
            columns = _columns(path, header)
            rows = csv.reader(stream, delimiter=delimiter)
            for row in rows:
                if row:
                    yield _taxon(f"{path}, line {rows.line_num + 1}", columns, row)
        except (UnicodeDecodeError, EOFError, OSError, csv.Error) as problem:
            raise InputError(f"{path}: not a readable table of taxa ({problem})", _REMEDY) from None


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    try:
        with path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
    except OSError as problem:
        raise InputError(
            f"curate.taxa: {path}: cannot be read ({problem.strerror})", _REMEDY
        ) from None
    if packed:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
            yield stream
    else:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream


def comparable(header: str) -> str:
    """A header as it is compared: letters and digits only, without case."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(character for character in folded if character.isalnum())


@cache
def _known() -> dict[str, tuple[str, int]]:
    """Header, as compared → its role and rank (``taxa_columns.tsv``)."""
    text = resources.files("screening.curate").joinpath("taxa_columns.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    return {comparable(row["header"]): (row["role"], rank) for rank, row in enumerate(rows)}


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Role → position of its column."""
    found: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(header):
        role, rank = _known().get(comparable(name), ("", 0))
        if role and (role not in found or rank < found[role][0]):
            found[role] = (rank, position)
    columns = {role: position for role, (_, position) in found.items()}
    lacking = [role for role in ("name", "aphia_id") if role not in columns]
    if "environments" not in columns and "is_marine" not in columns:
        lacking.append("environments")
    if lacking:
        shown = ", ".join(header[:20])
        raise InputError(
            f"{path}: no column with {' and '.join(lacking)} of the taxa; found: {shown}", _REMEDY
        )
    return columns


def _taxon(where: str, columns: Mapping[str, int], row: Sequence[str]) -> Taxon:
    values = {
        role: row[position].strip() if position < len(row) else ""
        for role, position in columns.items()
    }
    return Taxon(
        name=" ".join(values["name"].split()),
        aphia_id=_identifier(where, values["aphia_id"]),
        environments=_environments(where, values),
        accepted_name=" ".join(values.get("accepted_name", "").split()),
        accepted_id=_identifier(where, values.get("accepted_id", "")),
        phylum=values.get("phylum", ""),
    )


def _identifier(where: str, text: str) -> int | None:
    if not text:
        return None
    match = _APHIA_ID.fullmatch(text)
    if match is None:
        raise InputError(f"{where}: {text[:40]!r} is no AphiaID", _REMEDY)
    return int(match[1])


def _environments(where: str, values: Mapping[str, str]) -> frozenset[str]:
    found = set()
    for word in re.split(r"[/,;|]", values.get("environments", "")):
        if not word.strip():
            continue
        if word.strip().casefold() not in _WRITTEN:
            raise InputError(f"{where}: {word.strip()[:40]!r} is no environment", _REMEDY)
        found.add(_WRITTEN[word.strip().casefold()])
    for role, environment in _SWITCHES.items():
        text = values.get(role, "").casefold()
        if text not in _YES | _NO:
            raise InputError(f"{where}: {text[:40]!r} is neither 1 nor 0", _REMEDY)
        if text in _YES:
            found.add(environment)
    return frozenset(found)
