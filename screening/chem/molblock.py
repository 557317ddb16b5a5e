"""Molblocks (V2000 and V3000) to RDKit molecules, or a Problem that names the atom at fault."""

from __future__ import annotations

from rdkit import Chem, rdBase

from screening.chem.molblock_faults import molblock_fault
from screening.chem.parse import check_atoms, chemistry_problem, readable
from screening.chem.problem import Problem
from screening.chem.reading import Reading, polymer_problem, take_stereo_groups


def read_molblock(block: str) -> Reading | Problem:
    """Read one molblock, stereo from its wedges, parities or coordinates.

    The chiral flag of V2000 is not read: most programs leave it at 0 whatever they mean. Groups of
    enhanced stereochemistry (V3000) are kept as drawn and noted.

    Parameters
    ----------
    block : molblock up to and with `M  END`.

    Returns
    -------
    The structure, or a Problem ``bad_molblock``, ``bad_valence``, ``empty_structure``,
    ``too_large`` or ``polymer_or_query``.
    """
    try:
        with rdBase.BlockLogs():
            molecule = Chem.MolFromMolBlock(block, sanitize=True, removeHs=True)
    except RuntimeError as error:
        message = " ".join(str(error).split())[:200]
        return Problem("bad_molblock", molblock_fault(block) or message)
    if molecule is None:
        return _diagnose(block)
    checked = check_atoms(molecule)
    if isinstance(checked, Problem):
        return checked
    if problem := polymer_problem(checked):
        return problem
    plain, notes = take_stereo_groups(checked)
    # Coordinates have served their purpose; without them a molecule is quicker to copy.
    plain.RemoveAllConformers()
    return Reading(plain, str(Chem.MolToSmiles(plain)), notes)


def _diagnose(block: str) -> Problem:
    with rdBase.CaptureErrorLog() as log:
        molecule = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False)
    if molecule is None:
        return Problem("bad_molblock", molblock_fault(block) or readable(log.messages))

    def place(index: int) -> str:
        return f"atom {index + 1}"

    with rdBase.BlockLogs():
        found = chemistry_problem(molecule, place)
    return found if found.code == "bad_valence" else Problem("bad_molblock", found.detail)
