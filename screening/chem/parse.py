"""SMILES text to an RDKit molecule, or a Problem that says what is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from rdkit import Chem, rdBase

from screening.chem.problem import Problem
from screening.chem.smiles_faults import SmilesText

MAX_HEAVY_ATOMS = 2_000
# No SMILES of 2,000 heavy atoms needs more text than this; longer text is refused unread.
MAX_SMILES_CHARACTERS = 40_000

# RDKit prefixes its log lines with the time of day.
_LOG_PREFIX = re.compile(r"^\[\d\d:\d\d:\d\d\]\s*")
_ECHO = re.compile(r"\s*(while parsing|for input): .*$|\s*Failed parsing SMILES.*$")
_WILDCARD = Chem.MolFromSmarts("[#0]")
# Signs without which a SMILES has neither wildcard atoms nor bonds of any order.
_QUERY_SIGNS = re.compile(r"[*~]|#0")
# Text without this has no hydrogen atom of its own, and RDKit need not look for one to merge.
_OWN_HYDROGEN = re.compile(r"\[\d*H")
_MANY_ATOMS = 10


def parse_smiles(smiles: str) -> Chem.Mol | Problem:
    """Read one SMILES and check that it is a molecule the pipeline can hold.

    Parameters
    ----------
    smiles : SMILES text; white space around it and a CXSMILES tail (``|...|``) are dropped.

    Returns
    -------
    The sanitised molecule, or a Problem with code ``empty_structure``, ``too_large``,
    ``bad_smiles``, ``bad_valence`` or ``polymer_or_query``. Positions in its detail count the
    characters of ``smiles`` from 1.
    """
    text, tail = split_tail(smiles)
    if problem := _unreadable(text, tail):
        return problem
    with rdBase.BlockLogs():
        merge = _OWN_HYDROGEN.search(text) is not None
        molecule = Chem.MolFromSmiles(text, _params(sanitize=True, merge_hydrogen=merge))
    if molecule is None:
        return diagnose(text, len(smiles) - len(smiles.lstrip()))
    if _QUERY_SIGNS.search(text):
        return check_atoms(molecule)
    return check_size(molecule) or molecule


def split_tail(smiles: str) -> tuple[str, str]:
    """The SMILES and what follows it after white space (a CXSMILES tail, or ``""``)."""
    text, *rest = smiles.split(None, 1)[:2] or [""]
    return text, rest[0].strip() if rest else ""


def _unreadable(text: str, tail: str) -> Problem | None:
    if not text:
        return Problem("empty_structure", "the structure is empty")
    if len(text) > MAX_SMILES_CHARACTERS:
        return Problem("too_large", f"SMILES of {len(text):,} characters")
    if tail and not tail.startswith("|"):
        return Problem("bad_smiles", "white space inside the SMILES")
    if not (text.isascii() and text.isprintable()):
        at, odd = next(
            (i, c) for i, c in enumerate(text, 1) if not (c.isascii() and c.isprintable())
        )
        return Problem("bad_smiles", f"character {odd!r} at position {at} is not used in SMILES")
    return None


def check_size(molecule: Chem.Mol) -> Problem | None:
    """Refuse molecules without atoms or beyond the size limit."""
    n_atoms = molecule.GetNumHeavyAtoms()
    if not n_atoms and not molecule.GetNumAtoms():
        return Problem("empty_structure", "the structure has no atoms")
    if n_atoms > MAX_HEAVY_ATOMS:
        return Problem("too_large", f"{n_atoms:,} heavy atoms, the limit is {MAX_HEAVY_ATOMS:,}")
    return None


def check_atoms(molecule: Chem.Mol) -> Chem.Mol | Problem:
    """Refuse molecules without atoms, beyond the size limit, or with atoms or bonds left open."""
    if problem := check_size(molecule):
        return problem
    if molecule.HasSubstructMatch(_WILDCARD):
        return Problem("polymer_or_query", "an atom is a wildcard (*) or an R group")
    for atom in molecule.GetAtoms():
        if atom.HasQuery():
            place = f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()})"
            return Problem("polymer_or_query", f"{place} stands for several (a query feature)")
    for bond in molecule.GetBonds():
        if bond.HasQuery() or bond.GetBondType() == Chem.BondType.UNSPECIFIED:
            ends = f"{bond.GetBeginAtomIdx() + 1} and {bond.GetEndAtomIdx() + 1}"
            return Problem("polymer_or_query", f"the bond of atoms {ends} may be of any order")
    return molecule


def diagnose(text: str, offset: int = 0) -> Problem:
    """Say why RDKit does not accept a SMILES, and where.

    Parameters
    ----------
    text : SMILES, without white space around it, for which ``Chem.MolFromSmiles`` gave nothing.
    offset : characters that stood before it in the text as read.
    """
    with rdBase.CaptureErrorLog() as log:
        molecule = Chem.MolFromSmiles(text, _params(sanitize=False, merge_hydrogen=False))
    reading = SmilesText(text, offset)
    if molecule is None:
        return Problem("bad_smiles", reading.fault or readable(log.messages))
    positions = reading.atoms

    def place(index: int) -> str:
        return f"position {positions[index]}"

    with rdBase.BlockLogs():
        return chemistry_problem(molecule, place)


def chemistry_problem(molecule: Chem.Mol, place: Callable[[int], str]) -> Problem:
    """Name the first chemical fault of an unsanitised molecule.

    Parameters
    ----------
    molecule : molecule as read, not sanitised.
    place : says where the atom of an index stands in the text.
    """
    found = Chem.DetectChemistryProblems(molecule)
    fault = found[0] if found else _late_fault(molecule)
    if fault is None:
        return Problem("bad_smiles", "RDKit cannot sanitise the structure")
    kind = fault.GetType()
    if kind == "KekulizeException":
        atoms = sorted(fault.GetAtomIndices())
        named = ", ".join(place(index) for index in atoms[:_MANY_ATOMS])
        named += ", …" if len(atoms) > _MANY_ATOMS else ""
        return Problem(
            "bad_smiles",
            f"aromatic atoms ({named}) cannot share their double bonds: "
            "a hydrogen (such as [nH]) or a charge is missing",
        )
    if kind == "AtomKekulizeException":
        where = place(fault.GetAtomIdx())
        return Problem("bad_smiles", f"{where}: the atom is written aromatic but is in no ring")
    if kind == "AtomValenceException":
        atom = molecule.GetAtomWithIdx(fault.GetAtomIdx())
        count = re.search(r"\d+(?=, is greater)", fault.Message())
        bonds = f" {count[0]}" if count else " too many"
        limit = "more than its charge allows"
        where = place(fault.GetAtomIdx())
        return Problem("bad_valence", f"{where}: {atom.GetSymbol()} has{bonds} bonds, {limit}")
    return Problem("bad_smiles", fault.Message())


def _late_fault(molecule: Chem.Mol) -> Any:
    """A fault that shows only while RDKit works on the molecule, or None."""
    try:
        Chem.SanitizeMol(Chem.Mol(molecule))
    except Chem.MolSanitizeException as error:
        return error.cause  # type: ignore[attr-defined]  # missing in RDKit's stubs
    return None


@cache
def _params(*, sanitize: bool, merge_hydrogen: bool) -> Chem.SmilesParserParams:
    """Parser settings: plain SMILES only, so that no stray text is taken as a name."""
    params = Chem.SmilesParserParams()
    for setting, value in (
        ("sanitize", sanitize),
        ("removeHs", merge_hydrogen),
        ("allowCXSMILES", False),
        ("parseName", False),
    ):
        setattr(params, setting, value)
    return params


def readable(messages: str) -> str:
    """RDKit's error log in one short line."""
    lines = [_LOG_PREFIX.sub("", line) for line in messages.splitlines() if line.strip()]
    faults = [line.removeprefix("SMILES Parse Error: ") for line in lines]
    return next((text for line in faults if (text := _ECHO.sub("", line))), "cannot be read")[:200]
