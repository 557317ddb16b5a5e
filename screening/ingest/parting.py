"""The fields of a record, parted into structures, provenance and the rest. Nothing is lost.

Every field that is not empty is found again: in a structure, a value, a list, or under its own name
among the extra fields. What a list leaves out is only what says nothing: markup, runs of spaces,
separators, and a text that is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from screening.ingest.dois import dois_within, split_dois
from screening.ingest.markup import one_line, plain_text, without_tags
from screening.ingest.name_lists import binomials, distinct, is_placeholder, split_names
from screening.ingest.roles import Roles
from screening.ingest.structure_text import Structure, read_structure, says_nothing

# Roles of one value: the first filled column is taken, the others stay extra fields.
SINGLE = ("id", "phylum", "known_for", "status", "licence", "stated_inchikey", "stated_formula")
LISTS = ("synonyms", "organisms", "references", "dois")


@dataclass(frozen=True, slots=True)
class Parted:
    """The fields of one record.

    Parameters
    ----------
    structures : those given, the preferred one first.
    values : role → text, for the name and the roles of one value.
    lists : ``synonyms``, ``organisms``, ``references``, ``dois`` → texts; only filled ones.
    extra : the other fields that are not empty, by their name in the source.
    """

    structures: tuple[Structure, ...]
    values: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    extra: dict[str, str]


def part_fields(fields: Mapping[str, str], roles: Roles) -> Parted:
    """Part the fields of one record by the roles of their columns."""
    extra = {name: text for name, field in fields.items() if (text := field.strip())}
    structures = [
        structure
        for role, name in roles.structures
        if name in extra and (structure := read_structure(role, fields[name])) is not None
    ]
    for _, name in roles.structures:
        if not says_nothing(extra.get(name, "")):
            extra.pop(name, None)
    values: dict[str, str] = {}
    for role in SINGLE:
        chosen = next((name for name in roles.columns.get(role, ()) if name in extra), None)
        if chosen is not None:
            values[role] = extra.pop(chosen)
    names = _take(extra, roles.columns.get("name", ()))
    synonyms = [part for name in names[1:] for part in split_names(name)]
    synonyms += _take_split(extra, roles.columns.get("synonyms", ()))
    if names:
        values["name"] = plain_text(names[0])
    dois, references = _take_dois(extra, roles.columns.get("doi", ()))
    references += [plain_text(text) for text in _take(extra, roles.columns.get("reference", ()))]
    dois += [doi for text in references for doi in dois_within(text)]
    lists = {
        "synonyms": distinct(synonyms, (values.get("name", ""),)),
        "organisms": distinct(_take_organisms(extra, roles)),
        "references": distinct(references),
        "dois": distinct(dois),
    }
    filled = {role: texts for role, texts in lists.items() if texts}
    return Parted(tuple(structures), values, filled, extra)


def with_extra(extra: Mapping[str, str], name: str, text: str) -> dict[str, str]:
    """Extra fields and one more, under a name that is not taken yet."""
    free, copy = name, 2
    while free in extra:
        free, copy = f"{name} ({copy})", copy + 1
    return {**extra, free: text}


def _take(extra: dict[str, str], names: Iterable[str]) -> list[str]:
    """The texts of some columns out of the extra fields; one of markup alone stays there."""
    filled = [name for name in names if name in extra and plain_text(extra[name])]
    return [extra.pop(name) for name in filled]


def _take_split(extra: dict[str, str], names: Iterable[str]) -> list[str]:
    """The names in some columns; a field that holds none, or a mere placeholder, stays."""
    taken: list[str] = []
    for name in names:
        parts = split_names(extra.get(name, ""))
        if parts and not is_placeholder(extra[name]):
            taken += parts
            del extra[name]
    return taken


def _take_organisms(extra: dict[str, str], roles: Roles) -> list[str]:
    organisms = _take_split(extra, roles.columns.get("organism", ()))
    genus, species = (
        next((n for n in roles.columns.get(role, ()) if not is_placeholder(extra.get(n, "-"))), "")
        for role in ("genus", "species")
    )
    found = binomials(extra.get(genus, ""), extra.get(species, ""))
    for name in (genus, species):
        if split_names(extra.get(name, "")):
            del extra[name]
    return organisms + found


def _take_dois(extra: dict[str, str], names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The DOIs in some columns, and the texts there that are none: references."""
    dois: list[str] = []
    references: list[str] = []
    for name in names:
        found, others = split_dois(extra.get(name, ""))
        texts = [text for other in others if (text := one_line(without_tags(other)))]
        if (found or texts) and not is_placeholder(extra[name]):
            dois += found
            references += texts
            del extra[name]
    return dois, references
