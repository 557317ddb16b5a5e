"""Wildman and Crippen's atom contributions to log P and molar refractivity, each looked up once.

Wildman and Crippen 1999, J. Chem. Inf. Comput. Sci. 39:868, doi:10.1021/ci990307l. RDKit finds the
type of each atom by matching 110 patterns, hydrogens added. All of them ask of an atom only its
kind and those of its neighbours, but for oxygen (and hydrogen on it), where the neighbours'
neighbours count too. What RDKit found for an atom so surrounded is kept for the next.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from rdkit.Chem import AddHs, rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts

_OXYGEN = 8
# Bounds the memory, about 1 KB each: the common ones come first and are kept.
_MOST_KEPT = 30_000
_MOST_MATCHES = 1_000
_KEPT, _SUMS = "crippen contributions", "crippen sums"


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
        found = _by_rdkit(facts) if _is_large(facts) else _looked_up(facts)
        facts.kept[_KEPT] = found
    kept: list[Contribution] = facts.kept[_KEPT]
    return kept


def _looked_up(facts: MoleculeFacts) -> list[Contribution]:
    known = _known()
    surroundings = _surroundings(facts)
    try:
        return [known[one] for one in surroundings]
    except KeyError:
        found = _by_rdkit(facts)
        if len(known) < _MOST_KEPT:
            known.update(zip(surroundings, found, strict=True))
        return found


def sums(facts: MoleculeFacts) -> tuple[float, float]:
    """log P and molar refractivity (cm^3/mol) of any molecule, hydrogens counted."""
    if _SUMS not in facts.kept:
        facts.kept[_SUMS] = _sums(facts)
    kept: tuple[float, float] = facts.kept[_SUMS]
    return kept


def _sums(facts: MoleculeFacts) -> tuple[float, float]:
    """In RDKit's order: atoms, then hydrogens."""
    if not facts.is_usual or _is_large(facts):
        log_p, refractivity = rdMolDescriptors.CalcCrippenDescriptors(facts.molecule)
        return float(log_p), float(refractivity)
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
    return sums(facts)[0]


def _is_large(facts: MoleculeFacts) -> bool:
    """Whether RDKit's contributions of an atom may not be those of its surroundings.

    RDKit looks at the first 1,000 matches of a pattern; atoms beyond get nothing. Such a structure
    keeps RDKit's values, and nothing is learned from it for others.
    """
    return facts.n_atoms + sum(facts.n_hydrogens) > _MOST_MATCHES


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
    kinds = zip(
        facts.atomic_numbers,
        facts.are_aromatic,
        facts.n_hydrogens,
        facts.degrees,
        facts.charges,
        strict=True,
    )
    known = _kind_numbers()
    numbers = [known.setdefault(kind, len(known)) for kind in kinds]
    found: list[tuple[object, ...]] = []
    for index, (number, bonded) in enumerate(zip(numbers, facts.neighbours, strict=True)):
        near: list[tuple[object, ...]] = [(order, numbers[other]) for order, other in bonded]
        if facts.atomic_numbers[index] == _OXYGEN:
            near = [
                (*one, *_beyond(facts, other, index))
                for one, (_, other) in zip(near, bonded, strict=True)
            ]
        near.sort()
        found.append((number, *near))
    return found


def _beyond(facts: MoleculeFacts, middle: int, index: int) -> list[tuple[float, int, bool]]:
    """Neighbours of a neighbour, but for the atom itself: bond order, element, aromatic."""
    elements, are_aromatic = facts.atomic_numbers, facts.are_aromatic
    return sorted(
        (order, elements[other], are_aromatic[other])
        for order, other in facts.neighbours[middle]
        if other != index
    )


@cache
def _kind_numbers() -> dict[tuple[int, bool, int, int, int], int]:
    """Kinds of atoms met so far, numbered, for numbers compare faster than tuples."""
    return {}


@cache
def _known() -> dict[tuple[object, ...], Contribution]:
    return {}
