"""SMILES files: one structure a line, then its name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from screening.ingest.record import SourceRecord
from screening.ingest.roles import comparable
from screening.ingest.source import SourceFile
from screening.ingest.text import read_lines

_HEADERS = frozenset({"smiles", "isomericsmiles", "canonicalsmiles", "structure"})


def read_smiles(source: SourceFile, encoding: str) -> Iterator[SourceRecord]:
    """Yield the lines of a SMILES file: `SMILES name`, parted by a tab or spaces.

    A CXSMILES tail (`|...|`) belongs to the structure. Further tab-parted fields are kept as extra
    fields. A first line that begins with the word SMILES is a header; empty lines are no records.
    """
    lines = ((number, line) for number, line in read_lines(source, encoding) if line.strip())
    first = next(lines, None)
    if first is None:
        return
    body = lines if _is_header(first[1]) else chain([first], lines)
    for number, (line_number, line) in enumerate(body, start=1):
        text = line.rstrip("\r\n")
        smiles, name, extra = _parts(text)
        values = {"smiles": smiles, "name": name} if name else {"smiles": smiles}
        if not smiles:
            del values["smiles"]
        yield SourceRecord(number, line_number, text, values, extra)


def _is_header(line: str) -> bool:
    words = line.split()
    return comparable(words[0]) in _HEADERS


def _parts(text: str) -> tuple[str, str, dict[str, str]]:
    """Structure, name and further fields of one line."""
    if "\t" in text:
        smiles, *rest = (field.strip() for field in text.split("\t"))
    else:
        smiles, *rest = text.strip().split(maxsplit=1)
    if rest and rest[0].startswith("|") and "|" in rest[0][1:]:
        end = rest[0].index("|", 1) + 1
        smiles, rest = f"{smiles} {rest[0][:end]}", [rest[0][end:].strip(), *rest[1:]]
        rest = rest[1:] if not rest[0] and len(rest) > 1 else rest
    extra = {f"field {n}": field for n, field in enumerate(rest[1:], start=3) if field}
    return smiles, rest[0] if rest else "", extra
