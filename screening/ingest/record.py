"""One record of a library file, as its reader hands it on."""

from __future__ import annotations

from dataclasses import dataclass, field

from screening.chem.problem import Problem


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record: its text, its fields by name, and what is known of its structure.

    Parameters
    ----------
    number : record number in the file, from 1.
    line : line where it begins, from 1.
    raw : its text as read, without the last line end.
    values : role → text (`smiles`, `name`, `organism`, ...), only roles that are not empty.
    extra : the other fields that are not empty, by their name in the source.
    problem : why the record cannot be used, or None.
    """

    number: int
    line: int
    raw: str
    values: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None
