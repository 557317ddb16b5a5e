"""One drawing for each functional group: RDKit's transformations and the project's own table."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem import rdChemReactions
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.source_table import read_source_table

# Each of RDKit's transformations begins with a charge or with one of these groups; its sulfoxide
# transformation, which the project's table takes back, is the exception and needs no search.
# Source: rdkit/Code/GraphMol/MolStandardize/TransformCatalog/normalizations.in.
_TRIGGERS = tuple(
    Chem.MolFromSmarts(smarts)
    for smarts in ("[!+0]", "[N,P,As,Sb;X3](=*)=*", "[NX2,NX3]#[N]", "[n]=[O]")
)
_IMIDIC_ACID = Chem.MolFromSmarts("[CX3;+0]([OX2H1;+0])=[NX2;+0]")


@cache
def _general() -> rdMolStandardize.Normalizer:
    return rdMolStandardize.Normalizer()


@cache
def _own() -> tuple[rdChemReactions.ChemicalReaction, ...]:
    """The transformations of ``normalisations.tsv``."""
    rows = read_source_table("normalisations.tsv")
    return tuple(rdChemReactions.ReactionFromSmarts(row["smirks"]) for row in rows)


def has_imidic_acid(molecule: Chem.Mol) -> bool:
    """Whether an amide is drawn as C(O)=N: the one transformation that begins without charge."""
    return bool(molecule.HasSubstructMatch(_IMIDIC_ACID))


def normalise_groups(molecule: Chem.Mol) -> Chem.Mol:
    """Draw functional groups one way (nitro, sulfoxide, azide, amide, ...).

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered. The same one is returned where no
        transformation begins.
    """
    general = any(molecule.HasSubstructMatch(trigger) for trigger in _TRIGGERS)
    if not general and not has_imidic_acid(molecule):
        return molecule
    normal = Chem.RWMol(_general().normalize(molecule) if general else molecule)
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
