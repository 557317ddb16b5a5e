"""How much of a structure's stereochemistry is stated."""

from __future__ import annotations

from typing import Literal

from rdkit import Chem

StereoState = Literal["defined", "partial", "undefined", "none"]

# Offered by RDKit as stereo elements, though nobody can state them: a double bond beside another
# (azides, diazo groups, allenes); C=NH, which turns over in solution; phosphorus and sulfur of
# acids, where the proton makes =O and OH equal.
_UNSTABLE_BOND = (
    Chem.MolFromSmarts("*=[#6,#7;$(*(=*)=*)]"),
    Chem.MolFromSmarts("*=[NX2H1]"),
)
_UNSTABLE_ATOM = Chem.MolFromSmarts("[P,S,As;$(*=O);$(*[OX1-,OX2H1])]")


def stereo_counts(molecule: Chem.Mol) -> tuple[int, int]:
    """Stereo elements of a molecule.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.

    Returns
    -------
    Number of possible stereocentres and stereo double bonds, and how many of them are not stated.
    """
    elements = Chem.FindPotentialStereo(molecule)
    stated = sum(e.specified == Chem.StereoSpecified.Specified for e in elements)
    if stated == len(elements):
        return stated, 0
    bonds, atoms = _unstable(molecule)
    undefined = sum(
        e.specified != Chem.StereoSpecified.Specified
        and e.centeredOn not in (bonds if e.type == Chem.StereoType.Bond_Double else atoms)
        for e in elements
    )
    return stated + undefined, undefined


def _unstable(molecule: Chem.Mol) -> tuple[set[int], set[int]]:
    """Double bonds and atoms whose configuration cannot be held."""
    bonds = {
        molecule.GetBondBetweenAtoms(first, second).GetIdx()
        for pattern in _UNSTABLE_BOND
        for first, second in molecule.GetSubstructMatches(pattern)
    }
    return bonds, {match[0] for match in molecule.GetSubstructMatches(_UNSTABLE_ATOM)}


def stereo_state(n_elements: int, n_undefined: int) -> StereoState:
    """Name the state: ``none`` has nothing to state, ``undefined`` has and states nothing."""
    if n_elements == 0:
        return "none"
    if n_undefined == 0:
        return "defined"
    return "undefined" if n_undefined == n_elements else "partial"
