"""Where a molblock breaks the rules of its format: the first fault, with its line.

RDKit decides what can be read; this module only explains a refusal. Format: CTfile formats, BIOVIA
2020, "Connection table".
"""

from __future__ import annotations

import re

_V2000_BOND_TYPES = range(1, 9)
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?$")


def molblock_fault(block: str) -> str:
    """The first fault of a molblock, or ``""`` where none is found.

    Parameters
    ----------
    block : molblock; its lines are counted from 1.
    """
    lines = block.splitlines()
    if len(lines) < 4:
        return f"the structure has {len(lines)} lines; three of title and a counts line begin it"
    if "V3000" in lines[3]:
        return _v3000_fault(lines)
    n_atoms, n_bonds = lines[3][:3].strip(), lines[3][3:6].strip()
    if not (n_atoms.isdigit() and n_bonds.isdigit()):
        return f"line 4: {lines[3].strip()[:40]!r} is no counts line (atoms, bonds)"
    return _v2000_fault(lines, int(n_atoms), int(n_bonds))


def _v2000_fault(lines: list[str], n_atoms: int, n_bonds: int) -> str:
    first_bond, end = 4 + n_atoms, 4 + n_atoms + n_bonds
    for number, line in enumerate(lines[4:end], start=5):
        fault = _bond_fault(line, n_atoms) if number > first_bond else _atom_fault(line)
        if fault:
            return f"line {number}: {fault} ({n_atoms} atoms and {n_bonds} bonds are announced)"
    if len(lines) < end:
        return f"line 4 announces {end} lines, {len(lines)} are there"
    return ""


def _atom_fault(line: str) -> str:
    fields = line[:30].split()
    if len(fields) != 3 or not all(_NUMBER.match(text) for text in fields):
        return "no coordinates of an atom"
    return "" if line[31:34].strip() else "no symbol of an atom"


def _bond_fault(line: str, n_atoms: int) -> str:
    ends = line[:3].strip(), line[3:6].strip()
    if not all(end.isdigit() for end in ends):
        return "no bond"
    if outside := next((end for end in ends if not 1 <= int(end) <= n_atoms), ""):
        return f"bond to atom {outside}"
    kind = line[6:9].strip()
    known = kind.isdigit() and int(kind) in _V2000_BOND_TYPES
    return "" if known else f"bond of an unknown order {kind!r}"


def _v3000_fault(lines: list[str]) -> str:
    for needed in ("BEGIN CTAB", "COUNTS", "BEGIN ATOM", "END ATOM", "END CTAB"):
        if not any(line.startswith("M  V30") and needed in line for line in lines):
            return f"there is no line 'M  V30 {needed}'"
    return ""
