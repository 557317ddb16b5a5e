"""Which of many SMARTS patterns may occur in a molecule, told without matching most of them.

A pattern matches only where each of its bonds and angles has a counterpart. Atoms that agree in all
that SMARTS asks of one atom are of one kind; which parts of patterns an atom of a kind can stand
for, with the bonds and angles between it and neighbours of their kinds, is worked out once a
process and kept. A molecule is then the union of what its atoms can stand for, and only patterns
that find all they need there are left to RDKit's own matching. What is left out cannot match, so
results are those of matching everything.

Surroundings that a pattern asks of an atom (recursive SMARTS) are screened as patterns of their
own, wherever they may be in the molecule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, combinations

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
from screening.chem.pattern_rows import PatternRows

# Bounds the memory, about 0.8 KB each; what is common is soon learnt again.
_MOST_KEPT = 50_000


class PatternScreen:
    """Groups of patterns to be screened together.

    Parameters
    ----------
    groups : name → query molecules.
    """

    def __init__(self, groups: Mapping[str, Sequence[Mol]]) -> None:
        self._needs = needs = PatternNeeds()
        found = {name: needs.of_group(patterns) for name, patterns in groups.items()}
        n_words = len(needs.features) // 64 + 1
        self._n_bits = 64 * n_words
        self._rows = PatternRows(found, n_words)
        of_atoms, self._of_bonds, self._of_angles = map(needs.columns, (2, 4, 5))
        is_one = of_atoms[1] == 1
        self._of_atom, self._of_several = of_atoms[:, is_one], of_atoms[:, ~is_one]
        self._atom_kinds: dict[AtomKind, int] = {}
        self._bond_kinds: dict[BondKind, int] = {}
        self._atom_answers: list[NDArray[np.bool_]] = []
        self._bond_answers: list[NDArray[np.bool_]] = []
        self._several_by_kind = np.zeros((0, self._of_several.shape[1]), dtype=np.int64)
        self._served: dict[tuple[int, ...], int] = {}

    def candidates(self, facts: MoleculeFacts) -> dict[str, list[int]]:
        """Patterns of each group that may match, by number, ascending; the others do not."""
        return self._rows.candidates(self._lacking(facts))

    def _lacking(self, facts: MoleculeFacts) -> NDArray[np.uint64]:
        """Bits of the features that the molecule lacks, (n_words,) uint64."""
        if not facts.has_usual_bonds:
            return np.zeros(self._n_bits // 64, dtype=np.uint64)
        kinds = self._kinds_of_atoms(facts)
        served = self._by_number(kinds)
        known = self._served
        for star in self._stars(facts, kinds):
            features = known.get(star)
            served |= self._learn(star) if features is None else features
        return ~np.frombuffer(served.to_bytes(self._n_bits // 8, "little"), dtype=np.uint64)

    def _stars(self, facts: MoleculeFacts, kinds: list[int]) -> set[tuple[int, ...]]:
        """Each atom with the bonds around it: kind, then bond and kind of each neighbour."""
        bonded: list[list[tuple[int, int]]] = [[] for _ in kinds]
        known = self._bond_kinds
        for lower, higher, kind in facts.bond_kinds:
            bond = known[kind] if kind in known else self._learn_bond_kind(facts, kind)
            bonded[lower].append((bond, kinds[higher]))
            bonded[higher].append((bond, kinds[lower]))
        return {
            (centre, *chain.from_iterable(sorted(ends)))
            for centre, ends in zip(kinds, bonded, strict=True)
        }

    def _kinds_of_atoms(self, facts: MoleculeFacts) -> list[int]:
        known = self._atom_kinds
        for index, kind in enumerate(facts.atom_kinds):
            if kind not in known:
                known[kind] = len(known)
                atom = facts.atoms[index]
                answers = [query is None or query.Match(atom) for query in self._needs.atom_queries]
                self._atom_answers.append(np.array(answers, dtype=bool))
        return [known[kind] for kind in facts.atom_kinds]

    def _learn_bond_kind(self, facts: MoleculeFacts, kind: BondKind) -> int:
        self._bond_kinds[kind] = len(self._bond_kinds)
        bond = facts.bond_of_kind(kind)
        answers = [query is None or query.Match(bond) for query in self._needs.bond_queries]
        self._bond_answers.append(np.array(answers, dtype=bool))
        return self._bond_kinds[kind]

    def _learn(self, part: tuple[int, ...]) -> int:
        """Features, as bits, that an atom with its neighbours can stand for; kept."""
        if len(self._served) >= _MOST_KEPT:
            self._served.clear()
        centre, ends = part[0], list(zip(part[1::2], part[2::2], strict=True))
        served = self._by_atom(centre)
        for bond, end in ends:
            served |= self._by_bond(centre, bond, end)
        for one, two in combinations(ends, 2):
            served |= self._by_angle(centre, *one, *two)
        self._served[part] = served
        return served

    def _bits(self, features: NDArray[np.int64]) -> int:
        bits = np.zeros(self._n_bits, dtype=bool)
        bits[features] = True
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")

    def _by_number(self, kinds: list[int]) -> int:
        """Features of several atoms that so many atoms of these kinds can stand for."""
        atom, at_least, features = self._of_several
        if len(self._several_by_kind) < len(self._atom_answers):
            self._several_by_kind = np.array(self._atom_answers, dtype=np.int64)[:, atom]
        numbers = Counter(kinds)
        counts = np.array(list(numbers.values())) @ self._several_by_kind[list(numbers)]
        return self._bits(features[counts >= at_least])

    def _by_atom(self, kind: int) -> int:
        atom, _, features = self._of_atom
        return self._bits(features[self._atom_answers[kind][atom]])

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
