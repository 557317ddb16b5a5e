"""Which column of a source plays which role."""

from __future__ import annotations

import csv
import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from screening.core.errors import ConfigError, InputError


@dataclass(frozen=True)
class Roles:
    """Role → names of its columns, the preferred one first; a name not here is an extra field."""

    columns: Mapping[str, tuple[str, ...]]

    def split(self, fields: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Part the fields of one record into roles and extra fields; empty ones are dropped.

        A role whose preferred column is empty takes the next one; a column of a role that is not
        taken stays among the extra fields. Genus and species make up a missing organism.
        """
        values: dict[str, str] = {}
        extra = {name: text for name, field in fields.items() if (text := field.strip())}
        for role, names in self.columns.items():
            chosen = next((name for name in names if name in extra), None)
            if chosen is not None:
                values[role] = extra.pop(chosen)
        genus, species = values.pop("genus", ""), values.pop("species", "")
        if genus or species:
            values.setdefault("organism", _binomial(genus, species))
        return values, extra


def _binomial(genus: str, species: str) -> str:
    """`Lyngbya` and `majuscula`, but also a species column that repeats the genus."""
    if species.casefold().startswith(genus.casefold()):
        return species
    return f"{genus} {species}".strip()


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
    known = _synonyms()
    check_stated_roles(stated)
    by_role: dict[str, list[tuple[int, str]]] = {}
    wanted = {comparable(column): role for role, column in stated.items()}
    for name in names:
        if comparable(name) in wanted:
            by_role.setdefault(wanted[comparable(name)], []).append((-1, name))
        elif comparable(name) in known:
            role, rank = known[comparable(name)]
            by_role.setdefault(role, []).append((rank, name))
    return Roles(
        {role: tuple(name for _, name in sorted(found)) for role, found in by_role.items()}
    )


def check_stated_roles(stated: Mapping[str, str]) -> None:
    """Refuse roles that do not exist.

    Raises
    ------
    ConfigError : names the nearest role.
    """
    roles = sorted({role for role, _ in _synonyms().values()})
    for role in stated:
        if role not in roles:
            nearest = difflib.get_close_matches(role, roles, n=1, cutoff=0.4)
            remedy = f"did you mean {nearest[0]}?" if nearest else f"roles: {', '.join(roles)}"
            raise ConfigError(f"ingest.columns: there is no role {role!r}", remedy)


def require_columns(where: str, names: Sequence[str], stated: Mapping[str, str]) -> None:
    """Check that a table has the stated columns, and a structure column.

    Parameters
    ----------
    where : file and line of the header, for the error.
    names : columns found.
    stated : role → column, as the user states them.

    Raises
    ------
    InputError : names what is missing, the nearest column and the columns found.
    """
    found = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    present = {comparable(name) for name in names}
    for role, column in stated.items():
        if comparable(column) not in present:
            near = difflib.get_close_matches(column, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise InputError(f"{where}: no column {column!r} for {role}", f"{hint}found: {found}")
    if "smiles" not in find_roles(names, stated).columns:
        near = difflib.get_close_matches("smiles", [name.lower() for name in names], 1, 0.5)
        guess = next((name for name in names if near and name.lower() == near[0]), None)
        hint = f"did you mean {guess!r}? " if guess else ""
        raise InputError(
            f"{where}: no column with SMILES",
            f"{hint}name it with ingest.columns.smiles; found: {found}",
        )
