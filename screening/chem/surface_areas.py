"""Surface of a molecule by ranges of a property of its atoms; the values are RDKit's.

Labute 2000, J. Mol. Graph. Model. 18:464, doi:10.1016/S1093-3263(00)00068-1.
"""

from __future__ import annotations

import numpy as np
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolSurf import chgBins, logpBins, mrBins

from screening.chem import crippen
from screening.chem.electrotopology import sums_by_bin
from screening.chem.molecule_facts import MoleculeFacts

_CHARGE_BINS, _REFRACTIVITY_BINS, _LOG_P_BINS = map(np.array, (chgBins, mrBins, logpBins))


def by_charge(facts: MoleculeFacts) -> list[float]:
    """Surface, angstrom^2, of the atoms in each of 14 ranges of Gasteiger's partial charge."""
    if not facts.has_charge_parameters:
        return list(rdMolDescriptors.PEOE_VSA_(facts.molecule))
    return sums_by_bin(np.array(facts.partial_charges), _CHARGE_BINS, facts.surface_areas)


def by_refractivity(facts: MoleculeFacts) -> list[float]:
    """The same by 10 ranges of Crippen's refractivity."""
    if not facts.is_usual:
        return list(rdMolDescriptors.SMR_VSA_(facts.molecule))
    values = np.array([one.refractivity for one in crippen.contributions(facts)])
    return sums_by_bin(values, _REFRACTIVITY_BINS, facts.surface_areas)


def by_log_p(facts: MoleculeFacts) -> list[float]:
    """The same by 12 ranges of Crippen's log P."""
    if not facts.is_usual:
        return list(rdMolDescriptors.SlogP_VSA_(facts.molecule))
    values = np.array([one.log_p for one in crippen.contributions(facts)])
    return sums_by_bin(values, _LOG_P_BINS, facts.surface_areas)
