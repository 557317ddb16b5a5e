"""SD files: records parted by `$$$$`, each read alone, so that one broken record costs only itself.

Format: CTfile formats, BIOVIA 2020 (V2000 and V3000 molfiles, data items `> <name>`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdkit import Chem, rdBase

from screening.chem.parse import check_atoms, chemistry_problem
from screening.chem.problem import Problem
from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.record import SourceRecord
from screening.ingest.roles import find_roles
from screening.ingest.source import SourceFile
from screening.ingest.text import read_lines

# 2,000 atoms and their bonds and hydrogens take some 10,000 lines; the rest is room for data items.
MAX_RECORD_LINES = 100_000
_END_OF_MOLBLOCK = "M  END"
_END_OF_RECORD = "$$$$"
_DATA_HEADER = re.compile(r"^>.*?<(?P<name>.*)>")
_LOG_PREFIX = re.compile(r"^\[\d\d:\d\d:\d\d\]\s*")


def read_sdf(source: SourceFile, encoding: str, settings: IngestSettings) -> Iterator[SourceRecord]:
    """Yield the records of an SD file (or the one of a molfile).

    Raises
    ------
    InputError : the file ends inside a record; names it.
    """
    lines: list[str] = []
    number, start, too_long = 1, 1, False
    for line_number, line in read_lines(source, encoding):
        text = line.rstrip("\r\n")
        if text.startswith(_END_OF_RECORD):
            yield _record(number, start, lines, settings, too_long=too_long)
            lines, number, start, too_long = [], number + 1, line_number + 1, False
        elif len(lines) < MAX_RECORD_LINES:
            lines.append(text)
        else:
            too_long = True
    if any(text.strip() for text in lines):
        _refuse_cut(source, number, start, lines)
        yield _record(number, start, lines, settings, too_long=too_long)


def _refuse_cut(source: SourceFile, number: int, start: int, lines: list[str]) -> None:
    """A last record without `$$$$` is a cut one, unless the file is a single molfile."""
    ends = [text for text in lines if text.strip()][-1]
    if number == 1 and ends.startswith(_END_OF_MOLBLOCK):
        return
    missing = _END_OF_RECORD if _END_OF_MOLBLOCK in (t.rstrip() for t in lines) else "M  END"
    raise InputError(
        f"{source.path}: record {number} (line {start}) is cut off, it has no {missing!r}",
        "copy or export the file again, whole",
    )


def _record(
    number: int, start: int, lines: list[str], settings: IngestSettings, *, too_long: bool
) -> SourceRecord:
    raw = "\n".join(lines)
    if too_long:
        problem = Problem("bad_record", f"line {start}: more than {MAX_RECORD_LINES:,} lines")
        return SourceRecord(number, start, "\n".join(lines[:100]), problem=problem)
    end = next((n for n, text in enumerate(lines) if text.startswith(_END_OF_MOLBLOCK)), None)
    fields = data_items(lines if end is None else lines[end + 1 :])
    roles = find_roles(fields, settings.columns)
    values, extra = roles.split(fields)
    stated = values.pop("smiles", None)
    if stated is not None:
        extra["smiles"] = stated
    if lines and lines[0].strip():
        values.setdefault("name", lines[0].strip())
    if end is None:
        problem = Problem("bad_molblock", f"line {start}: no 'M  END' ends the structure")
        return SourceRecord(number, start, raw, values, extra, problem)
    smiles = molblock_to_smiles("\n".join(lines[: end + 1]) + "\n")
    if isinstance(smiles, Problem):
        located = Problem(smiles.code, f"line {start}: {smiles.detail}")
        return SourceRecord(number, start, raw, values, extra, located)
    return SourceRecord(number, start, raw, {**values, "smiles": smiles}, extra)


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


def molblock_to_smiles(block: str) -> str | Problem:
    """The structure of one molblock as SMILES, stereo from its wedges, parities or coordinates.

    Parameters
    ----------
    block : molblock up to and with `M  END`.

    Returns
    -------
    SMILES, or a Problem ``bad_molblock``, ``bad_valence``, ``empty_structure``, ``too_large`` or
    ``polymer_or_query``.
    """
    try:
        with rdBase.BlockLogs():
            molecule = Chem.MolFromMolBlock(block, sanitize=True, removeHs=True)
    except RuntimeError as error:
        return Problem("bad_molblock", " ".join(str(error).split())[:200])
    if molecule is None:
        return _diagnose(block)
    checked = check_atoms(molecule)
    return checked if isinstance(checked, Problem) else str(Chem.MolToSmiles(checked))


def _diagnose(block: str) -> Problem:
    with rdBase.CaptureErrorLog() as log:
        molecule = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False)
    if molecule is not None:
        with rdBase.BlockLogs():
            found = chemistry_problem(molecule)
        return found if found.code == "bad_valence" else Problem("bad_molblock", found.detail)
    message = next((line for line in log.messages.splitlines() if line.strip()), "cannot be read")
    return Problem("bad_molblock", _LOG_PREFIX.sub("", message)[:200])
