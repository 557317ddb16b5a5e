"""Names of the fragments that are left out: metals, salt formers, solvents."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.graph_smiles import flat_smiles
from screening.chem.source_table import read_source_table

# The largest of the table has 28 heavy atoms.
_MAX_HEAVY_ATOMS = 30


@cache
def _names() -> dict[str, str]:
    """Flat canonical SMILES of the known salt formers and solvents to their names."""
    rows = read_source_table("salts_solvents.tsv")
    return {flat_smiles(Chem.MolFromSmiles(row["smiles"])): row["name"] for row in rows}


@cache
def _uncharger() -> rdMolStandardize.Uncharger:
    return rdMolStandardize.Uncharger(canonicalOrder=True)


def is_salt_former(fragment: Chem.Mol) -> bool:
    """Whether a fragment, in neutral form and without stereochemistry, is in the table."""
    return bool(_known_name(fragment))


def fragment_name(fragment: Chem.Mol) -> str:
    """Name of a fragment: a table's name, an element's name, or else the molecular formula.

    Parameters
    ----------
    fragment : molecule of one fragment, in any state of charge; it is not altered.
    """
    if known := _known_name(fragment):
        return known
    if fragment.GetNumAtoms() == 1 and not fragment.GetAtomWithIdx(0).GetTotalNumHs():
        number = fragment.GetAtomWithIdx(0).GetAtomicNum()
        return str(Chem.GetPeriodicTable().GetElementName(number)).lower()
    return str(rdMolDescriptors.CalcMolFormula(fragment))


def _known_name(fragment: Chem.Mol) -> str:
    if fragment.GetNumHeavyAtoms() > _MAX_HEAVY_ATOMS:
        return ""
    as_it_is = _names().get(flat_smiles(fragment), "")
    return as_it_is or _names().get(flat_smiles(_uncharger().uncharge(fragment)), "")
