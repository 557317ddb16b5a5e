"""Structures as libraries write them (SMILES, CXSMILES, InChI, molblock) to molecules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from rdkit import Chem, rdBase

from screening.chem.inchi import read_inchi
from screening.chem.molblock import read_molblock
from screening.chem.parse import check_atoms, parse_smiles, split_tail
from screening.chem.problem import Problem
from screening.chem.reading import Reading, polymer_problem, take_stereo_groups

Notation = Literal["smiles", "inchi", "molblock"]

_LINK_NODE = re.compile(r"[|,]LN:")
_UNREADABLE = frozenset(
    {"empty_structure", "bad_smiles", "bad_inchi", "bad_molblock", "bad_valence"}
)


def read_structure(text: str, notation: str = "smiles") -> Reading | Problem:
    """Read one structure.

    Parameters
    ----------
    text : structure as it stands in the library.
    notation : ``smiles`` (with or without a CXSMILES tail), ``inchi`` or ``molblock``.

    Raises
    ------
    ValueError : there is no such notation (a programming error).
    """
    if notation == "smiles":
        return _read_smiles(text)
    if notation == "inchi":
        return read_inchi(text)
    if notation == "molblock":
        return read_molblock(text)
    raise ValueError(f"unknown notation {notation!r}")


def read_preferred(
    text: str, notation: str = "smiles", alternatives: Sequence[str] = ()
) -> Reading | Problem:
    """Read the preferred structure of a record, or the first of the others that can be read.

    Parameters
    ----------
    text, notation : the preferred structure, as for `read_structure`.
    alternatives : ``notation:text`` of the record's further structures, in order of preference.

    Returns
    -------
    The structure, with a note if it is not the preferred one; or the Problem of the preferred one.
    One that is read but refused (a wildcard, too large) is not replaced: its column says what the
    record is.
    """
    first = read_structure(text, notation)
    if isinstance(first, Reading) or first.code not in _UNREADABLE:
        return first
    for alternative in alternatives:
        other, _, structure = alternative.partition(":")
        found = read_structure(structure, other)
        if isinstance(found, Reading):
            note = f"structure taken from another column: {first.detail}"
            return replace(found, notes=(note, *found.notes))
    return first


def _read_smiles(text: str) -> Reading | Problem:
    molecule = parse_smiles(text)
    if isinstance(molecule, Problem):
        return molecule
    plain, tail = split_tail(text)
    if not tail:
        return Reading(molecule, plain, is_of_smiles=True)
    return _read_tail(molecule, plain, tail)


def _read_tail(molecule: Chem.Mol, plain: str, tail: str) -> Reading | Problem:
    """Heed what a CXSMILES tail says of the molecule; one that RDKit cannot read is noted."""
    text = f"{plain} {tail}"
    if _LINK_NODE.search(tail):
        return Problem("polymer_or_query", "part of the structure may repeat (link node LN)")
    params = Chem.SmilesParserParams()
    for setting, value in (("allowCXSMILES", True), ("strictCXSMILES", True), ("parseName", True)):
        setattr(params, setting, value)
    with rdBase.BlockLogs():
        extended = Chem.MolFromSmiles(text, params)
    if extended is None:
        return Reading(molecule, text, ("CXSMILES extension not understood, left out",))
    checked = check_atoms(extended)
    if isinstance(checked, Problem):
        return checked
    if problem := polymer_problem(checked):
        return problem
    bare, notes = take_stereo_groups(checked)
    bare.RemoveAllConformers()
    return Reading(bare, text, notes)
