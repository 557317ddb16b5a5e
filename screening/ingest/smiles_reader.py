"""SMILES and InChI files: one structure a line, then its name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from screening.ingest.markup import plain_text
from screening.ingest.parting import Parted
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, structure_problem
from screening.ingest.source import SourceFile
from screening.ingest.structure_text import read_structure, says_nothing
from screening.ingest.text import read_lines
from screening.ingest.text_kind import begins_list


def read_structure_lines(
    source: SourceFile, encoding: str, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the lines of a SMILES or InChI file: `structure name`, parted by a tab or spaces.

    A CXSMILES tail (`|...|`) belongs to the structure. Further tab-parted fields are kept as extra
    fields. A first line that begins with the word SMILES or InChI is a header; empty lines are no
    records. A line that begins with `InChI=` is an InChI in either kind of file.
    """
    role = "inchi" if source.kind == "inchi" else "smiles"
    reading.roles = {role: ["first field"], "name": ["second field"]}
    lines = ((number, line) for number, line in read_lines(source, encoding) if line.strip())
    first = next(lines, None)
    if first is None:
        return
    body = lines if begins_list(first[1]) else chain([first], lines)
    for number, (line_number, line) in enumerate(body, start=1):
        text = line.rstrip("\r\n")
        parted = _parts(text, role)
        place = f"line {line_number}"
        said = None if parted.structures else says_nothing(_first_word(text))
        problem = structure_problem(place, parted.structures, said)
        yield SourceRecord(number, place, text, parted, problem)


def _first_word(text: str) -> str:
    return text.strip().split("\t" if "\t" in text else None, maxsplit=1)[0]


def _parts(text: str, role: str) -> Parted:
    """Structure, name and further fields of one line."""
    if "\t" in text:
        first, *rest = (field.strip() for field in text.split("\t"))
    else:
        first, *rest = text.strip().split(maxsplit=1)
    if rest and rest[0].startswith("|") and "|" in rest[0][1:]:
        end = rest[0].index("|", 1) + 1
        first, rest = f"{first} {rest[0][:end]}".strip(), [rest[0][end:].strip(), *rest[1:]]
        rest = rest[1:] if not rest[0] and len(rest) > 1 else rest
    structure = read_structure(role, first)
    extra = {f"field {n}": field for n, field in enumerate(rest[1:], start=3) if field}
    values: dict[str, str] = {}
    if rest and rest[0]:
        name = plain_text(rest[0])
        (values if name else extra)["name"] = name or rest[0]
    return Parted((structure,) if structure else (), values, {}, extra)
