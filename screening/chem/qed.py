"""Quantitative estimate of drug-likeness from properties that other descriptors have as well.

Bickerton 2012, doi:10.1038/nchem.1243; constants, patterns and the count of aromatic rings are
those of `rdkit.Chem.QED`.
"""

from __future__ import annotations

from rdkit.Chem import QED, rdMolDescriptors

from screening.chem.crippen import log_p
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.rotatable_bonds import n_rotatable_bonds
from screening.chem.screened_patterns import QED_ACCEPTORS, QED_ALERTS, candidates, patterns

# RDKit deletes at most so many atoms when it looks for aromatic rings.
_MAX_MATCHES = 1000


def qed(facts: MoleculeFacts) -> float:
    """The weighted estimate with the weights that gave the most information on average.

    Parameters
    ----------
    facts : of a molecule that `is_usual`.
    """
    molecule = facts.molecule
    if facts.n_atoms >= _MAX_MATCHES:
        return float(QED.qed(molecule))
    acceptors, alerts = patterns(QED_ACCEPTORS), patterns(QED_ALERTS)
    properties = QED.QEDproperties(
        MW=facts.mass_da,
        ALOGP=log_p(facts),
        HBA=sum(
            len(molecule.GetSubstructMatches(acceptors[number]))
            for number in candidates(facts, QED_ACCEPTORS)
        ),
        HBD=rdMolDescriptors.CalcNumHBD(molecule),
        PSA=rdMolDescriptors.CalcTPSA(molecule),
        ROTB=n_rotatable_bonds(facts),
        AROM=_n_aromatic_rings(facts),
        ALERTS=sum(
            bool(molecule.HasSubstructMatch(alerts[number]))
            for number in candidates(facts, QED_ALERTS)
        ),
    )
    return float(QED.qed(molecule, qedProperties=properties))


def _n_aromatic_rings(facts: MoleculeFacts) -> int:
    """Rings left when ring atoms, not aromatic, with a neighbour that is not aromatic are deleted.

    The smallest set of smallest rings has as many as there are bonds beyond a spanning forest.
    """
    aromatic = facts.are_aromatic
    n_rings, _ = facts.atom_rings
    left = [True] * facts.n_atoms
    for one, other, order in zip(*facts.bonds, strict=True):
        # A bond that SMARTS does not write is single or aromatic.
        if order in (1, 1.5) and not aromatic[one] and not aromatic[other]:
            left[one] &= not n_rings[one]
            left[other] &= not n_rings[other]
    return _n_cycles(left, list(zip(*facts.bonds[:2], strict=True)))


def _n_cycles(left: list[bool], bonds: list[tuple[int, int]]) -> int:
    """Bonds, among the atoms left, beyond a spanning forest."""
    parent = list(range(len(left)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    n_closing = 0
    for one, other in bonds:
        if left[one] and left[other]:
            first, second = root(one), root(other)
            if first == second:
                n_closing += 1
            parent[first] = second
    return n_closing
