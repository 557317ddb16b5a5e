"""One record of a library file, as its reader hands it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from screening.chem.problem import Problem
from screening.ingest.parting import Parted, part_fields
from screening.ingest.roles import Roles
from screening.ingest.structure_text import END_OF_MOLBLOCK, Structure, says_nothing

NOTHING = Parted((), {}, {}, {})


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record: where it stands, its text, its parted fields, and why it cannot be used.

    Parameters
    ----------
    number : record number in the file, from 1.
    place : where it begins, in words (``line 12``, ``row 7``).
    raw : its text as read, without the last line end.
    parted : its structures, values, lists and extra fields.
    problem : why the record cannot be used, or None.
    """

    number: int
    place: str
    raw: str
    parted: Parted = field(default=NOTHING)
    problem: Problem | None = None


def damaged(number: int, place: str, raw: str, reason: str) -> SourceRecord:
    """A record whose fields cannot be told apart."""
    return SourceRecord(number, place, raw, problem=Problem("bad_record", f"{place}: {reason}"))


def record_of_fields(
    number: int, place: str, raw: str, fields: Mapping[str, str], roles: Roles
) -> SourceRecord:
    """A record from its named fields."""
    parted = part_fields(fields, roles)
    said = (says_nothing(fields.get(name, "")) for _, name in roles.structures)
    problem = structure_problem(place, parted.structures, next(filter(None, said), None))
    return SourceRecord(number, place, raw, parted, problem)


def structure_problem(
    place: str, structures: tuple[Structure, ...], said: str | None = None
) -> Problem | None:
    """Why a record has no structure to look at, or None.

    Parameters
    ----------
    place : where the record begins, in words.
    structures : those found in it.
    said : what its structure column says instead (`says_nothing`).
    """
    if not structures:
        return Problem("empty_structure", f"{place}: {said or 'no structure is given'}")
    if structures[0].is_cut:
        return Problem("bad_molblock", f"{place}: no {END_OF_MOLBLOCK!r} ends the structure")
    return None
