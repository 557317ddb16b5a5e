"""Which column of a source plays which role."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from screening.core.errors import ConfigError, InputError

STRUCTURE_ROLES = frozenset({"smiles", "molblock", "inchi"})
# Roles of which a source may have several columns that differ by a number alone: DOI, DOI_No2.
_NUMBERED_ROLES = frozenset({"name", "synonyms", "organism", "reference", "doi"})
# Roles that a header may also state by a part of itself: `Struktur (SMILES)`, `名称 Name`.
_PARTED_ROLES = frozenset(
    {"smiles", "molblock", "inchi", "id", "name", "synonyms", "organism", "phylum"}
    | {"reference", "doi"}
)
_MAX_HEADER = 300
# Further than the number of a numbered header (two digits) can put it.
_BEHIND = 100
_BRACKET = re.compile(r"[(\[{]([^()\[\]{}]{1,80})[)\]}]")
_NOTATION = re.compile(r"smiles|inchi|molblock", re.IGNORECASE)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_NUMBER = re.compile(r"(?:no|nr)?(\d{1,2})$")


@dataclass(frozen=True)
class Roles:
    """What the columns of a source are for; a column not named here is an extra field.

    Parameters
    ----------
    columns : role → names of its columns, the preferred one first.
    structures : (role, name) of the structure columns of all notations, the preferred one first.
    """

    columns: Mapping[str, tuple[str, ...]]
    structures: tuple[tuple[str, str], ...]


@cache
def _synonyms() -> dict[str, tuple[str, int]]:
    """Header, as compared → its role and rank (``columns.tsv``)."""
    text = resources.files("screening.ingest").joinpath("columns.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    known: dict[str, tuple[str, int]] = {}
    for rank, row in enumerate(rows):
        known.setdefault(comparable(row["header"]), (row["role"], rank))
    return known


def comparable(header: str) -> str:
    """A header as it is compared: letters and digits only, without case."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(character for character in folded if character.isalnum())


def find_roles(names: Iterable[str], stated: Mapping[str, str]) -> Roles:
    """Give roles to the columns whose header is known.

    Parameters
    ----------
    names : columns of the source.
    stated : role → column, as the user states them; they come first.

    Raises
    ------
    ConfigError : a stated role does not exist.
    """
    check_stated_roles(stated)
    wanted = {comparable(column): role for role, column in stated.items()}
    by_role: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        key = comparable(name)
        role, rank = (wanted[key], -1) if key in wanted else _known_role(key)
        if not role:
            role, rank = _role_of_parts(name)
        if role:
            by_role.setdefault(role, []).append((rank, name))
    structures = sorted(
        # A stated role comes before the others, with all columns that play it.
        (role not in stated, _preference(role), rank, role, name)
        for role in STRUCTURE_ROLES & by_role.keys()
        for rank, name in by_role[role]
    )
    columns = {role: tuple(name for _, name in sorted(found)) for role, found in by_role.items()}
    return Roles(columns, tuple((role, name) for *_, role, name in structures))


@cache
def _preference(role: str) -> int:
    """Where a role first stands in the table of headers."""
    return min(rank for known, rank in _synonyms().values() if known == role)


def _known_role(key: str) -> tuple[str, int]:
    """Role and rank of a header as compared; no role if it is not known."""
    known = _synonyms()
    if key in known:
        return known[key]
    number = _NUMBER.search(key)
    role, rank = known.get(key[: number.start()], ("", 0)) if number else ("", 0)
    if number and role in _NUMBERED_ROLES:
        return role, rank + len(known) * int(number[1])
    return "", 0


@lru_cache(maxsize=4_096)
def _role_of_parts(header: str) -> tuple[str, int]:
    """Role and rank of a header by its parts: outside and inside of a bracket, and by script.

    No role where the parts that are known disagree, or where the bracket holds a number alone. The
    rank is behind those of headers that are known as a whole.
    """
    folded = unicodedata.normalize("NFKC", header[:_MAX_HEADER])
    inside = " ".join(_BRACKET.findall(folded))
    outside = _BRACKET.sub(" ", folded)
    if comparable(inside).isdecimal():
        return "", 0
    han = "".join(_HAN.findall(outside))
    keys = {comparable(part) for part in (outside, han, _HAN.sub(" ", outside))} - {""}
    found = sorted((rank, role) for role, rank in map(_known_role, keys) if role)
    within = _known_role(comparable(inside))
    if within[0] and (found or within[0] in STRUCTURE_ROLES):
        found.append((within[1], within[0]))
    elif inside and not _NOTATION.search(folded):
        # `Structure (class)`: only a bracket that is known, or a notation, makes it a structure.
        found = [entry for entry in found if entry[1] not in STRUCTURE_ROLES]
    if len({role for _, role in found}) != 1 or found[0][1] not in _PARTED_ROLES:
        return "", 0
    return found[0][1], found[0][0] + _BEHIND * len(_synonyms())


def role_names() -> list[str]:
    """The roles that a column can have."""
    return sorted({role for role, _ in _synonyms().values()})


def check_stated_roles(stated: Mapping[str, str]) -> None:
    """Refuse roles that do not exist.

    Raises
    ------
    ConfigError : names the nearest role.
    """
    roles = role_names() if stated else []
    for role in stated:
        if role not in roles:
            nearest = difflib.get_close_matches(role, roles, n=1, cutoff=0.4)
            remedy = f"did you mean {nearest[0]}?" if nearest else f"roles: {', '.join(roles)}"
            raise ConfigError(f"ingest.columns: there is no role {role!r}", remedy)


def require_structure(where: str, names: Sequence[str], stated: Mapping[str, str]) -> Roles:
    """The roles of a table's columns, one of which must hold structures.

    Parameters
    ----------
    where : file and line of the header, for the error.
    names : columns found.
    stated : role → column, as the user states them.

    Raises
    ------
    InputError : names what is missing, the nearest column and the columns found.
    """
    roles = find_roles(names, stated)
    if roles.structures:
        return roles
    for role, column in stated.items():
        if role in STRUCTURE_ROLES:
            raise missing_column(where, role, column, names)
    near = difflib.get_close_matches("smiles", [name.lower() for name in names], 1, 0.5)
    guess = next((name for name in names if near and name.lower() == near[0]), None)
    hint = f"did you mean {guess!r}? " if guess else ""
    raise InputError(
        f"{where}: no column with structures (SMILES, InChI or molblock)",
        f"{hint}name it with ingest.columns.smiles; found: {_listed(names)}",
    )


def missing_column(where: str, role: str, column: str, names: Sequence[str]) -> InputError:
    """The error for a stated column that is not there; it names the nearest one."""
    near = difflib.get_close_matches(column, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return InputError(f"{where}: no column {column!r} for {role}", f"{hint}found: {_listed(names)}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (", ..." if len(names) > 20 else "") or "none"
