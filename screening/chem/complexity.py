"""Whole-graph indices: Balaban's J, Bertz's complexity, information content, spatial score.

They share the molecule's distance matrices; formulas and constants are RDKit's.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations

import numpy as np
from rdkit.Chem import BondStereo, FindPotentialStereo, HybridizationType, Mol, StereoType
from rdkit.Chem.rdmolops import FindPotentialStereoBonds
from rdkit.ML.InfoTheory import rdInfoTheory

from screening.chem.characteristic_polynomial import polynomial_of
from screening.chem.molecule_facts import MoleculeFacts

_NEAREST = 100
_HYBRIDISATION = {HybridizationType.SP: 1, HybridizationType.SP2: 2, HybridizationType.SP3: 3}
_OTHER_HYBRIDISATION = 4


def balaban_j(facts: MoleculeFacts) -> float:
    """Balaban's J, Chem. Phys. Lett. 1982, 89:399, doi:10.1016/0009-2614(82)80009-2."""
    n_cycles = facts.n_bonds - facts.n_atoms + 1
    if n_cycles + 1 == 0:
        return 0.0
    sums = np.add.reduce(facts.balaban_distances, axis=0)
    lower, higher = facts.bonded
    total = float((1.0 / np.sqrt(sums[lower] * sums[higher])).sum())
    return facts.n_bonds / (n_cycles + 1) * total


def bertz_ct(facts: MoleculeFacts) -> float:
    """Bertz's complexity, J. Am. Chem. Soc. 1981, 103:3599, doi:10.1021/ja00402a071.

    Atoms are alike whose distances to their hundred nearest agree to four decimals.
    """
    if facts.n_atoms < 2:
        return 0.0
    nearest = np.sort(facts.balaban_distances, axis=1)[:, :_NEAREST]
    seen: dict[bytes, int] = {}
    classes = [seen.setdefault(row.tobytes(), len(seen)) for row in np.rint(nearest * 1e4)]
    connections: dict[tuple[int, ...], float] = defaultdict(float)
    for one, two, order in zip(*facts.bonds, strict=True):
        if order > 1:
            first, second = classes[one], classes[two]
            ends = (first, second) if first < second else (second, first)
            connections[ends] += order * (order - 1) / 2
    for middle, bonded in zip(classes, facts.neighbours, strict=True):
        for (order, one), (second_order, two) in combinations(bonded, 2):
            first, second = classes[one], classes[two]
            low, high = (first, second) if first < second else (second, first)
            connections[low, middle, high] += order * second_order
    n_connections = list(connections.values()) or [1]
    total = sum(n_connections)
    n_atoms: dict[int, int] = defaultdict(int)
    for number in facts.atomic_numbers:
        n_atoms[number] += 1
    by_bonds = total * (_entropy(n_connections) + math.log(total) / math.log(2))
    return facts.n_atoms * _entropy(list(n_atoms.values())) + by_bonds


def _entropy(counts: list[float] | list[int]) -> float:
    return float(rdInfoTheory.InfoEntropy(np.array(counts, dtype=np.float64)))


def information_content(facts: MoleculeFacts) -> tuple[float, float]:
    """`Ipc` and `AvgIpc` from one characteristic polynomial.

    Bonchev and Trinajstić 1977, J. Chem. Phys. 67:4517, equations 6 and 7.
    """
    coefficients = abs(polynomial_of(facts.molecule, np.equal(facts.distances, 1)))
    average = float(rdInfoTheory.InfoEntropy(coefficients))
    # The built-in sum, as in RDKit: NumPy's adds in another order.
    return float(sum(coefficients.tolist())) * average, average


def spatial_score(facts: MoleculeFacts) -> float:
    """Spatial score per heavy atom.

    Krzyzanowski 2023, J. Med. Chem. 66:12739, doi:10.1021/acs.jmedchem.3c00689.
    """
    copy = Mol(facts.molecule, True)  # without the matrices that RDKit keeps on it
    FindPotentialStereoBonds(copy)
    stereo = {
        centre.centeredOn
        for centre in FindPotentialStereo(copy)
        if centre.type == StereoType.Atom_Tetrahedral
    }
    for lower, higher, order in zip(*facts.bonds, strict=True):
        if order == 2:
            bond = copy.GetBondBetweenAtoms(lower, higher)
            if bond.GetStereo() != BondStereo.STEREONONE:
                stereo.update((lower, higher))
    total = 0
    n_rings, _ = facts.atom_rings
    for index, (atom, degree, is_aromatic) in enumerate(
        zip(facts.atoms, facts.degrees, facts.are_aromatic, strict=True)
    ):
        score = _HYBRIDISATION.get(atom.GetHybridization(), _OTHER_HYBRIDISATION)
        score *= 2 if index in stereo else 1
        score *= 2 if n_rings[index] and not is_aromatic else 1
        total += score * degree * degree
    return total / facts.n_heavy
