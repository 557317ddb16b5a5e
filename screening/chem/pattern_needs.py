"""What a SMARTS pattern needs of a molecule, bond by bond, as numbered features."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Atom, AtomFromSmarts, Bond, FastFindRings, Mol, MolFromSmarts

from screening.chem.recursive_smarts import (
    flattened,
    plain_choices,
    surroundings,
    without_surroundings,
)

# All that these ask is part of the kind of an atom or bond. A pattern that asks anything else
# is not screened by that atom or bond.
_ATOM_QUERIES = frozenset(
    (
        *("AtomAnd", "AtomOr", "AtomXor", "AtomNull", "AtomType", "AtomAtomicNum", "AtomHCount"),
        *("AtomInNRings", "AtomInRing", "AtomTotalDegree", "AtomExplicitDegree"),
        *("AtomIsAromatic", "AtomIsAliphatic", "AtomFormalCharge", "AtomTotalValence"),
        *("AtomMinRingSize", "AtomIsotope"),
    )
)
_BOND_QUERIES = frozenset(
    ("BondAnd", "BondOr", "BondXor", "BondNull", "BondOrder", "SingleOrAromaticBond", "BondInRing")
)
_QUERY_NAME = re.compile(r"^\s*(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class GroupNeeds:
    """What the patterns of a group need.

    Parameters
    ----------
    n_patterns : how many there are.
    rows : features, as bits: of each pattern, then of surroundings that some of them ask.
    choices : pattern → what it needs besides its row: all of any of all these rows.
    """

    n_patterns: int
    rows: list[int]
    choices: dict[int, list[list[list[int]]]]


class PatternNeeds:
    """What patterns need of a molecule, as numbered features.

    A feature is a number of atoms (atom, at least), a bond (begin, end, bond, size of its ring or
    0) or an angle (middle, bond, end, bond, end).
    """

    def __init__(self) -> None:
        self.atom_queries: list[Atom | None] = []
        self.bond_queries: list[Bond | None] = []
        self.features: dict[tuple[int, ...], int] = {}
        self._atoms: dict[str, int] = {}
        self._bonds: dict[str, int] = {}
        self._patterns: list[Mol] = []  # keeps the bonds alive that serve as queries

    def of_group(self, patterns: Sequence[Mol]) -> GroupNeeds:
        """What a group of patterns needs."""
        rows = _Rows([self.of(pattern) for pattern in patterns])
        choices = {
            number: found
            for number, pattern in enumerate(patterns)
            if (found := _choices(pattern, self, rows))
        }
        return GroupNeeds(len(patterns), rows.bits, choices)

    def of(self, pattern: Mol, *, plain: bool = False) -> int:
        """The features a pattern needs, as bits.

        Parameters
        ----------
        pattern : the pattern.
        plain : where atoms have a choice, only that which asks for no surroundings.
        """
        self._patterns.append(pattern)
        number = [self._atom(atom, plain) for atom in pattern.GetAtoms()]
        keys: set[tuple[int, ...]] = set(Counter(number).items())
        FastFindRings(pattern)
        rings = pattern.GetRingInfo().BondRings()
        ends: list[list[tuple[int, int]]] = [[] for _ in number]
        for bond in pattern.GetBonds():
            begin, end, query = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), self._bond(bond)
            ends[begin].append((query, number[end]))
            ends[end].append((query, number[begin]))
            sizes = [len(ring) for ring in rings if bond.GetIdx() in ring]
            keys.add((number[begin], number[end], query, min(sizes, default=0)))
        for middle, around in zip(number, ends, strict=True):
            keys.update((middle, *one, *two) for one, two in combinations(sorted(around), 2))
        return sum(1 << self.features.setdefault(key, len(self.features)) for key in keys)

    def columns(self, length: int) -> NDArray[np.int64]:
        """The features with keys of a length as columns: the parts of the key, and the number."""
        rows = [(*key, number) for key, number in self.features.items() if len(key) == length]
        return np.array(rows, dtype=np.int64).reshape(-1, length + 1).T

    def _atom(self, atom: Atom, plain: bool) -> int:
        smarts = atom.GetSmarts()
        if "$(" in smarts:
            smarts = flattened(smarts)
            smarts = without_surroundings(plain_choices(smarts) if plain else smarts)
        if smarts not in self._atoms:
            self._atoms[smarts] = len(self._atoms)
            query = AtomFromSmarts(smarts)
            asks_more = query is None or not _asks_only(query, _ATOM_QUERIES)
            self.atom_queries.append(None if asks_more else query)
        return self._atoms[smarts]

    def _bond(self, bond: Bond) -> int:
        query = bond.DescribeQuery()
        if query not in self._bonds:
            self._bonds[query] = len(self._bonds)
            self.bond_queries.append(bond if _asks_only(bond, _BOND_QUERIES) else None)
        return self._bonds[query]


class _Rows:
    """Features as bits, by number; those that are added stand once."""

    def __init__(self, bits: list[int]) -> None:
        self.bits = bits
        self._number = {row: number for number, row in enumerate(bits)}

    def add(self, row: int) -> int:
        """Number of a row, which is added where it is new."""
        number = self._number.setdefault(row, len(self.bits))
        if number == len(self.bits):
            self.bits.append(row)
        return number


def _choices(pattern: Mol, needs: PatternNeeds, rows: _Rows) -> list[list[list[int]]]:
    """What the surroundings asked by a pattern's atoms come to, in numbers of rows.

    Parameters
    ----------
    pattern : the pattern.
    needs : of all patterns.
    rows : features needed by patterns; those of the surroundings are added.

    Returns
    -------
    A molecule must meet all of any of all these rows.
    """
    choices = []
    plain: list[list[int]] = []
    for atom in pattern.GetAtoms():
        smarts = atom.GetSmarts()
        if "$(" not in smarts:
            continue
        for either in surroundings(flattened(smarts)):
            asked = [
                [rows.add(needs.of(MolFromSmarts(smarts))) for smarts in both]
                for both in either
                if both
            ]
            if len(asked) == len(either):
                choices.append(asked)
            else:
                plain += asked
    if plain:
        # Without any of these surroundings, the atoms' plain choices must do.
        choices.append([*plain, [rows.add(needs.of(pattern, plain=True))]])
    return choices


def _asks_only(query: Atom | Bond, known: frozenset[str]) -> bool:
    return known.issuperset(_QUERY_NAME.findall(query.DescribeQuery()))
