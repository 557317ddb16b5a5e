"""Structural alerts: substructures that warn of assay artefacts or reactive groups.

They are flags and never remove a structure: many active marine quinones, phenols and epoxides
carry some.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rdkit.Chem import GetMolFrags, Mol, MolToSmarts

from screening.chem.descriptors_declared import DescriptorSet, declared_set
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.screened_patterns import (
    ALERT_CATALOGUES,
    alert_entries,
    candidates,
    patterns,
)


def alerts_set() -> DescriptorSet:
    """Counts by catalogue, the alerts' names and their atoms as a descriptor set."""
    return declared_set("alerts", alerts)


def alerts(facts: MoleculeFacts) -> list[Any]:
    """Number of alerts of each catalogue, names as ``PAINS: catechol_A(92)``, and their atoms."""
    counts: list[int] = []
    names: list[str] = []
    atoms: list[list[int]] = []
    for catalogue in ALERT_CATALOGUES:
        found = _alerts_of(facts, catalogue)
        counts.append(len(found))
        for name in sorted(found):
            names.append(f"{catalogue}: {name}")
            atoms.append(sorted(found[name]))
    return [*counts, names, atoms]


def _alerts_of(facts: MoleculeFacts, catalogue: str) -> dict[str, set[int]]:
    """Names of a catalogue's alerts that RDKit finds, with the atoms of all their matches."""
    entries = alert_entries(catalogue)
    found: dict[str, set[int]] = {}
    for number in candidates(facts, catalogue):
        entry = entries[number]
        if entry.HasFilterMatch(facts.molecule):
            atoms = found.setdefault(entry.GetDescription(), set())
            for part in _parts(catalogue, number):
                atoms.update(*facts.molecule.GetSubstructMatches(part))
    return found


@cache
def _parts(catalogue: str, number: int) -> tuple[Mol, ...]:
    """The connected parts of a pattern, each once: seven alcohols have too many joint matches."""
    parts = GetMolFrags(patterns(catalogue)[number], asMols=True, sanitizeFrags=False)
    return tuple({MolToSmarts(part): part for part in parts}.values())
