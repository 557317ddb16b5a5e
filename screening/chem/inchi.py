"""InChI and InChIKey: structures read from them, and keys computed."""

from __future__ import annotations

import re

from rdkit import Chem, rdBase
from rdkit.Chem import rdinchi

from screening.chem.parse import check_atoms
from screening.chem.problem import Problem
from screening.chem.reading import Reading

INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
# The InChI library takes more than 1,023 atoms only when told so.
_INCHI_ATOMS = 1_023
# Its own name for the layer at fault follows its message, in the last line of its log.
_FAULT = re.compile(r"Structure: \d+ (.*)")


def inchikey(molecule: Chem.Mol) -> str:
    """Standard InChIKey (27 characters), or ``""`` where the InChI library fails.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    large = molecule.GetNumHeavyAtoms() > _INCHI_ATOMS
    options = "-LargeMolecules" if large else ""
    return str(rdinchi.MolToInchiKey(molecule, options))


def key_of_inchi(text: str) -> str:
    """The InChIKey of an InChI as written, or ``""`` where it is none."""
    with rdBase.BlockLogs():
        return str(rdinchi.InchiToInchiKey(text.strip()))


def read_inchi(text: str) -> Reading | Problem:
    """Rebuild the structure of an InChI.

    An InChI holds no tautomer and no charge site, so that the structure rebuilt may be drawn
    otherwise than its source drew it; the normaliser brings amides back. Where the structure
    rebuilt has another key than the InChI itself (which the InChI library cannot always help),
    a note says so.

    Parameters
    ----------
    text : InChI, standard or not, with ``InChI=``.

    Returns
    -------
    The structure, or a Problem ``bad_inchi``, ``bad_valence``, ``empty_structure``,
    ``too_large`` or ``polymer_or_query``.
    """
    inchi = text.strip()
    if not inchi:
        return Problem("empty_structure", "the structure is empty")
    if problem := _not_an_inchi(inchi):
        return problem
    try:
        with rdBase.BlockLogs():
            molecule, _, message, log = rdinchi.InchiToMol(inchi)
    except Chem.MolSanitizeException as error:
        # InChI knows hypervalent atoms that RDKit does not, such as a chlorine of valence 3.
        return Problem("bad_valence", f"InChI rebuilt: {error}")
    if molecule is None:
        fault = _FAULT.search(log)
        reason = fault[1] if fault else message or "RDKit rebuilds no structure from it"
        return Problem("bad_inchi", f"InChI: {' '.join(reason.split())[:200]}")
    checked = check_atoms(molecule)
    if isinstance(checked, Problem):
        return checked
    stated, rebuilt = key_of_inchi(inchi), inchikey(checked)
    notes: tuple[str, ...] = ()
    if stated and inchi.startswith("InChI=1S/") and rebuilt != stated:
        notes = (f"InChI of key {stated} rebuilt as {rebuilt or 'a structure without key'}",)
    return Reading(checked, str(Chem.MolToSmiles(checked)), notes)


def _not_an_inchi(text: str) -> Problem | None:
    if INCHIKEY.fullmatch(text.removeprefix("InChIKey=")):
        return Problem("bad_inchi", "this is an InChIKey; no structure can be rebuilt from a key")
    if not text.startswith("InChI=1"):
        return Problem("bad_inchi", "the text does not begin with 'InChI=1'")
    odd = next(((n, c) for n, c in enumerate(text, 1) if not "!" <= c <= "~"), None)
    if odd:
        return Problem("bad_inchi", f"character {odd[1]!r} at position {odd[0]} is not of an InChI")
    return None
