"""Structural alerts: substructures that warn of assay artefacts or reactive groups.

They are flags and never remove a structure: many active marine quinones, phenols and epoxides
carry some.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
from rdkit.Chem import Mol
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from screening.chem.descriptors_declared import RDKIT_VERSION, Descriptor, DescriptorSet

ALERTS_COLUMN = "alerts"


@dataclass(frozen=True, slots=True)
class AlertCatalogue:
    """One of RDKit's filter catalogues, with what it warns of and its paper."""

    name: str
    warns_of: str
    source: str

    @property
    def column(self) -> str:
        """Column that counts its alerts."""
        return f"n_alerts_{self.name.lower()}"


CATALOGUES = (
    AlertCatalogue(
        "PAINS",
        "interference with many assays",
        "Baell and Holloway 2010, doi:10.1021/jm901137j",
    ),
    AlertCatalogue(
        "BRENK",
        "reactive, toxic or unstable groups",
        "Brenk 2008, doi:10.1002/cmdc.200700139",
    ),
    AlertCatalogue(
        "NIH",
        "reactive or artefact-prone groups",
        "Jadhav 2010, doi:10.1021/jm901070c; Doveston 2015, doi:10.1039/C4OB02287D",
    ),
)


def alerts_set() -> DescriptorSet:
    """Counts by catalogue and the alerts' names as a descriptor set."""
    counts = [
        Descriptor(
            catalogue.column,
            pa.int64(),
            "1",
            f"distinct {catalogue.name} alerts: {catalogue.warns_of}",
            catalogue.source,
        )
        for catalogue in CATALOGUES
    ]
    names = Descriptor(
        ALERTS_COLUMN,
        pa.list_(pa.string()),
        "",
        "names of the alerts, each after its catalogue",
        "; ".join(catalogue.source for catalogue in CATALOGUES),
    )
    return DescriptorSet("alerts", RDKIT_VERSION, (*counts, names), alerts)


def alerts(molecule: Mol) -> dict[str, Any]:
    """Number of alerts of each catalogue, and their names as ``PAINS: catechol_A(92)``.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    values: dict[str, Any] = {}
    names: list[str] = []
    for catalogue in CATALOGUES:
        found = {match.GetDescription() for match in _filters(catalogue.name).GetMatches(molecule)}
        values[catalogue.column] = len(found)
        names += [f"{catalogue.name}: {name}" for name in sorted(found)]
    values[ALERTS_COLUMN] = names
    return values


@cache
def _filters(name: str) -> Any:
    params = FilterCatalogParams()
    params.AddCatalog(getattr(FilterCatalogParams.FilterCatalogs, name))
    return FilterCatalog(params)
