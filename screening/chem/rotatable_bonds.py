"""Rotatable bonds by RDKit's strict definition, without its pattern of fourteen surroundings.

`rdMolDescriptors.CalcNumRotatableBonds`, RDKit's Code/GraphMol/Descriptors/Lipinski.cpp: acyclic
single bonds, not at the end of a chain, next to a triple bond, to CF3, CCl3, CBr3 or tert-butyl,
and not those of amides, esters and their kin.
"""

from __future__ import annotations

from rdkit.Chem import rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts

# RDKit stops at a thousand matches.
_MOST_BONDS = 500
_KEPT = "rotatable bonds"
_CARBON, _NITROGEN, _OXYGEN, _SULFUR = 6, 7, 8, 16
_HALOGENS = (9, 17, 35)


def n_rotatable_bonds(facts: MoleculeFacts) -> int:
    """Number of rotatable bonds of a molecule."""
    if _KEPT not in facts.kept:
        countable = facts.is_usual and facts.n_bonds <= _MOST_BONDS
        facts.kept[_KEPT] = (
            _n_rotatable_bonds(facts)
            if countable
            else rdMolDescriptors.CalcNumRotatableBonds(facts.molecule)
        )
    return int(facts.kept[_KEPT])


def _n_rotatable_bonds(facts: MoleculeFacts) -> int:
    degrees = facts.degrees
    single = [
        (lower, higher)
        for lower, higher, (order, in_ring) in facts.bond_kinds
        if order == 1 and not in_ring
    ]
    fixed: set[int] = set()
    for lower, higher in single:
        if _is_like_amide(facts, lower, higher) or _is_like_amide(facts, higher, lower):
            fixed.update((lower, higher))
    return sum(
        degrees[lower] > 1
        and degrees[higher] > 1
        and not (lower in fixed and higher in fixed)
        and not (_turns_unseen(facts, lower) or _turns_unseen(facts, higher))
        for lower, higher in single
    )


def _is_like_amide(facts: MoleculeFacts, carbon: int, other: int) -> bool:
    """``[CD3](=[N,O,S])-!@[#7,O,S!D1]``."""
    elements, are_aromatic = facts.atomic_numbers, facts.are_aromatic
    if elements[carbon] != _CARBON or facts.degrees[carbon] != 3 or are_aromatic[carbon]:
        return False
    if elements[other] != _NITROGEN:
        binds = elements[other] == _OXYGEN or (
            elements[other] == _SULFUR and facts.degrees[other] != 1
        )
        if are_aromatic[other] or not binds:
            return False
    return any(
        order == 2 and elements[end] in (_NITROGEN, _OXYGEN, _SULFUR) and not are_aromatic[end]
        for order, end in facts.neighbours[carbon]
    )


def _turns_unseen(facts: MoleculeFacts, atom: int) -> bool:
    """``[$(*#*),$(C(F)(F)F),$(C(Cl)(Cl)Cl),$(C(Br)(Br)Br),$(C([CH3])([CH3])[CH3])]``."""
    bonded = facts.neighbours[atom]
    if any(order == 3 for order, _ in bonded):
        return True
    elements = facts.atomic_numbers
    if len(bonded) != 4 or elements[atom] != _CARBON:
        return False
    ends = [
        -1 if elements[end] == _CARBON and facts.n_hydrogens[end] == 3 else elements[end]
        for _, end in bonded
    ]
    return any(ends.count(alike) >= 3 for alike in (-1, *_HALOGENS))
