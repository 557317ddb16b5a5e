"""All SMARTS patterns that descriptors count, screened together once a molecule."""

from __future__ import annotations

from functools import cache
from typing import cast

from rdkit.Chem import QED, Fragments, Mol, MolFromSmarts
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams
from rdkit.Chem.rdfiltercatalog import FilterCatalogEntry

from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.pattern_screen import PatternScreen
from screening.chem.source_table import read_source_table

FRAGMENTS, QED_ALERTS, QED_ACCEPTORS = "fragments", "QED alerts", "QED acceptors"
NATURAL_PRODUCT_GROUPS = "natural-product groups"
ALERT_CATALOGUES = ("PAINS", "BRENK", "NIH")
_GROUPS = (FRAGMENTS, QED_ALERTS, QED_ACCEPTORS, NATURAL_PRODUCT_GROUPS, *ALERT_CATALOGUES)
_CANDIDATES = "patterns that may match"
# How a molecule begins in RDKit's own serialisation.
_MOLECULE_MARK = bytes.fromhex("efbeadde")


def candidates(facts: MoleculeFacts, group: str) -> list[int]:
    """Numbers, within their group, of the patterns that may match; the others do not."""
    if _CANDIDATES not in facts.kept:
        facts.kept[_CANDIDATES] = _screen().candidates(facts)
    found: dict[str, list[int]] = facts.kept[_CANDIDATES]
    return found[group]


@cache
def patterns(group: str) -> list[Mol]:
    """The patterns of a group, in RDKit's order."""
    if group == FRAGMENTS:
        return [function.__defaults__[1] for _, function in Fragments.fns]
    if group == QED_ALERTS:
        return list(QED.StructuralAlerts)
    if group == QED_ACCEPTORS:
        return list(QED.Acceptors)
    if group == NATURAL_PRODUCT_GROUPS:
        rows = read_source_table("natural_product_groups.tsv")
        return [MolFromSmarts(row["smarts"]) for row in rows]
    return [_pattern_of(entry) for entry in alert_entries(group)]


@cache
def alert_entries(catalogue: str) -> list[FilterCatalogEntry]:
    """Entries of one of RDKit's filter catalogues."""
    params = FilterCatalogParams()
    params.AddCatalog(getattr(FilterCatalogParams.FilterCatalogs, catalogue))
    # A module-wide reference, for the catalogue owns its entries.
    found = FilterCatalog(params)
    _CATALOGUES.append(found)
    return [found.GetEntryWithIdx(number) for number in range(found.GetNumEntries())]


_CATALOGUES: list[FilterCatalog] = []


def _pattern_of(entry: FilterCatalogEntry) -> Mol:
    """The entry's one pattern, which RDKit gives out only in the entry's serialisation."""
    text = bytes(entry.Serialize())
    return Mol(cast(str, text[text.index(_MOLECULE_MARK) :]))


@cache
def _screen() -> PatternScreen:
    """The screen of all groups."""
    return PatternScreen({group: patterns(group) for group in _GROUPS})
