"""Fields that hold several names: synonyms and organisms."""

from __future__ import annotations

import re
from collections.abc import Iterable

from screening.ingest.markup import one_line, without_markup

# Never at commas, which stand inside chemical names and after authors.
_BORDER = re.compile(r"[;|\n\r\v\f\x85\u2028\u2029]+")
# What people write where they have nothing to say.
_PLACEHOLDERS = frozenset(
    {"n/a", "na", "n.a.", "none", "null", "nan", "-", "--", "–", "—", "?", "."}
)


def is_placeholder(text: str) -> bool:
    """Whether a field says that there is nothing to say."""
    return text.strip().casefold() in _PLACEHOLDERS


def split_names(text: str) -> list[str]:
    """The names of a field, parted by `;`, `|` or line ends, without markup and outer spaces."""
    if not text:
        return []
    parts = (one_line(part) for part in _BORDER.split(without_markup(text)))
    return [part for part in parts if part]


def distinct(names: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """Names in their order, each once, those known already left out."""
    taken = set(known)
    return tuple(name for name in dict.fromkeys(names) if name not in taken)


def binomials(genus: str, species: str) -> list[str]:
    """Organisms from a genus and a species field.

    `Lyngbya` and `majuscula` make `Lyngbya majuscula`; so do they where the species repeats the
    genus. Several of both are joined pair by pair, several species with a single genus. Where the
    numbers do not fit, or one of several species begins as a genus does, each stays alone: nothing
    is invented.
    """
    if not genus and not species:
        return []
    genera, epithets = split_names(genus), split_names(species)
    several = len(epithets) > 1
    if len(genera) == 1:
        genera *= max(1, len(epithets))
    if len(genera) != len(epithets):
        return genera + epithets
    organisms: list[str] = []
    for first, second in zip(genera, epithets, strict=True):
        if second.casefold().startswith(first.casefold()):
            organisms.append(second)
        elif several and not second[0].islower():
            organisms += [first, second]
        else:
            organisms.append(f"{first} {second}")
    return organisms
