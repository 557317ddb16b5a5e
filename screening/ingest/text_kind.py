"""What a `.txt` file holds, by its first lines: a table, a list of structures, or neither."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import BinaryIO, Literal

from screening.core.config import IngestSettings
from screening.ingest.delimiter import delimiter_of
from screening.ingest.roles import comparable, find_roles
from screening.ingest.table_header import find_header, names_structure, split_fields

TextKind = Literal["table", "smiles"]
_HEAD_BYTES = 1 << 16
_HEADERS = frozenset(
    {"smiles", "isomericsmiles", "canonicalsmiles", "cxsmiles", "structure", "inchi"}
)
# OpenSMILES, grammar 2016: atoms outside of brackets, bracket atoms, bonds, branches, ring numbers.
# It tells SMILES from the words of a read-me, and does not check them.
_ATOM = r"(?:\[[^\[\]\s]+\]|Br|Cl|[BCNOPSFI]|[bcnops])"
_STRUCTURE = re.compile(rf"InChI=\S+|{_ATOM}(?:{_ATOM}|%\d\d|[0-9()=#$:/\\.~@*+-])*|\*\S*")


def head_lines(stream: BinaryIO, encoding: str) -> list[str]:
    """The first lines of a text that are not empty; what its encoding cannot read is replaced.

    Parameters
    ----------
    stream : the file from its beginning; at most 64 KiB are read.
    encoding : a codec.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    head = stream.read(_HEAD_BYTES)
    lines = decoder.decode(head).splitlines()
    if len(head) == _HEAD_BYTES and len(lines) > 1:
        lines.pop()  # cut in its middle
    return [line for line in lines if line.strip()]


def text_kind(lines: Sequence[str], settings: IngestSettings) -> TextKind | None:
    """What a text is, from its first lines; None if it is neither table nor list.

    It is a table if its first line names a structure column and another; or, where columns or
    delimiter are stated, if one of its first lines is a header with them. It is a list if more than
    half of its lines begin as SMILES or InChI do.

    Raises
    ------
    ConfigError : the stated delimiter is not valid.
    """
    if not lines:
        return None
    if names_structure(lines[0], settings.columns):
        return "table"
    if (settings.columns or settings.delimiter) and _has_stated_header(lines, settings):
        return "table"
    body = lines[1:] if begins_list(lines[0]) else lines
    n_structures = sum(bool(_STRUCTURE.fullmatch(line.split(maxsplit=1)[0])) for line in body)
    return "smiles" if n_structures > len(body) / 2 else None


def begins_list(line: str) -> bool:
    """Whether a line is the header of a list of structures."""
    return comparable(line.split(maxsplit=1)[0]) in _HEADERS


def _has_stated_header(lines: Sequence[str], settings: IngestSettings) -> bool:
    numbered = list(enumerate(lines, start=1))
    header = find_header(numbered, settings.columns, delimiter_of(settings))
    names = split_fields(lines[header.line - 1], header.delimiter)
    return bool(find_roles(names, settings.columns).structures)
