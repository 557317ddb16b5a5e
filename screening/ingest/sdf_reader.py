"""SD files: records parted by `$$$$`, each read alone, so that one broken record costs only itself.

Format: CTfile formats, BIOVIA 2020 (V2000 and V3000 molfiles, data items `> <name>`). The molblock
is handed on as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.markup import plain_text
from screening.ingest.parting import Parted, part_fields, with_extra
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, damaged, structure_problem
from screening.ingest.roles import Roles, find_roles
from screening.ingest.source import SourceFile
from screening.ingest.structure_text import END_OF_MOLBLOCK, Structure
from screening.ingest.text import read_lines

# 2,000 atoms and their bonds and hydrogens take some 10,000 lines; the rest is room for data items.
MAX_RECORD_LINES = 100_000
# Of a longer one, what tells which compound it was.
_KEPT_LINES = 100
_END_OF_RECORD = "$$$$"
_DATA_HEADER = re.compile(r"^>.*?<(?P<name>.*)>")


def read_sdf(
    source: SourceFile, encoding: str, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the records of an SD file.

    Raises
    ------
    InputError : the file ends inside a record; names it.
    """
    maker = _RecordMaker(settings.columns, reading)
    lines: list[str] = []
    number, start, too_long = 1, 1, False
    for line_number, line in read_lines(source, encoding):
        text = line.rstrip("\r\n")
        if text.startswith(_END_OF_RECORD):
            yield maker.record(number, start, lines, too_long=too_long)
            lines, number, start, too_long = [], number + 1, line_number + 1, False
        elif len(lines) < MAX_RECORD_LINES:
            lines.append(text)
        else:
            too_long = True
    if any(text.strip() for text in lines):
        if source.kind == "sdf":
            _refuse_cut(source, number, start, lines)
        yield maker.record(number, start, lines, too_long=too_long)


def _refuse_cut(source: SourceFile, number: int, start: int, lines: list[str]) -> None:
    """A last record without `$$$$` is a cut one, unless the file is a single molfile."""
    ends = [text for text in lines if text.strip()][-1]
    if number == 1 and ends.startswith(END_OF_MOLBLOCK):
        return
    ended = any(text.startswith(END_OF_MOLBLOCK) for text in lines)
    missing = _END_OF_RECORD if ended else END_OF_MOLBLOCK
    raise InputError(
        f"{source.where}: record {number} (line {start}) is cut off, it has no {missing!r}",
        "copy or export the file again, whole",
    )


class _RecordMaker:
    """Makes the records of one SD file; the same data items in record after record cost once."""

    def __init__(self, stated: Mapping[str, str], reading: Reading) -> None:
        self._reading = reading
        reading.roles.setdefault("molblock", []).append("the drawing")

        @lru_cache(maxsize=64)
        def roles_of(names: tuple[str, ...]) -> Roles:
            roles = find_roles(names, stated)
            reading.see(names, roles)
            return roles

        self._roles_of = roles_of

    def record(self, number: int, start: int, lines: list[str], *, too_long: bool) -> SourceRecord:
        """One record from its lines, without `$$$$`."""
        place, raw = f"line {start}", "\n".join(lines)
        if too_long:
            head = "\n".join(lines[:_KEPT_LINES])
            reason = f"more than {MAX_RECORD_LINES:,} lines; the first {_KEPT_LINES} are kept here"
            return damaged(number, place, head, reason)
        end = next((n for n, text in enumerate(lines) if text.startswith(END_OF_MOLBLOCK)), None)
        fields = data_items(lines if end is None else lines[end + 1 :])
        parted = part_fields(fields, self._roles_of(tuple(fields)))
        drawing = Structure("molblock", raw if end is None else _block(lines[: end + 1]))
        if not any(text.strip() for text in lines):
            structures = parted.structures
        elif _draws_nothing(lines) and parted.structures:
            structures = (*parted.structures, drawing)
        else:
            structures = (drawing, *parted.structures)
        parted = _titled(replace(parted, structures=structures), lines[0] if lines else "")
        return SourceRecord(number, place, raw, parted, structure_problem(place, structures))


def _block(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _draws_nothing(lines: list[str]) -> bool:
    """Whether a V2000 counts line states no atom: then a SMILES or InChI item is the structure."""
    return len(lines) > 3 and "V3000" not in lines[3] and lines[3][:3].strip() == "0"


def _titled(parted: Parted, line: str) -> Parted:
    """The record with its title: the name where no data item gives one, else an extra field."""
    title = plain_text(line)
    if not title or title in parted.values.values():
        return parted
    if "name" in parted.values:
        return replace(parted, extra=with_extra(parted.extra, "title", title))
    return replace(parted, values={**parted.values, "name": title})


def data_items(lines: list[str]) -> dict[str, str]:
    """The data items of a record: name → text; a repeated name gets a number.

    Parameters
    ----------
    lines : what follows `M  END`, without line ends.
    """
    items: dict[str, str] = {}
    name, value = "", [""]
    for line in (*lines, ""):
        header = _DATA_HEADER.match(line)
        if header and not name:
            name, value = header["name"].strip() or "field", []
        elif name and not line.strip():
            plain, copy = name, 2
            while name in items:
                name, copy = f"{plain} ({copy})", copy + 1
            items[name] = "\n".join(value)
            name = ""
        elif name:
            value.append(line)
    return items
