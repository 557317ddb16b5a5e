"""Checks the bundled marine reference library, row by row and against published libraries.

A reference compound with a wrong structure would mislead every comparison made with it, so the
file carries what the structure must agree with (formula and exact mass from the literature), and
this script holds the two against each other. With ``--mirror`` it also looks every structure up in
CMNPD and CyanoMetDB, which are read where they lie and never copied.

Usage: python data/verify_marine_reference.py [--mirror DIR]
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize
from rdkit.Chem.rdMolDescriptors import CalcExactMolWt, CalcMolFormula

REFERENCE = Path(__file__).with_name("marine_reference.csv")
COLUMNS = [
    "name", "smiles", "organism", "phylum", "known_for", "status", "reference", "doi", "formula",
    "exact_mass_da",
]  # fmt: skip
STATUSES = frozenset({"approved", "clinical", "preclinical", "toxin", "tool"})
PHYLA = frozenset(
    {
        "Actinomycetota", "Annelida", "Arthropoda", "Ascomycota", "Bryozoa", "Chlorophyta",
        "Chordata", "Cnidaria", "Cyanobacteriota", "Dinoflagellata", "Echinodermata", "Mollusca",
        "Nemertea", "Ochrophyta", "Porifera", "Pseudomonadota", "Rhodophyta",
    }
)  # fmt: skip
MASS_TOLERANCE_DA = 0.001
DOI = re.compile(r"10\.\d{4,9}/\S+")
ORGANISM = re.compile(r"[A-Z][a-z]+ (cf\. )?([a-z-]+|sp\.)")
# Of each published library: the file below the mirror folder, and the column with the structure.
LIBRARIES = (
    ("marine/cmnpd.csv", "smiles"),
    ("marine/cyanometdb_2020.csv", "SMILES (canonical or isomeric)"),
)

Row = dict[str, str]


@dataclass(frozen=True)
class Confirmation:
    """Names of the reference compounds by how far a published library confirms them."""

    full: list[str]
    first_block: list[str]
    neither: list[str]


def read_reference(path: Path = REFERENCE) -> list[Row]:
    """Reads the file, and refuses other columns: a shifted column would pass as odd data."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if reader.fieldnames is None or list(reader.fieldnames) != COLUMNS:
            raise ValueError(f"{path.name}: the columns must be {', '.join(COLUMNS)}")
        return list(reader)


def standardise(smiles: str) -> Chem.Mol | None:
    """Largest fragment, uncharged, so that a salt and its parent meet under one key."""
    mol = Chem.MolFromSmiles(smiles)
    if mol is None or mol.GetNumAtoms() == 0:
        return None
    parent = rdMolStandardize.LargestFragmentChooser().choose(mol)
    return rdMolStandardize.Uncharger().uncharge(parent)


def structure_faults(row: Row) -> list[str]:
    """What the typed formula and mass say against the structure; neither was derived from it."""
    mol = Chem.MolFromSmiles(row["smiles"])
    if mol is None or mol.GetNumAtoms() == 0:
        return ["the structure does not parse"]
    faults = []
    if (formula := CalcMolFormula(mol)) != row["formula"]:
        faults.append(f"formula {row['formula']} but the structure has {formula}")
    try:
        mass = float(row["exact_mass_da"])
    except ValueError:
        return [*faults, f"exact mass {row['exact_mass_da']!r} is not a number"]
    # Written so that a mass of "nan" is a fault too.
    if not abs(mass - CalcExactMolWt(mol)) < MASS_TOLERANCE_DA:
        faults.append(f"exact mass {mass:.4f} but the structure has {CalcExactMolWt(mol):.4f}")
    return faults


def text_faults(row: Row) -> list[str]:
    """Missing text, words outside the vocabulary, and identifiers of the wrong shape."""
    required = ("name", "organism", "known_for", "reference")
    faults = [f"{column} is empty" for column in required if not row[column]]
    if row["status"] not in STATUSES:
        faults.append(f"status {row['status']!r} is not one of {', '.join(sorted(STATUSES))}")
    if row["phylum"] not in PHYLA:
        faults.append(f"phylum {row['phylum']!r} is not in the vocabulary")
    if row["organism"] and not ORGANISM.fullmatch(row["organism"]):
        faults.append(f"organism {row['organism']!r} is not a binomial")
    if row["doi"] and not DOI.fullmatch(row["doi"]):
        faults.append(f"{row['doi']!r} is not a DOI")
    return faults


def faults_of(rows: Iterable[Row]) -> list[str]:
    """Every fault of every row, each led by the name of its compound."""
    faults: list[str] = []
    names: set[str] = set()
    keys: dict[str, str] = {}
    for row in rows:
        name = row["name"]
        found = structure_faults(row) + text_faults(row)
        if name.casefold() in names:
            found.append("the name stands twice")
        names.add(name.casefold())
        if (mol := standardise(row["smiles"])) is not None:
            first = keys.setdefault(Chem.MolToInchiKey(mol), name)
            if first != name:
                found.append(f"the same structure as {first}")
        faults += [f"{name}: {fault}" for fault in found]
    return faults


def library_keys(mirror: Path, formulas: frozenset[str]) -> Iterator[str]:
    """InChIKeys of the published structures; other formulas cannot match and are passed over."""
    for relative, column in LIBRARIES:
        with (mirror / relative).open(encoding="utf-8-sig", newline="") as handle:
            for record in csv.DictReader(handle):
                mol = standardise(record[column])
                if mol is not None and CalcMolFormula(mol) in formulas:
                    yield Chem.MolToInchiKey(mol)


def confirm(rows: Iterable[Row], mirror: Path) -> Confirmation:
    """Looks each structure up: stereochemistry and all, by its connections only, or not held."""
    parents = {row["name"]: standardise(row["smiles"]) for row in rows}
    known = {name: mol for name, mol in parents.items() if mol is not None}
    published = set(library_keys(mirror, frozenset(map(CalcMolFormula, known.values()))))
    blocks = {key[:14] for key in published}
    result = Confirmation([], [], [])
    for name, mol in known.items():
        key = Chem.MolToInchiKey(mol)
        level = result.first_block if key[:14] in blocks else result.neither
        (result.full if key in published else level).append(name)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Prints the counts and the faults; the exit code is 1 when any row fails."""
    parser = argparse.ArgumentParser(description="Checks the bundled marine reference library.")
    parser.add_argument("--file", type=Path, default=REFERENCE, help="file to check")
    parser.add_argument("--mirror", type=Path, help="folder with the published libraries")
    options = parser.parse_args(arguments)
    rdBase.DisableLog("rdApp.*")
    rows = read_reference(options.file)
    faults = faults_of(rows)
    print(f"compounds: {len(rows)}")
    for label in ("status", "phylum"):
        values = [row[label] for row in rows]
        print(f"{label}:", ", ".join(f"{v} {values.count(v)}" for v in sorted(set(values))))
    if options.mirror is not None:
        found = confirm(rows, options.mirror)
        print(f"confirmed by full InChIKey: {len(found.full)}")
        print(f"first block only: {len(found.first_block)}: {', '.join(found.first_block)}")
        print(f"in neither library: {len(found.neither)}: {', '.join(found.neither)}")
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"faults: {len(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
