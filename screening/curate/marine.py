"""Where a compound's organisms live: the verdict, by rules stated here.

The sea is what WoRMS flags as Marine or Brackish: estuaries, mangroves and the Baltic are where
marine chemists collect, and WoRMS registers both. Everything else is Freshwater or Terrestrial.

One organism is judged by its species (or variety). Where the table has only the genus, all of the
genus's taxa are meant at once: if they agree, theirs is the verdict, and if not, it is `marine and
other`. Several organisms of one compound are judged by all environments together, whether they
stand in texts of their own or in one (`Dysidea avara, Penicillium citrinum`; `a fungus isolated
from the sponge Dysidea avara`); those that are in no table have no say. A higher taxon beside a
species of the table (`Porifera: Dysidea avara`) only says what the species is, and has no say
either. Nothing matched, or no environment stated, is `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from screening.core.organism_names import (
    OrganismName,
    clean,
    further_names,
    readings,
    split_organisms,
)
from screening.curate.taxa import GENUS, SPECIES, Found, Taxa
from screening.curate.taxa_rows import BRACKISH, FRESHWATER, MARINE, TERRESTRIAL, Taxon

MARINE_ONLY, MARINE_AND_OTHER, NOT_MARINE, UNKNOWN = (
    "marine",
    "marine and other",
    "not marine",
    "unknown",
)
VERDICTS = (MARINE_ONLY, MARINE_AND_OTHER, NOT_MARINE, UNKNOWN)
NO_TAXA = "no table of taxa: get one with `screening fetch worms`, or name one in curate.taxa"

_SEA = frozenset({MARINE, BRACKISH})
_ORDER = (MARINE, BRACKISH, FRESHWATER, TERRESTRIAL)
# Organisms remembered: libraries name few, each many times.
_REMEMBERED = 65_536
# Before a taxon whose name does not begin the text.
_MENTIONED = "mentions "
# Characters of an organism's text that are shown.
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Habitat:
    """What is known of where an organism, or all of a compound's, live."""

    environments: frozenset[str]
    aphia_ids: tuple[int, ...]
    taxa: tuple[str, ...]
    phyla: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        return verdict(self.environments)


def verdict(environments: frozenset[str]) -> str:
    """The verdict on a set of WoRMS environments."""
    if not environments:
        return UNKNOWN
    if environments <= _SEA:
        return MARINE_ONLY
    return MARINE_AND_OTHER if environments & _SEA else NOT_MARINE


class Matcher:
    """Judges organisms by a table of taxa, each text once."""

    def __init__(self, taxa: Taxa | None) -> None:
        self._taxa = taxa
        self._judge = lru_cache(maxsize=_REMEMBERED)(self._judge_organism)

    def judge(self, organisms: Iterable[str]) -> Habitat:
        """Where the organisms of one compound live.

        Parameters
        ----------
        organisms : as the source names them; markup and several in one text are allowed.
        """
        if self._taxa is None:
            return Habitat(frozenset(), (), (NO_TAXA,), ())
        parts = list(dict.fromkeys(part for one in organisms for part in split_organisms(one)))
        if not parts:
            return Habitat(frozenset(), (), ("no organism stated",), ())
        return _together([self._judge(part) for part in parts])

    def _judge_organism(self, text: str) -> Habitat:
        assert self._taxa is not None
        shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
        matches = _look_up(self._taxa, text)
        found = list(matches)
        if not found:
            return Habitat(frozenset(), (), (f"{shown}: not in the table of taxa",), ())
        told = [f"{shown}: {how}{_tell(one, text)}" for one, how in matches.items()]
        return Habitat(
            frozenset().union(*(one.environments for one in found)),
            tuple(sorted({number for one in found for number in _aphia_ids(one)})),
            tuple(dict.fromkeys(told)),
            tuple(sorted({phylum for one in found for phylum in one.phyla})),
        )


def _look_up(taxa: Taxa, text: str) -> dict[Found, str]:
    """The taxa of an organism's text, each with the word that tells how it was found.

    The name that the text begins with is sought in all its readings; then every name inside the
    text (``in situ sample: Microcystis aeruginosa bloom``). Each is taken as its species, or where
    the table has none as its genus, unless that genus has been judged already.
    """
    names = readings(text)
    found = dict.fromkeys(
        _each(taxa.find_species(name) for name in names)
        or _each(taxa.find_genus(name) for name in _by_genus(names)),
        "",
    )
    judged = {name.genus for name in names} if found else set()
    others = further_names(clean(text))
    for name in others:
        if species := taxa.find_species(name):
            found.setdefault(species, _MENTIONED)
            judged.add(name.genus)
    for name in _by_genus(name for name in others if name.genus not in judged):
        if genus := taxa.find_genus(name):
            found.setdefault(genus, _MENTIONED)
    if any(one.level == SPECIES for one in found):
        return {one: how for one, how in found.items() if one.level == SPECIES or one.n_species}
    return found


def _each(found: Iterable[Found | None]) -> list[Found]:
    return list(dict.fromkeys(one for one in found if one is not None))


def _by_genus(names: Iterable[OrganismName]) -> list[OrganismName]:
    return list(dict.fromkeys(OrganismName(name.genus) for name in names))


def _together(habitats: Sequence[Habitat]) -> Habitat:
    return Habitat(
        frozenset().union(*(one.environments for one in habitats)),
        tuple(sorted({number for one in habitats for number in one.aphia_ids})),
        tuple(dict.fromkeys(line for one in habitats for line in one.taxa)),
        tuple(sorted({phylum for one in habitats for phylum in one.phyla})),
    )


def _aphia_ids(found: Found) -> list[int]:
    """AphiaIDs of the taxa, of the accepted name where the table states one."""
    numbers = [taxon.accepted_id or taxon.aphia_id for taxon in found.taxa]
    return [number for number in numbers if number is not None]


def _tell(found: Found, text: str) -> str:
    """A match in words: the name where it differs from the text, AphiaID and environments."""
    where = "/".join(one for one in _ORDER if one in found.environments) or "no environment stated"
    names = " or ".join(dict.fromkeys(_tell_taxon(taxon, text) for taxon in found.taxa))
    if found.level != GENUS:
        return f"{names}, {where}"
    if not found.n_species:
        return f"higher taxon {names}, {where}"
    return f"genus {names or 'alone'} with {found.n_species} of its species, {where}"


def _tell_taxon(taxon: Taxon, text: str) -> str:
    number = "" if taxon.aphia_id is None else f"AphiaID {taxon.aphia_id}"
    told = number if number and taxon.name == text else f"{taxon.name} {number}".rstrip()
    if taxon.accepted_name in ("", taxon.name):
        return told
    accepted = "" if taxon.accepted_id is None else f" AphiaID {taxon.accepted_id}"
    return f"{told}, accepted as {taxon.accepted_name}{accepted}"
