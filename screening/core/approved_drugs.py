"""The bundled list of approved drugs, as its rows; made by data/make_approved_drugs.py."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from screening.core.errors import InputError
from screening.core.provenance import PROJECT

APPROVED_DRUGS = PROJECT / "data/approved_drugs.tsv"


class ApprovedDrug(NamedTuple):
    """One name under which a structure was approved; salts of a drug share the structure.

    Parameters
    ----------
    inchikey, smiles : of the standardised parent.
    name, chembl_id : ChEMBL's.
    first_approval : year.
    """

    inchikey: str
    smiles: str
    name: str
    chembl_id: str
    first_approval: str

    @property
    def flat_key(self) -> str:
        """First block of the InChIKey: the skeleton without stereochemistry."""
        return self.inchikey.partition("-")[0]


def read_approved_drugs(path: Path = APPROVED_DRUGS) -> list[ApprovedDrug]:
    """Read the list, in the order of the keys.

    Raises
    ------
    InputError : it is not there, or is not that table.
    """
    try:
        text = path.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        return [ApprovedDrug(*(row[field] for field in ApprovedDrug._fields)) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as problem:
        raise InputError(
            f"{path}: not the list of approved drugs ({problem})", "restore it from the project"
        ) from None
