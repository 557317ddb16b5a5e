"""Wildman and Crippen's atom contributions to log P and molar refractivity, each looked up once.

Wildman and Crippen 1999, J. Chem. Inf. Comput. Sci. 39:868, doi:10.1021/ci990307l. RDKit finds the
type of each atom by matching 110 patterns, hydrogens added. All of them ask of an atom only its
kind and those of its neighbours, but for oxygen (and hydrogen on it), where the neighbours'
neighbours count too. What RDKit found for an atom so surrounded is kept for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rdkit.Chem import AddHs, rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts

_OXYGEN = 8
# Bounds the memory, about 1 KB each: the common ones come first and are kept.
_MOST_KEPT = 30_000
_KEPT = "crippen contributions"


class Contribution(NamedTuple):
    """What an atom adds to log P and refractivity (cm^3/mol), and each of its hydrogens."""

    log_p: float
    refractivity: float
    hydrogen_log_p: float
    hydrogen_refractivity: float


def contributions(facts: MoleculeFacts) -> list[Contribution]:
    """Contribution of each atom.

    Parameters
    ----------
    facts : of a molecule that `is_usual`.
    """
    if _KEPT not in facts.kept:
        known = _known()
        surroundings = _surroundings(facts)
        try:
            facts.kept[_KEPT] = [known[one] for one in surroundings]
        except KeyError:
            facts.kept[_KEPT] = found = _by_rdkit(facts)
            if len(known) < _MOST_KEPT:
                known.update(zip(surroundings, found, strict=True))
    kept: list[Contribution] = facts.kept[_KEPT]
    return kept


def sums(facts: MoleculeFacts) -> tuple[float, float]:
    """log P and molar refractivity, added in RDKit's order: atoms, then hydrogens."""
    atoms = contributions(facts)
    log_p = refractivity = 0.0
    for atom in atoms:
        log_p += atom.log_p
        refractivity += atom.refractivity
    for atom, n_hydrogens in zip(atoms, facts.n_hydrogens, strict=True):
        for _ in range(n_hydrogens):
            log_p += atom.hydrogen_log_p
            refractivity += atom.hydrogen_refractivity
    return log_p, refractivity


def log_p(facts: MoleculeFacts) -> float:
    """log P of any molecule, hydrogens counted."""
    if facts.is_usual:
        return sums(facts)[0]
    value: float = rdMolDescriptors.CalcCrippenDescriptors(facts.molecule)[0]
    return value


def _by_rdkit(facts: MoleculeFacts) -> list[Contribution]:
    with_hydrogens = AddHs(facts.molecule)
    values = list(rdMolDescriptors._CalcCrippenContribs(with_hydrogens))
    hydrogen = [(0.0, 0.0)] * facts.n_atoms
    for index in range(facts.n_atoms, with_hydrogens.GetNumAtoms()):
        (bond,) = with_hydrogens.GetAtomWithIdx(index).GetBonds()
        hydrogen[bond.GetOtherAtomIdx(index)] = values[index]
    heavy = values[: facts.n_atoms]
    return [Contribution._make((*one, *two)) for one, two in zip(heavy, hydrogen, strict=True)]


def _surroundings(facts: MoleculeFacts) -> list[tuple[object, ...]]:
    """All of each atom and its neighbours that Crippen's patterns ask."""
    kinds = list(
        zip(
            facts.atomic_numbers,
            facts.are_aromatic,
            facts.n_hydrogens,
            facts.degrees,
            facts.charges,
            strict=True,
        )
    )
    around: list[list[tuple[float, int]]] = [[] for _ in kinds]
    for one, other, order in zip(*facts.bonds, strict=True):
        around[one].append((order, other))
        around[other].append((order, one))
    found: list[tuple[object, ...]] = []
    for index, (kind, bonded) in enumerate(zip(kinds, around, strict=True)):
        near: list[tuple[object, ...]] = [(order, *kinds[other]) for order, other in bonded]
        if kind[0] == _OXYGEN:
            near = [
                (*one, *_beyond(kinds, around[other], index))
                for one, (_, other) in zip(near, bonded, strict=True)
            ]
        near.sort()
        found.append((kind, *near))
    return found


def _beyond(
    kinds: Sequence[tuple[int, bool, int, int, int]],
    bonded: Sequence[tuple[float, int]],
    index: int,
) -> list[tuple[float, int, bool]]:
    """Neighbours of a neighbour, but for the atom itself: bond order, element, aromatic."""
    return sorted((order, *kinds[other][:2]) for order, other in bonded if other != index)


@cache
def _known() -> dict[tuple[object, ...], Contribution]:
    return {}
