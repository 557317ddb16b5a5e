"""Which fragment of a structure is its parent: salts, solvents and mixtures.

The rule for a structure of several fragments, in order: the parent contains carbon; is no known
salt former or solvent (``salts_solvents.tsv``); has most heavy atoms; is heaviest; comes first by
canonical SMILES. A structure of salt formers alone keeps the largest of them. What becomes of the
others:

* inorganic ions and solvents, known salt formers: left out and named;
* a fragment equal to the parent: left out, one of the two is the structure;
* any other organic fragment: the record is a mixture, or a structure whose drawing leaves open
  where a group is bound (CyanoMetDB draws acetyl and prenyl groups so); the fragment is left out
  and named as a component;
* the same, differing from the parent in its stereochemistry alone: a mixture of stereoisomers.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.chem.fragment_names import fragment_name, is_salt_former
from screening.chem.graph_smiles import flat_smiles
from screening.chem.problem import Problem

_CARBON = Chem.MolFromSmarts("[#6]")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The parent fragment and what was left out.

    Parameters
    ----------
    parent : the fragment that is kept.
    removed : SMILES of the other fragments, sorted.
    removed_names : their names, parallel to ``removed``.
    mixed : those of them that make the record a mixture, each once.
    isomers : those of them that are stereoisomers of the parent, each once.
    """

    parent: Chem.Mol
    removed: tuple[str, ...] = ()
    removed_names: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    isomers: tuple[str, ...] = ()


def choose_parent(molecule: Chem.Mol) -> Chosen | Problem:
    """Pick the parent fragment by the rule of this module.

    Parameters
    ----------
    molecule : normalised molecule; it is not altered.

    Returns
    -------
    The parent and the rest, or a Problem ``no_carbon``.
    """
    if len(Chem.GetMolFrags(molecule)) == 1 and molecule.HasSubstructMatch(_CARBON):
        return Chosen(molecule)
    fragments = list(Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=True))
    organic = [fragment for fragment in fragments if fragment.HasSubstructMatch(_CARBON)]
    if not organic:
        names = ", ".join(dict.fromkeys(fragment_name(fragment) for fragment in fragments))
        return Problem("no_carbon", f"no fragment of the structure contains carbon ({names})")
    ranked = sorted(organic, key=_parent_rank)
    parent = ranked[0]
    parent_smiles, parent_flat = str(Chem.MolToSmiles(parent)), flat_smiles(parent)
    removed = sorted(
        (str(Chem.MolToSmiles(f)), fragment_name(f)) for f in fragments if f is not parent
    )
    others = {
        str(Chem.MolToSmiles(f)): flat_smiles(f) == parent_flat
        for f in ranked[1:]
        if not is_salt_former(f)
    }
    others.pop(parent_smiles, None)
    return Chosen(
        parent,
        tuple(smiles for smiles, _ in removed),
        tuple(name for _, name in removed),
        tuple(sorted(smiles for smiles, isomer in others.items() if not isomer)),
        tuple(sorted(smiles for smiles, isomer in others.items() if isomer)),
    )


def _parent_rank(fragment: Chem.Mol) -> tuple[bool, int, float, str]:
    weight = round(float(rdMolDescriptors.CalcExactMolWt(fragment)), 4)
    atoms = -int(fragment.GetNumHeavyAtoms())
    return is_salt_former(fragment), atoms, -weight, str(Chem.MolToSmiles(fragment))
