"""Metals in structures: salts drawn with a bond are opened, everything else bound is named."""

from __future__ import annotations

from functools import cache

from rdkit import Chem

from screening.chem.source_table import read_source_table

# Bonds to these elements are opened in a salt drawn covalently (CC(=O)O[Na], RS[Na], Cl[Mg]Cl).
_SALT_PARTNERS = frozenset({8, 9, 16, 17, 35, 53})
# A ring that holds its charge as a whole, as in ferrocene drawn as ions.
_RING_ANION = Chem.MolFromSmarts("[cX3-]")
_NITROGEN_ANION = Chem.MolFromSmarts("[#7-;!$([#7-]~[+])]")


@cache
def _elements() -> dict[str, frozenset[int]]:
    """Atomic numbers by role (``metals.tsv``)."""
    symbol_to_number = Chem.GetPeriodicTable().GetAtomicNumber
    return {
        row["role"]: frozenset(symbol_to_number(symbol) for symbol in row["symbols"].split())
        for row in read_source_table("metals.tsv")
    }


@cache
def _metals() -> tuple[frozenset[int], frozenset[int]]:
    """The counter-ion metals, and all metals."""
    roles = _elements()
    return roles["counter_ion"], roles["counter_ion"] | roles["coordinating"]


@cache
def _metal_pattern() -> Chem.Mol:
    """Any metal: one fast search spares most molecules the loop over their atoms."""
    return Chem.MolFromSmarts(f"[{','.join(f'#{number}' for number in sorted(_metals()[1]))}]")


def open_salt_bonds(molecule: Chem.Mol) -> Chem.Mol:
    """Open bonds between counter-ion metals and O, S or halogen; the charge goes to the atoms.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    if not molecule.HasSubstructMatch(_metal_pattern()):
        return molecule
    counter_ions, _ = _metals()
    salts = [
        atom.GetIdx()
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() in counter_ions
        and atom.GetDegree()
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


def sandwiched_metal(molecule: Chem.Mol) -> str:
    """Symbol of the first coordinating metal that is an ion beside an aromatic carbanion, or "".

    So PubChem draws ferrocene. The cyclopentadienyl ring is no ligand that exists without the
    metal, nor is it what was assayed.
    """
    if not molecule.HasSubstructMatch(_RING_ANION):
        return ""
    coordinating = _elements()["coordinating"]
    found = {
        (atom.GetAtomicNum(), atom.GetSymbol())
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() in coordinating and not atom.GetDegree()
    }
    return str(min(found)[1]) if found else ""


def loose_metals(molecule: Chem.Mol) -> list[str]:
    """Names, by periodic table, of metals that stand alone but may belong to a complex.

    Alone they are counter-ions by the rule; but complexes, such as chlorophylls and the nickel
    porphyrins of sediments, are often drawn as ions too, and what is left is their ligand. So
    coordinating metals are named, and magnesium beside a nitrogen anion.
    """
    if not molecule.HasSubstructMatch(_metal_pattern()):
        return []
    numbers = {atom.GetAtomicNum() for atom in molecule.GetAtoms() if not atom.GetDegree()}
    table = Chem.GetPeriodicTable()
    coordinating = _elements()["coordinating"]
    if molecule.HasSubstructMatch(_NITROGEN_ANION):
        coordinating |= {12}
    return [str(table.GetElementName(n)).lower() for n in sorted(numbers & coordinating)]


def unusual_elements(molecule: Chem.Mol) -> list[str]:
    """Symbols, by periodic table, of atoms that are neither metals nor common in organic matter."""
    common = _elements()["organic"] | _metals()[1]
    found = {
        (atom.GetAtomicNum(), atom.GetSymbol())
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() not in common
    }
    return [symbol for _, symbol in sorted(found)]
