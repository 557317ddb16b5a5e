"""SMILES text to an RDKit molecule, or a Problem that says what is wrong with the text."""

from __future__ import annotations

import re

from rdkit import Chem, rdBase

from screening.chem.problem import Problem

MAX_HEAVY_ATOMS = 2_000
# No SMILES of 2,000 heavy atoms needs more text than this; longer text is refused unread.
MAX_SMILES_CHARACTERS = 40_000

# RDKit prefixes its log lines with the time of day.
_LOG_PREFIX = re.compile(r"^\[\d\d:\d\d:\d\d\]\s*")
_ECHO = re.compile(r"\s*(while parsing|for input): .*$|\s*Failed parsing SMILES.*$")
_POSITION = re.compile(r"check for mistakes around position (\d+)")


def parse_smiles(smiles: str) -> Chem.Mol | Problem:
    """Read one SMILES and check that it is a molecule the pipeline can hold.

    Parameters
    ----------
    smiles : SMILES text; white space around it and a CXSMILES tail (``|...|``) are dropped.

    Returns
    -------
    The sanitised molecule, or a Problem with code ``empty_structure``, ``too_large``,
    ``bad_smiles``, ``bad_valence`` or ``polymer_or_query``.
    """
    text, _, tail = smiles.strip().partition(" ")
    if not text:
        return Problem("empty_structure", "the structure is empty")
    if len(text) > MAX_SMILES_CHARACTERS:
        return Problem("too_large", f"SMILES of {len(text):,} characters")
    if len(text.split()) > 1 or (tail and not tail.lstrip().startswith("|")):
        return Problem("bad_smiles", "white space inside the SMILES")
    if not (text.isascii() and text.isprintable()):
        odd = next(c for c in text if not (c.isascii() and c.isprintable()))
        return Problem("bad_smiles", f"character {odd!r} is not used in SMILES")
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(text, _params(sanitize=True))
    return diagnose(text) if molecule is None else check_atoms(molecule)


def check_atoms(molecule: Chem.Mol) -> Chem.Mol | Problem:
    """Refuse molecules without atoms, with unknown atoms, or beyond the size limit."""
    if molecule.GetNumAtoms() == 0:
        return Problem("empty_structure", "the structure has no atoms")
    if molecule.GetNumHeavyAtoms() > MAX_HEAVY_ATOMS:
        count = molecule.GetNumHeavyAtoms()
        return Problem("too_large", f"{count:,} heavy atoms, the limit is {MAX_HEAVY_ATOMS:,}")
    if any(atom.GetAtomicNum() == 0 for atom in molecule.GetAtoms()):
        return Problem("polymer_or_query", "an atom is a wildcard (*) or an R group")
    return molecule


def diagnose(smiles: str) -> Problem:
    """Say why RDKit does not accept a SMILES.

    Parameters
    ----------
    smiles : text for which ``Chem.MolFromSmiles`` gave nothing.
    """
    with rdBase.CaptureErrorLog() as log:
        molecule = Chem.MolFromSmiles(smiles, _params(sanitize=False))
    if molecule is None:
        return Problem("bad_smiles", _readable(log.messages))
    with rdBase.BlockLogs():
        return chemistry_problem(molecule)


def chemistry_problem(molecule: Chem.Mol) -> Problem:
    """Name the first chemical fault of an unsanitised molecule."""
    found = Chem.DetectChemistryProblems(molecule)
    if not found:
        return Problem("bad_smiles", "RDKit cannot sanitise the structure")
    if "Valence" in found[0].GetType():
        return Problem("bad_valence", found[0].Message())
    return Problem("bad_smiles", found[0].Message())


def _params(sanitize: bool) -> Chem.SmilesParserParams:
    """Parser settings: plain SMILES only, so that no stray text is taken as a name."""
    params = Chem.SmilesParserParams()
    for setting, value in (
        ("sanitize", sanitize),
        ("allowCXSMILES", False),
        ("parseName", False),
    ):
        setattr(params, setting, value)
    return params


def _readable(messages: str) -> str:
    """RDKit's error log in one short line: the fault and its position."""
    lines = [_LOG_PREFIX.sub("", line) for line in messages.splitlines()]
    faults = [line.removeprefix("SMILES Parse Error: ") for line in lines if "Error" in line]
    fault = next((text for line in faults if (text := _ECHO.sub("", line))), "cannot be read")
    position = next((match[1] for line in faults if (match := _POSITION.search(line))), "")
    return f"{fault} near character {position}" if position else fault
