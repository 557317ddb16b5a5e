"""The named compounds that a library is held against: approved drugs and the marine reference."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdkit.Chem import Mol

from screening.chem.fingerprints import SparseCounts, morgan_counts
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem
from screening.chem.scaffold import murcko_scaffold
from screening.chem.standardise import standardise
from screening.core.approved_drugs import read_approved_drugs
from screening.core.errors import InputError

# Scaffolds of one or two rings (benzene, indole, diphenyl ether) are those of some drug by chance:
# of CMNPD, 658 structures share one of two rings with a drug and are otherwise unlike any; the
# larger ones are steroids and anthraquinones, which are kin (docs/picking.md).
MIN_SCAFFOLD_RINGS = 3


@dataclass(frozen=True, slots=True)
class NamedCompound:
    """A drug or a compound of the reference.

    Parameters
    ----------
    name : the shortest of its names: that of the parent, not of a salt.
    standing : `approved drug`, or `marine reference, ` and its status there.
    inchikey, smiles : of the standardised parent.
    counts : its fingerprint.
    scaffold : Murcko scaffold of an approved drug with rings enough; "" for all others.
    """

    name: str
    standing: str
    inchikey: str
    smiles: str
    counts: SparseCounts
    scaffold: str = ""

    @property
    def flat_key(self) -> str:
        """First block of the InChIKey: the skeleton without stereochemistry."""
        return self.inchikey.partition("-")[0]


def approved_compounds(path: Path) -> list[NamedCompound]:
    """The approved drugs, one for each structure, in the order of their keys.

    Raises
    ------
    InputError : the list is not there, or is not that table.
    """
    names: dict[str, list[str]] = {}
    smiles: dict[str, str] = {}
    for drug in read_approved_drugs(path):
        names.setdefault(drug.inchikey, []).append(drug.name)
        smiles.setdefault(drug.inchikey, drug.smiles)
    compounds = []
    for key, its in names.items():
        molecule = _molecule(smiles[key], path)
        has_scaffold = molecule.GetRingInfo().NumRings() >= MIN_SCAFFOLD_RINGS
        compounds.append(
            NamedCompound(
                _shortest(its),
                "approved drug",
                key,
                smiles[key],
                morgan_counts(molecule),
                murcko_scaffold(molecule) if has_scaffold else "",
            )
        )
    return compounds


def reference_compounds(path: Path) -> list[NamedCompound]:
    """The compounds of the marine reference library, in its order.

    Raises
    ------
    InputError : the library is not there, or is not that table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [(row["name"], row["smiles"], row["status"]) for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as problem:
        raise InputError(
            f"{path}: not the marine reference ({problem})", "restore it from the project"
        ) from None
    compounds = []
    for name, smiles, status in rows:
        parent = standardise(smiles)
        if isinstance(parent, Problem):
            raise InputError(f"{path}: {name}: {parent.detail}", "restore it from the project")
        counts = morgan_counts(_molecule(parent.smiles, path))
        standing = f"marine reference, {status}"
        compounds.append(NamedCompound(name, standing, parent.inchikey, parent.smiles, counts))
    return compounds


def _shortest(names: Iterable[str]) -> str:
    return min(names, key=lambda name: (len(name), name))


def _molecule(smiles: str, path: Path) -> Mol:
    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem):
        raise InputError(f"{path}: {smiles}: {molecule.detail}", "restore it from the project")
    return molecule
