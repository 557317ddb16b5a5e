"""Groups that no organism is known to make: protecting groups, reagents, artefacts, plasticisers.

They flag a structure and never remove it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rdkit.Chem import Mol, MolFromSmarts

_TOLD = {
    "synthetic": "likely synthetic",
    "artefact": "possible isolation artefact",
    "contaminant": "possible contaminant",
}


@dataclass(frozen=True)
class SyntheticGroup:
    """One row of ``synthetic_groups.tsv``."""

    name: str
    kind: str
    pattern: Mol
    source: str

    @property
    def reason(self) -> str:
        """What a structure with it is flagged as."""
        return f"{_TOLD[self.kind]}: {self.name}"


@cache
def synthetic_groups() -> tuple[SyntheticGroup, ...]:
    """All groups, in the order of the table."""
    table = resources.files("screening.curate").joinpath("synthetic_groups.tsv")
    lines = [line for line in table.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(
        SyntheticGroup(row["name"], row["kind"], MolFromSmarts(row["smarts"]), row["source"])
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    )


def synthetic_reasons(molecule: Mol) -> list[str]:
    """The reasons to take a structure for no natural product, in the order of the table.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    return [
        group.reason for group in synthetic_groups() if molecule.HasSubstructMatch(group.pattern)
    ]
