"""Descriptors that tell of natural products: likeness, macrocycles, halogens, peptides, sugars.

QED, which belongs beside them, is `qed` of the set ``rdkit2d``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rdkit.Chem import rdMolDescriptors

from screening.chem.contributed_scores import np_likeness, sa_score
from screening.chem.descriptors_declared import DescriptorSet, declared_set
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.scaffold import murcko_scaffold
from screening.chem.screened_patterns import NATURAL_PRODUCT_GROUPS, candidates, patterns
from screening.chem.source_table import read_source_table

MACROCYCLE_ATOMS = 12
_CHLORINE, _BROMINE, _IODINE = 17, 35, 53
_CARBON, _OXYGEN = 6, 8
_SUGAR_RINGS = (5, 6, 7)
_SUGAR_OXYGENS_PER_ATOM = 0.5


def natural_product_set() -> DescriptorSet:
    """The set as declared, at the version of the RDKit that computes it."""
    return declared_set("natural_product", natural_product)


def natural_product(facts: MoleculeFacts) -> list[Any]:
    """Value of each descriptor of the set.

    Parameters
    ----------
    facts : of a molecule with at least one heavy atom.
    """
    count = facts.atomic_numbers.count
    return [
        np_likeness(facts),
        sa_score(facts),
        rdMolDescriptors.CalcFractionCSP3(facts.molecule),
        macrocycle_size(facts),
        count(_CHLORINE),
        count(_BROMINE),
        count(_IODINE),
        n_peptide_bonds(facts),
        n_sugar_units(facts),
        n_ring_systems(facts),
        facts.n_stereocentres / facts.n_heavy,
        murcko_scaffold(facts.molecule) if facts.rings else "",
    ]


def macrocycle_size(facts: MoleculeFacts) -> int:
    """Atoms of the largest ring if it has at least 12, else 0.

    Twelve after Driggers et al. 2008, doi:10.1038/nrd2590. A macrocycle that small rings bridge
    is measured along the shorter way.
    """
    largest = max(map(len, facts.rings), default=0)
    return largest if largest >= MACROCYCLE_ATOMS else 0


def n_peptide_bonds(facts: MoleculeFacts) -> int:
    """Bonds between the carbonyl of one alpha-amino acid and the nitrogen of another."""
    number, carbon, nitrogen = _peptide_bond()
    if number not in candidates(facts, NATURAL_PRODUCT_GROUPS):
        return 0
    pattern = patterns(NATURAL_PRODUCT_GROUPS)[number]
    matches = facts.molecule.GetSubstructMatches(pattern, maxMatches=100_000)
    return len({(match[carbon], match[nitrogen]) for match in matches})


def n_sugar_units(facts: MoleculeFacts) -> int:
    """Circular sugars after Schaub 2020, doi:10.1186/s13321-020-00467-y.

    Saturated rings of 5 to 7 atoms, one of them oxygen and the others carbon, that share no atom
    with another ring and bear single-bonded oxygens at least half as many as they have atoms.
    """
    n_rings, _ = facts.atom_rings
    rings = [
        ring
        for ring in facts.rings
        if len(ring) in _SUGAR_RINGS
        and all(n_rings[index] == 1 for index in ring)
        and sorted(facts.atomic_numbers[index] for index in ring)
        == [_CARBON] * (len(ring) - 1) + [_OXYGEN]
    ]
    return sum(_bears_oxygens(facts, set(ring)) for ring in rings)


def _bears_oxygens(facts: MoleculeFacts, ring: set[int]) -> bool:
    n_oxygens = 0
    for one, other, order in zip(*facts.bonds, strict=True):
        if (one in ring) + (other in ring) == 0:
            continue
        if order != 1 and one in ring and other in ring:
            return False
        outside = other if one in ring else one
        if outside not in ring and order == 1 and facts.atomic_numbers[outside] == _OXYGEN:
            n_oxygens += 1
    return n_oxygens >= _SUGAR_OXYGENS_PER_ATOM * len(ring)


def n_ring_systems(facts: MoleculeFacts) -> int:
    """Groups of rings that share atoms, after Chen 2022, doi:10.1039/D2NP00001F."""
    systems: list[set[int]] = []
    for ring in facts.rings:
        merged = set(ring)
        apart = []
        for system in systems:
            if merged.isdisjoint(system):
                apart.append(system)
            else:
                merged |= system
        systems = [*apart, merged]
    return len(systems)


@cache
def _peptide_bond() -> tuple[int, int, int]:
    """Number of the pattern in its group, and places of its mapped carbon (1) and nitrogen (2)."""
    names = [row["name"] for row in read_source_table("natural_product_groups.tsv")]
    number = names.index("peptide_bond")
    pattern = patterns(NATURAL_PRODUCT_GROUPS)[number]
    place = {atom.GetAtomMapNum(): atom.GetIdx() for atom in pattern.GetAtoms()}
    return number, place[1], place[2]
