"""Which fragment of a structure is its parent: salts, solvents, metals and mixtures."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.problem import Problem
from screening.chem.source_table import read_source_table

_CARBON = Chem.MolFromSmarts("[#6]")
# Bonds to these elements are opened in a salt drawn covalently (CC(=O)O[Na], RS[Na], Cl[Mg]Cl).
_SALT_PARTNERS = frozenset({8, 9, 16, 17, 35, 53})
# A second organic fragment this large that is no known salt former makes the record a mixture.
MIXTURE_MIN_HEAVY_ATOMS = 6


@cache
def _metals() -> tuple[frozenset[int], frozenset[int]]:
    """Atomic numbers of the counter-ion metals and of all metals (``metals.tsv``)."""
    symbol_to_number = Chem.GetPeriodicTable().GetAtomicNumber
    by_role = {
        row["role"]: frozenset(symbol_to_number(symbol) for symbol in row["symbols"].split())
        for row in read_source_table("metals.tsv")
    }
    return by_role["counter_ion"], by_role["counter_ion"] | by_role["coordinating"]


@cache
def _metal_pattern() -> Chem.Mol:
    """Any metal: one fast search spares most molecules the loop over their atoms."""
    return Chem.MolFromSmarts(f"[{','.join(f'#{number}' for number in sorted(_metals()[1]))}]")


@cache
def _salt_formers() -> frozenset[str]:
    """Flat canonical SMILES of the known salt formers and solvents (``salts_solvents.tsv``)."""
    rows = read_source_table("salts_solvents.tsv")
    return frozenset(flat_smiles(Chem.MolFromSmiles(row["smiles"])) for row in rows)


def flat_smiles(molecule: Chem.Mol) -> str:
    """Canonical SMILES without stereochemistry."""
    return str(Chem.MolToSmiles(molecule, isomericSmiles=False))


def open_salt_bonds(molecule: Chem.Mol) -> Chem.Mol:
    """Open bonds between counter-ion metals and O, S or halogen; the charge goes to the atoms.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    if not molecule.HasSubstructMatch(_metal_pattern()):
        return molecule
    counter_ions, _ = _metals()
    metals = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() in counter_ions]
    salts = [
        atom.GetIdx()
        for atom in metals
        if atom.GetDegree()
        and all(other.GetAtomicNum() in _SALT_PARTNERS for other in atom.GetNeighbors())
    ]
    if not salts:
        return molecule
    editable = Chem.RWMol(molecule)
    for index in salts:
        _release(editable, index)
    opened = editable.GetMol()
    Chem.SanitizeMol(opened)
    return opened


def _release(editable: Chem.RWMol, index: int) -> None:
    """Cut all bonds of one metal atom, a charge for each bond that was not dative."""
    metal = editable.GetAtomWithIdx(index)
    for other in list(metal.GetNeighbors()):
        bond = editable.GetBondBetweenAtoms(index, other.GetIdx())
        if bond.GetBondType() != Chem.BondType.DATIVE:
            metal.SetFormalCharge(metal.GetFormalCharge() + 1)
            other.SetFormalCharge(other.GetFormalCharge() - 1)
            other.SetNoImplicit(True)
        editable.RemoveBond(index, other.GetIdx())
    metal.SetNoImplicit(True)


def bound_metal(molecule: Chem.Mol) -> str:
    """Symbol of the first metal (by periodic table) that is bonded to something, or ``""``."""
    if not molecule.HasSubstructMatch(_metal_pattern()):
        return ""
    _, metals = _metals()
    bound = {
        (atom.GetAtomicNum(), atom.GetSymbol())
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() in metals and atom.GetDegree()
    }
    return min(bound)[1] if bound else ""


def choose_parent(
    molecule: Chem.Mol,
) -> tuple[Chem.Mol, list[str], list[str]] | Problem:
    """Pick the parent fragment.

    The rule, in order: contains carbon; is no known salt former or solvent; most heavy atoms;
    heaviest; first canonical SMILES. A structure of salt formers alone keeps the largest of them.

    Parameters
    ----------
    molecule : normalised molecule; it is not altered.

    Returns
    -------
    The parent, the SMILES of the other fragments (sorted), and those of them that make it a
    mixture; or a Problem ``no_carbon``.
    """
    if len(Chem.GetMolFrags(molecule)) == 1 and molecule.HasSubstructMatch(_CARBON):
        return molecule, [], []
    fragments = list(Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=True))
    organic = [fragment for fragment in fragments if fragment.HasSubstructMatch(_CARBON)]
    if not organic:
        return Problem("no_carbon", "no fragment of the structure contains carbon")
    ranked = sorted(organic, key=_parent_rank)
    parent = ranked[0]
    parent_smiles = Chem.MolToSmiles(parent)
    removed = sorted(Chem.MolToSmiles(f) for f in fragments if f is not parent)
    mixed = [f for f in ranked[1:] if _is_large(f) and not _is_salt_former(f)]
    names = sorted({str(Chem.MolToSmiles(f)) for f in mixed} - {str(parent_smiles)})
    return parent, removed, names


def _parent_rank(fragment: Chem.Mol) -> tuple[bool, int, float, str]:
    weight = round(float(rdMolDescriptors.CalcExactMolWt(fragment)), 4)
    atoms = -int(fragment.GetNumHeavyAtoms())
    return _is_salt_former(fragment), atoms, -weight, str(Chem.MolToSmiles(fragment))


def _is_large(fragment: Chem.Mol) -> bool:
    return int(fragment.GetNumHeavyAtoms()) >= MIXTURE_MIN_HEAVY_ATOMS


def _is_salt_former(fragment: Chem.Mol) -> bool:
    if fragment.GetNumHeavyAtoms() > 30:
        return False
    neutral = rdMolStandardize.Uncharger(canonicalOrder=True).uncharge(fragment)
    return flat_smiles(neutral) in _salt_formers()
