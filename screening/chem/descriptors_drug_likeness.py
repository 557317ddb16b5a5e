"""Rules of drug-likeness that a structure keeps or breaks.

Marine leads often lie beyond the rule of five; the profile says whether a structure still keeps
within what oral drugs are known to bear. QED is `qed` of the set ``rdkit2d``.
"""

from __future__ import annotations

from typing import Any

from rdkit.Chem import rdMolDescriptors

from screening.chem.crippen import log_p
from screening.chem.descriptors_declared import DescriptorSet, declared_set
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.rotatable_bonds import n_rotatable_bonds


def drug_likeness_set() -> DescriptorSet:
    """The set as declared, at the version of the RDKit that computes it."""
    return declared_set("drug_likeness", drug_likeness)


def drug_likeness(facts: MoleculeFacts) -> list[Any]:
    """Value of each descriptor of the set."""
    n_lipinski = n_lipinski_violations(facts)
    n_oral = n_oral_limits_broken(facts)
    return [n_lipinski, n_veber_violations(facts), n_oral, oral_space(n_lipinski, n_oral)]


def n_lipinski_violations(facts: MoleculeFacts) -> int:
    """How many of the four rules of Lipinski et al. 1997 are broken."""
    molecule = facts.molecule
    return sum(
        (
            facts.mass_da > 500,
            log_p(facts) > 5,
            rdMolDescriptors.CalcNumLipinskiHBD(molecule) > 5,
            rdMolDescriptors.CalcNumLipinskiHBA(molecule) > 10,
        )
    )


def n_veber_violations(facts: MoleculeFacts) -> int:
    """How many of the two rules of Veber et al. 2002, doi:10.1021/jm020017n, are broken."""
    return (n_rotatable_bonds(facts) > 10) + (rdMolDescriptors.CalcTPSA(facts.molecule) > 140)


def n_oral_limits_broken(facts: MoleculeFacts) -> int:
    """How many of the outer limits of oral drugs are broken.

    Doak, Over, Giordanetto and Kihlberg 2014, doi:10.1016/j.chembiol.2014.08.013. Donors and
    acceptors are counted as Lipinski does.
    """
    molecule = facts.molecule
    return sum(
        (
            facts.mass_da > 1000,
            not -2 <= log_p(facts) <= 10,
            rdMolDescriptors.CalcNumLipinskiHBD(molecule) > 6,
            rdMolDescriptors.CalcNumLipinskiHBA(molecule) > 15,
            rdMolDescriptors.CalcTPSA(molecule) > 250,
            n_rotatable_bonds(facts) > 20,
        )
    )


def oral_space(n_lipinski: int, n_oral: int) -> str:
    """Where a structure lies: by rules of five broken, and outer limits of oral drugs broken."""
    if n_lipinski <= 1:
        return "rule of 5"
    return "outside" if n_oral else "beyond rule of 5"
