"""One pass of standardisation over one molecule: from what was read to the parent's SMILES."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rdkit import Chem

from screening.chem.fragments import choose_parent
from screening.chem.metals import (
    bound_metal,
    loose_metals,
    open_salt_bonds,
    sandwiched_metal,
    unusual_elements,
)
from screening.chem.neutralise import neutralise
from screening.chem.normalise import has_imidic_acid, normalise_groups
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem

_CARBON = Chem.MolFromSmarts("[#6]")
# Characters of a SMILES that are shown.
_SHOWN = 80
_LABELLED = Chem.MolFromSmarts("[!0*]")
# What a canonical SMILES must not contain if none of the steps can change its molecule: several
# fragments; boron and phosphorus; and atoms in brackets that are not plain stereocentres or [nH]
# (charges, isotopes, metals, rare elements, radicals).
_REMARKABLE = re.compile(r"\.|B(?!r)|[Pbp]|\[(?!C@@?H?\]|nH\])")


@dataclass(frozen=True, slots=True)
class Draft:
    """A parent before its key and stereo state are known.

    Parameters
    ----------
    smiles : canonical isomeric SMILES.
    changes : what was done to reach it.
    remarks : what is kept though it is unusual.
    removed, removed_names : the fragments left out, and their names.
    """

    smiles: str
    changes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    removed_names: tuple[str, ...] = ()


def draft(molecule: Chem.Mol) -> Draft | Problem:
    """Standardise a molecule once.

    Most molecules of a library need no change; their canonical SMILES shows it, and the steps are
    spared.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.

    Returns
    -------
    The draft, or a Problem ``metal``, ``no_carbon``, ``bad_valence`` or ``crashed``.
    """
    smiles = str(Chem.MolToSmiles(molecule))
    if is_plain(smiles, molecule):
        return Draft(smiles)
    # In brackets, and in an InChI or a molblock, the hydrogens of an atom are fixed: a step that
    # moves a bond would leave a radical. Canonical SMILES fixes them only where it must.
    fresh = reread(smiles)
    if isinstance(fresh, Problem):
        return fresh
    try:
        return _Pass(fresh, smiles).run()
    except Chem.MolSanitizeException as error:
        return Problem("bad_valence", f"after cleaning: {error}")


def reread(smiles: str) -> Chem.Mol | Problem:
    """The molecule of a SMILES that RDKit wrote itself.

    Returns
    -------
    The molecule, or a Problem that says what failed without blame for the text of the source:
    what was read of that was a molecule.
    """
    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem) and molecule.code in ("bad_smiles", "bad_valence"):
        shown = smiles if len(smiles) <= _SHOWN else f"{smiles[: _SHOWN - 1]}…"
        detail = f"after cleaning: RDKit cannot read the structure that it wrote itself ({shown})"
        return Problem("crashed", detail)
    return molecule


def is_plain(smiles: str, molecule: Chem.Mol) -> bool:
    """Whether no step can change a molecule.

    Parameters
    ----------
    smiles : canonical SMILES of the molecule.
    """
    if _REMARKABLE.search(smiles) or not molecule.HasSubstructMatch(_CARBON):
        return False
    return not has_imidic_acid(molecule)


class _Pass:
    """The steps, and what they changed."""

    def __init__(self, molecule: Chem.Mol, smiles: str) -> None:
        self.molecule = molecule
        self.smiles = smiles
        self.changes: list[str] = []

    def run(self) -> Draft | Problem:
        self._step(clear_isotopes, "isotopes_cleared")
        self._step(open_salt_bonds, "salt_bond_opened")
        if symbol := bound_metal(self.molecule):
            detail = f"{symbol} is bonded in the structure (complex or organometallic)"
            return Problem("metal", detail)
        if symbol := sandwiched_metal(self.molecule):
            detail = f"{symbol} beside a ring that is charged as a whole (a metallocene)"
            return Problem("metal", detail)
        self._step(normalise_groups, "groups_normalised")
        loose = loose_metals(self.molecule)
        chosen = choose_parent(self.molecule)
        if isinstance(chosen, Problem):
            return chosen
        if chosen.removed:
            self.molecule, self.smiles = chosen.parent, str(Chem.MolToSmiles(chosen.parent))
            self.changes.append("fragments_removed")
        for name, others in (
            ("mixture", chosen.mixed),
            ("mixture of stereoisomers", chosen.isomers),
        ):
            if others:
                self.changes.append(f"{name}: {', '.join(others)}")
        if loose:
            self.changes.append(f"coordinating metal left out: {', '.join(loose)}")
        self._step(neutralise, "neutralised")
        return Draft(
            self.smiles,
            tuple(self.changes),
            tuple(remarks(self.molecule)),
            chosen.removed,
            chosen.removed_names,
        )

    def _step(self, step: Callable[[Chem.Mol], Chem.Mol], name: str) -> None:
        """Apply one step and note its name if the structure is another one afterwards.

        A step whose result cannot be read again is not taken: the structure was a molecule before.
        """
        after = step(self.molecule)
        if after is self.molecule:
            return
        smiles = str(Chem.MolToSmiles(after))
        if smiles == self.smiles:
            self.molecule = after
        elif isinstance(parse_smiles(smiles), Problem):
            self.changes.append(f"not {name}: RDKit cannot read the result")
        else:
            self.molecule, self.smiles = after, smiles
            self.changes.append(name)


def remarks(molecule: Chem.Mol) -> list[str]:
    """What is kept in a parent though a chemist should look at it: rare elements, radicals."""
    found = []
    if rare := unusual_elements(molecule):
        found.append(f"unusual element: {', '.join(rare)}")
    radicals = [atom for atom in molecule.GetAtoms() if atom.GetNumRadicalElectrons()]
    if radicals:
        symbols = ", ".join(sorted({str(atom.GetSymbol()) for atom in radicals}))
        found.append(f"radical: unpaired electrons at {symbols}")
    return found


def clear_isotopes(molecule: Chem.Mol) -> Chem.Mol:
    """The molecule without isotope labels; hydrogen that was explicit as 2H or 3H is merged.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    if not molecule.HasSubstructMatch(_LABELLED):
        return molecule
    cleared = Chem.Mol(molecule)
    for atom in cleared.GetAtoms():
        atom.SetIsotope(0)
    cleared = Chem.RemoveHs(cleared)
    # A centre that only its label made chiral is none any more.
    Chem.AssignStereochemistry(cleared, cleanIt=True, force=True)
    return cleared
