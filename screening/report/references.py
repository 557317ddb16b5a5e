"""Names and structures of training neighbours, as far as they are at hand.

Bundles give keys alone where a licence forbids to pass structures on. A neighbour is then drawn
where the screened library or the bundled marine reference holds its key, and named where it is an
approved drug.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rdkit import Chem, rdBase

from screening.chem.inchi import inchikey
from screening.core.approved_drugs import read_approved_drugs
from screening.core.database import sql_table
from screening.core.marine_reference import MARINE_REFERENCE


@dataclass(frozen=True)
class Reference:
    """A structure known by the first block of its InChIKey; either text may be empty."""

    name: str
    smiles: str


def find_references(keys: Collection[str], folder: Path) -> dict[str, Reference]:
    """What is known of some keys, by key; those of which nothing is known are left out.

    Parameters
    ----------
    keys : first blocks of InChIKeys.
    folder : folder of the screened library.

    Raises
    ------
    InputError : the library's table of structures or compounds is missing.
    """
    if not keys:
        return {}
    found = _drugs(keys)
    found.update(_marine(keys))
    found.update(_library(keys, folder))
    return found


def _library(keys: Collection[str], folder: Path) -> dict[str, Reference]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        rows = connection.execute(
            "SELECT s.flat_key, min_by(s.smiles, s.structure_id), "
            "coalesce(min(c.name) FILTER (c.name <> ''), min(c.compound_id), '') "
            f"FROM {sql_table(folder / 'structures.parquet')} s "
            f"LEFT JOIN {sql_table(folder / 'compounds.parquet')} c USING (structure_id) "
            "WHERE s.flat_key IN (SELECT unnest(?)) GROUP BY s.flat_key",
            [sorted(keys)],
        ).fetchall()
    return {key: Reference(name, smiles) for key, smiles, name in rows}


def _marine(keys: Collection[str]) -> dict[str, Reference]:
    found = {}
    with MARINE_REFERENCE.open(encoding="utf-8", newline="") as stream, rdBase.BlockLogs():
        for row in csv.DictReader(stream):
            molecule = Chem.MolFromSmiles(row["smiles"])
            key = inchikey(molecule).partition("-")[0] if molecule is not None else ""
            if key in keys:
                found[key] = Reference(row["name"], row["smiles"])
    return found


def _drugs(keys: Collection[str]) -> dict[str, Reference]:
    found: dict[str, Reference] = {}
    for drug in read_approved_drugs():
        if drug.flat_key in keys:
            found.setdefault(drug.flat_key, Reference(drug.name, drug.smiles))
    return found
