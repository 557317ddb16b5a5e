"""All descriptor sets by name, and the one call that computes some of them for a structure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa
from rdkit.Chem import Mol

from screening.chem.alerts import alerts_set
from screening.chem.descriptors_declared import DescriptorSet
from screening.chem.descriptors_natural_product import natural_product_set
from screening.chem.descriptors_rdkit2d import rdkit2d_set
from screening.chem.morgan import morgan_set
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem

_MAKERS = {
    "rdkit2d": rdkit2d_set,
    "natural_product": natural_product_set,
    "alerts": alerts_set,
    "morgan": morgan_set,
}


@cache
def descriptor_set(name: str) -> DescriptorSet:
    """One descriptor set, its tables and models loaded once a process.

    Raises
    ------
    KeyError : there is no such set (the settings refuse it earlier).
    """
    return _MAKERS[name]()


def descriptor_fields(sets: Sequence[str]) -> list[pa.Field]:
    """Arrow fields of the sets' columns, set after set."""
    return [field for name in sets for field in descriptor_set(name).fields()]


def describe_molecule(molecule: Mol, sets: Sequence[str]) -> dict[str, Any]:
    """Values of all columns of the sets for one molecule; it is read, not altered."""
    copy = Mol(molecule)
    values: dict[str, Any] = {}
    for name in sets:
        values.update(descriptor_set(name).compute(copy))
    return values


def describe_smiles(smiles: str, sets: Sequence[str]) -> dict[str, Any] | Problem:
    """Values of all columns of the sets for one structure, or why it cannot be read.

    Parameters
    ----------
    smiles : SMILES of a standardised parent.
    sets : names of descriptor sets.
    """
    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem):
        return molecule
    return describe_molecule(molecule, sets)
