"""The taxa of a table, found by name: species, their varieties, and genera with their species."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from screening.core.organism_names import OrganismName, readings
from screening.curate.taxa_rows import Taxon

SPECIES, GENUS = "species", "genus"


@dataclass(frozen=True, slots=True)
class Found:
    """What a name was found to be.

    Parameters
    ----------
    level : `species` or `genus`.
    taxa : rows of that very name; none for a genus known by its species alone.
    environments : where these taxa live; for a genus also where its species do.
    n_species : species of the genus in the table; 0 for a species.
    phyla : phyla of these taxa, sorted.
    """

    level: str
    taxa: tuple[Taxon, ...]
    environments: frozenset[str]
    n_species: int
    phyla: tuple[str, ...]


class Taxa:
    """A table of taxa in memory; its size is that of the table, whatever the library's.

    Parameters
    ----------
    rows : from `read_taxa`. A name that stands for several taxa means all of them; a synonym
        counts for the name it is written as and for the accepted one.
    """

    def __init__(self, rows: Iterable[Taxon]) -> None:
        self.n_taxa = 0
        # Inner dictionaries serve as ordered sets: published tables repeat rows.
        self._named: dict[OrganismName, dict[Taxon, None]] = {}
        self._of_species: dict[OrganismName, dict[Taxon, None]] = {}
        self._of_genus: dict[str, dict[Taxon, None]] = {}
        for taxon in rows:
            self.n_taxa += 1
            for written in {taxon.name, taxon.accepted_name} - {""}:
                for name in readings(written):
                    self._add(name, taxon)

    def find(self, name: OrganismName) -> Found | None:
        """The taxa of a name: its variety, else its species, else its genus; None for no taxon."""
        return self.find_species(name) or self.find_genus(name)

    def find_species(self, name: OrganismName) -> Found | None:
        """The variety where the table has it, else the species, else the species' varieties."""
        if not name.species:
            return None
        species = OrganismName(name.genus, name.species)
        taxa = self._named.get(name) or self._named.get(species) or self._of_species.get(species)
        return _found(SPECIES, taxa, taxa) if taxa else None

    def find_genus(self, name: OrganismName) -> Found | None:
        """The genus, with the environments of all its species in the table."""
        own = self._named.get(OrganismName(name.genus), {})
        species = self._of_genus.get(name.genus, {})
        return _found(GENUS, own, [*own, *species]) if own or species else None

    def _add(self, name: OrganismName, taxon: Taxon) -> None:
        self._named.setdefault(name, {})[taxon] = None
        if name.species:
            self._of_genus.setdefault(name.genus, {})[taxon] = None
        if name.variety:
            species = OrganismName(name.genus, name.species)
            self._of_species.setdefault(species, {})[taxon] = None


def _found(level: str, named: Collection[Taxon], all_taxa: Collection[Taxon]) -> Found:
    environments: frozenset[str] = frozenset().union(*(taxon.environments for taxon in all_taxa))
    phyla = sorted({taxon.phylum for taxon in all_taxa} - {""})
    n_species = len(all_taxa) - len(named) if level == GENUS else 0
    return Found(level, tuple(named), environments, n_species, tuple(phyla))
