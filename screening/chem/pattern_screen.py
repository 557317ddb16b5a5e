"""Which of many SMARTS patterns may occur in a molecule, told without matching most of them.

A pattern matches only where each of its bonds and angles has a counterpart. Atoms that agree in all
that SMARTS asks of one atom are of one kind; which parts of patterns a bond or an angle between
kinds can stand for is worked out once a process and kept. A molecule is then the union of what its
parts can stand for, and only patterns that find all they need there are left to RDKit's own
matching. What is left out cannot match, so results are those of matching everything.

Surroundings that a pattern asks of an atom (recursive SMARTS) are screened as patterns of their
own, wherever they may be in the molecule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol

from screening.chem.molecule_facts import (
    IN_RING,
    SMALLEST_RING,
    AtomKind,
    BondKind,
    MoleculeFacts,
)
from screening.chem.pattern_needs import PatternNeeds

# Bounds the memory, about 0.7 KB each; what is common is soon learnt again.
_MOST_KEPT = 50_000


class PatternScreen:
    """Groups of patterns to be screened together.

    Parameters
    ----------
    groups : name → query molecules.
    """

    def __init__(self, groups: Mapping[str, Sequence[Mol]]) -> None:
        self._needs = needs = PatternNeeds()
        self._groups = {name: needs.of_group(patterns) for name, patterns in groups.items()}
        n_words = len(needs.features) // 64 + 1
        self._n_bits = 64 * n_words
        self._rows = {
            name: np.frombuffer(
                b"".join(row.to_bytes(8 * n_words, "little") for row in group.rows), np.uint64
            ).reshape(-1, n_words)
            for name, group in self._groups.items()
        }
        self._of_atoms, self._of_bonds, self._of_angles = map(needs.columns, (2, 4, 5))
        self._atom_kinds: dict[AtomKind, int] = {}
        self._bond_kinds: dict[BondKind, int] = {}
        self._atom_answers: list[NDArray[np.bool_]] = []
        self._bond_answers: list[NDArray[np.bool_]] = []
        self._answers_by_kind = np.zeros((0, len(needs.atom_queries)), dtype=np.int64)
        self._served: dict[tuple[int, ...], int] = {}

    def lacking(self, facts: MoleculeFacts) -> NDArray[np.uint64]:
        """Bits of the features that the molecule lacks."""
        if not facts.has_usual_bonds:
            return np.zeros(self._n_bits // 64, dtype=np.uint64)
        known = self._served
        kinds = [self._atom_kind(facts, index) for index in range(facts.n_atoms)]
        served = self._by_atoms(kinds)
        for part in self._parts(facts, kinds):
            features = known.get(part)
            served |= self._learn(part) if features is None else features
        return ~np.frombuffer(served.to_bytes(self._n_bits // 8, "little"), dtype=np.uint64)

    def candidates(self, lacking: NDArray[np.uint64], group: str) -> list[int]:
        """Patterns of a group that may match, by number, ascending; the others do not.

        Parameters
        ----------
        lacking : what the molecule lacks, from `lacking`.
        group : name of the group.
        """
        unmet = (self._rows[group] & lacking).any(axis=1)
        met = set(np.flatnonzero(np.logical_not(unmet)).tolist())
        needs = self._groups[group]
        return [
            number
            for number in sorted(met)
            if number < needs.n_patterns
            and all(
                any(met.issuperset(both) for both in either)
                for either in needs.choices.get(number, ())
            )
        ]

    def _parts(self, facts: MoleculeFacts, kinds: list[int]) -> set[tuple[int, ...]]:
        """Bonds (kind, bond, kind) and angles (centre, bond, kind, bond, kind)."""
        parts: set[tuple[int, ...]] = set()
        bonded: list[list[tuple[int, int]]] = [[] for _ in kinds]
        for lower, higher, kind in facts.bond_kinds:
            bond, one, two = self._bond_kind(facts, kind), kinds[lower], kinds[higher]
            parts.add((one, bond, two) if one < two else (two, bond, one))
            bonded[lower].append((bond, two))
            bonded[higher].append((bond, one))
        for centre, ends in zip(kinds, bonded, strict=True):
            if len(ends) > 1:
                ends.sort()
                parts.update((centre, *one, *two) for one, two in combinations(ends, 2))
        return parts

    def _atom_kind(self, facts: MoleculeFacts, index: int) -> int:
        kind = facts.atom_kinds[index]
        number = self._atom_kinds.get(kind)
        if number is None:
            number = self._atom_kinds[kind] = len(self._atom_kinds)
            atom = facts.atoms[index]
            answers = [query is None or query.Match(atom) for query in self._needs.atom_queries]
            self._atom_answers.append(np.array(answers, dtype=bool))
        return number

    def _bond_kind(self, facts: MoleculeFacts, kind: BondKind) -> int:
        number = self._bond_kinds.get(kind)
        if number is None:
            number = self._bond_kinds[kind] = len(self._bond_kinds)
            bond = facts.bond_of_kind(kind)
            answers = [query is None or query.Match(bond) for query in self._needs.bond_queries]
            self._bond_answers.append(np.array(answers, dtype=bool))
        return number

    def _learn(self, part: tuple[int, ...]) -> int:
        """Features, as bits, that a part not seen before can stand for."""
        if len(self._served) >= _MOST_KEPT:
            self._served.clear()
        learn = self._by_bond if len(part) == 3 else self._by_angle
        self._served[part] = learn(*part)
        return self._served[part]

    def _bits(self, features: NDArray[np.int64]) -> int:
        bits = np.zeros(self._n_bits, dtype=bool)
        bits[features] = True
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")

    def _by_atoms(self, kinds: list[int]) -> int:
        """Features that so many atoms of these kinds can stand for."""
        if len(self._answers_by_kind) < len(self._atom_answers):
            self._answers_by_kind = np.array(self._atom_answers, dtype=np.int64)
        n_atoms = np.bincount(kinds, minlength=len(self._atom_answers))
        atom, at_least, features = self._of_atoms
        present = np.flatnonzero(n_atoms)
        counts = n_atoms[present] @ self._answers_by_kind[present]
        return self._bits(features[counts[atom] >= at_least])

    def _by_bond(self, one: int, kind: int, two: int) -> int:
        begin, end, bond, ring_size, features = self._of_bonds
        first, second = self._atom_answers[one], self._atom_answers[two]
        served = (first[begin] & second[end]) | (first[end] & second[begin])
        served &= self._bond_answers[kind][bond]
        # A ring of the pattern is matched by a ring as large, so that none of its atoms may be
        # in larger ones only.
        atom_kinds, bond_kinds = list(self._atom_kinds), list(self._bond_kinds)
        smallest = max(atom_kinds[one][SMALLEST_RING], atom_kinds[two][SMALLEST_RING])
        served &= (ring_size == 0) | (bond_kinds[kind][IN_RING] & (ring_size >= smallest))
        return self._bits(features[served])

    def _by_angle(self, centre: int, bond_1: int, end_1: int, bond_2: int, end_2: int) -> int:
        middle, query_1, query_2, begin, end, features = self._of_angles[[0, 1, 3, 2, 4, 5]]
        atoms, bonds = self._atom_answers, self._bond_answers
        first = bonds[bond_1][query_1] & atoms[end_1][begin]
        first &= bonds[bond_2][query_2] & atoms[end_2][end]
        second = bonds[bond_2][query_1] & atoms[end_2][begin]
        second &= bonds[bond_1][query_2] & atoms[end_1][end]
        return self._bits(features[atoms[centre][middle] & (first | second)])
