"""One drawing for each functional group: RDKit's transformations and the project's own table."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem import rdChemReactions
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.source_table import read_source_table


@cache
def _general() -> rdMolStandardize.Normalizer:
    return rdMolStandardize.Normalizer()


@cache
def _own() -> tuple[rdChemReactions.ChemicalReaction, ...]:
    """The transformations of ``normalisations.tsv``."""
    rows = read_source_table("normalisations.tsv")
    return tuple(rdChemReactions.ReactionFromSmarts(row["smirks"]) for row in rows)


def normalise_groups(molecule: Chem.Mol) -> Chem.Mol:
    """Draw functional groups one way (nitro, sulfoxide, azide, amide, ...).

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    normal = Chem.RWMol(_general().normalize(molecule))
    changed = False
    for reaction in _own():
        # One group at a time and in place: RDKit's Normalizer would list the products of all
        # groups at each step, which takes minutes for a peptide of a hundred imidic acids.
        while reaction.RunReactantInPlace(normal, removeUnmatchedAtoms=False):
            normal.UpdatePropertyCache(strict=False)
            changed = True
    if changed:
        Chem.SanitizeMol(normal)
    return normal.GetMol()
