"""What stands in the XML of a sheet beside its values: merged cells, links, formulas without one.

Office Open XML (ECMA-376, part 1): `mergeCell` (18.3.1.55), `hyperlink` (18.3.1.47), `f`
(18.3.1.40). openpyxl does not give them where it streams. One pass over the sheet, and only if it
holds one of them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

# More of them are not kept in memory, but counted.
MAX_MARKS = 100_000
_MAX_TARGET = 2_000
_CHUNK = 1 << 20
_OVERLAP = 64
_MARK = re.compile(rb"<(?:\w{1,20}:)?(?:f|mergeCell|hyperlink)[ \t\r\n/>]")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_LINK = re.compile(r'\s*=?\s*HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Cell = tuple[int, int]


@dataclass
class SheetMarks:
    """Marks of a sheet; rows and columns count from 1.

    Parameters
    ----------
    merged : first row → (column, last row) of the merged cells that begin there and run down.
    links : (row, column) → where the link of the cell leads.
    unsolved : cells with a formula and no value.
    n_left_out : marks beyond `MAX_MARKS`.
    """

    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    links: dict[Cell, str] = field(default_factory=dict)
    unsolved: set[Cell] = field(default_factory=set)
    n_left_out: int = 0
    _n: int = 0

    def has_room(self) -> bool:
        """Count one mark more, and say whether it may be kept."""
        self._n += 1
        self.n_left_out += self._n > MAX_MARKS
        return self._n <= MAX_MARKS


def read_marks(book: zipfile.ZipFile, path: str) -> SheetMarks:
    """The marks of one sheet.

    Parameters
    ----------
    book : the workbook.
    path : the sheet's XML in it.

    Raises
    ------
    Exception : whatever the XML parser or zipfile raises over a damaged sheet.
    """
    marks = SheetMarks()
    with book.open(path) as stream:
        if not _has_marks(stream):
            return marks
    targets = _targets(book, path)
    with book.open(path) as stream:
        for tag, element, cell in _elements(stream):
            if tag == "c":
                _see_formula(marks, element, cell)
            elif tag == "mergeCell":
                _see_merged(marks, element.get("ref", ""))
            else:
                _see_link(marks, element, targets)
    return marks


def _has_marks(stream: IO[bytes]) -> bool:
    """Whether the XML holds any; UTF-16, which this cannot search, is taken to hold some."""
    end = b""
    while chunk := stream.read(_CHUNK):
        if b"\0" in chunk or _MARK.search(end + chunk):
            return True
        end = chunk[-_OVERLAP:]
    return False


def _elements(stream: IO[bytes]) -> Iterator[tuple[str, Any, Cell]]:
    """Cells with a formula, merged ranges and links, each with the cell where it stands.

    What is behind is let go, so that memory does not grow with the sheet.
    """
    from openpyxl.xml.functions import iterparse

    rows: Any = None
    row = column = 0
    for event, element in iterparse(stream, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "sheetData":
                rows = element
            elif tag == "row":
                row, column = _number(element.get("r"), row + 1), 0
            continue
        if tag == "c":
            stated = _RANGE.fullmatch(element.get("r", ""))
            column = _column(stated[1]) if stated else column + 1
            if any(part.tag.endswith("}f") for part in element):
                yield tag, element, (row, column)
        elif tag == "row" and rows is not None:
            rows.clear()
        elif tag in ("mergeCell", "hyperlink"):
            yield tag, element, (0, 0)
            element.clear()


def _see_formula(marks: SheetMarks, cell: Any, place: Cell) -> None:
    parts = {part.tag.rpartition("}")[2]: part.text or "" for part in cell}
    link = _LINK.match(parts["f"])
    if link and marks.has_room():
        marks.links[place] = link[1][:_MAX_TARGET]
    if not parts.get("v", "").strip() and "is" not in parts and marks.has_room():
        marks.unsolved.add(place)


def _see_merged(marks: SheetMarks, ref: str) -> None:
    found = _RANGE.fullmatch(ref)
    if found is None or not found[4] or int(found[4]) <= int(found[2]) or not marks.has_room():
        return
    marks.merged.setdefault(int(found[2]), []).append((_column(found[1]), int(found[4])))


def _see_link(marks: SheetMarks, element: Any, targets: dict[str, str]) -> None:
    found = _RANGE.fullmatch(element.get("ref", ""))
    target = targets.get(element.get(_RELATION, ""), "")
    # A link without a target of its own leads to a place in the workbook.
    if found and target and marks.has_room():
        marks.links.setdefault((int(found[2]), _column(found[1])), target[:_MAX_TARGET])


def _targets(book: zipfile.ZipFile, path: str) -> dict[str, str]:
    """Relation id → target outside of the workbook, of one sheet."""
    from openpyxl.xml.functions import iterparse

    folder, name = posixpath.split(path)
    relations = f"{folder}/_rels/{name}.rels"
    targets: dict[str, str] = {}
    if relations not in book.namelist():
        return targets
    with book.open(relations) as stream:
        for _, element in iterparse(stream, events=("end",)):
            if element.get("TargetMode") == "External" and len(targets) < MAX_MARKS:
                targets[element.get("Id", "")] = element.get("Target", "")
            element.clear()
    return targets


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise
