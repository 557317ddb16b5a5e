"""What was read from one structure column: the molecule, and what the drawing said beyond it."""

from __future__ import annotations

from dataclasses import dataclass

from rdkit import Chem

from screening.chem.problem import Problem

_POLYMER_GROUPS = {
    "SRU": "repeating unit",
    "MON": "monomer",
    "MER": "mer unit",
    "COP": "copolymer",
    "CRO": "crosslinked polymer",
    "MOD": "modified polymer",
    "GRA": "graft polymer",
    "ANY": "polymer of any kind",
}
# Kinds of S-groups: CTfile formats, BIOVIA 2020, "Sgroup types".
# How the note on enhanced stereochemistry begins.
RELATIVE = "relative stereochemistry kept as drawn"
_STEREO_GROUPS = {
    Chem.StereoGroupType.STEREO_AND: "AND",
    Chem.StereoGroupType.STEREO_OR: "OR",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A structure as read.

    Parameters
    ----------
    molecule : sanitised molecule, before anything is changed.
    smiles : its SMILES: the text itself where SMILES was read, else RDKit's of what was read.
    notes : what the molecule cannot say of the drawing (relative stereochemistry, ...).
    is_of_smiles : the molecule is what RDKit reads from `smiles` alone.
    """

    molecule: Chem.Mol
    smiles: str
    notes: tuple[str, ...] = ()
    is_of_smiles: bool = False


def polymer_problem(molecule: Chem.Mol) -> Problem | None:
    """Refuse a structure with polymer S-groups, which stands for many molecules."""
    for group in Chem.GetMolSubstanceGroups(molecule):
        kind = group.GetProp("TYPE") if group.HasProp("TYPE") else ""
        if kind in _POLYMER_GROUPS:
            detail = f"part of the structure is a {_POLYMER_GROUPS[kind]} (S-group {kind})"
            return Problem("polymer_or_query", detail)
    return None


def take_stereo_groups(molecule: Chem.Mol) -> tuple[Chem.Mol, tuple[str, ...]]:
    """The molecule without its groups of enhanced stereochemistry, and what they said.

    A group AND is a mixture of the drawn configuration and its mirror image at these atoms, a group
    OR one of the two, unknown which. The drawn one is kept, for it is what the source shows, and
    the note says that it is not absolute.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    groups = molecule.GetStereoGroups()
    if not groups:
        return molecule, ()
    relative = (g for g in groups if g.GetGroupType() in _STEREO_GROUPS)
    notes = sorted(
        f"{RELATIVE} ({_STEREO_GROUPS[group.GetGroupType()]} group of "
        f"{_elements(len(group.GetAtoms()) + len(group.GetBonds()))})"
        for group in relative
    )
    bare = Chem.RWMol(molecule)
    bare.SetStereoGroups([])
    return bare.GetMol(), tuple(dict.fromkeys(notes))


def _elements(count: int) -> str:
    return "1 centre" if count == 1 else f"{count} centres"
