"""All descriptor sets by name, and the one call that computes some of them for a structure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa
from rdkit.Chem import Mol

from screening.chem.alerts import alerts_set
from screening.chem.descriptors_declared import DescriptorSet
from screening.chem.descriptors_drug_likeness import drug_likeness_set
from screening.chem.descriptors_natural_product import natural_product_set
from screening.chem.descriptors_rdkit2d import rdkit2d_set
from screening.chem.map4 import map4_set
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.morgan import morgan_set
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem

_MAKERS = {
    "rdkit2d": rdkit2d_set,
    "natural_product": natural_product_set,
    "drug_likeness": drug_likeness_set,
    "alerts": alerts_set,
    "morgan": morgan_set,
    "map4": map4_set,
}
SETS = tuple(_MAKERS)

# Of one molecule: for each set the values of its columns.
Row = list[Sequence[Any]]


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


def describe_molecule(molecule: Mol, sets: Sequence[str]) -> Row:
    """Values of the sets for one molecule, set after set; it is read, not altered."""
    return _describe(Mol(molecule), sets)


def _describe(molecule: Mol, sets: Sequence[str]) -> Row:
    facts = MoleculeFacts(molecule)
    return [descriptor_set(name).compute(facts) for name in sets]


def describe_smiles(smiles: str, sets: Sequence[str]) -> Row | Problem:
    """Values of the sets for one structure, or why it cannot be read.

    Parameters
    ----------
    smiles : SMILES of a standardised parent.
    sets : names of descriptor sets.
    """
    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem):
        return molecule
    return _describe(molecule, sets)


def descriptor_table(rows: Sequence[Row], sets: Sequence[str]) -> pa.Table:
    """The values of some molecules as a table with all columns of the sets."""
    columns = [
        column
        for number, name in enumerate(sets)
        for column in descriptor_set(name).columns([row[number] for row in rows])
    ]
    return pa.Table.from_arrays(columns, schema=_schema(tuple(sets)))


@cache
def _schema(sets: tuple[str, ...]) -> pa.Schema:
    return pa.schema(descriptor_fields(sets))
