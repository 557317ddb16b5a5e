"""A structure on its way through a stage, known by its place in the input."""

from __future__ import annotations

from dataclasses import dataclass

from screening.chem.problem import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One structure to work on.

    Parameters
    ----------
    row : its position in the input, from 0.
    smiles : structure as given.
    key : what the caller knows it by; may be empty.
    problem : set where the record cannot be read; it is then passed through unread.
    """

    row: int
    smiles: str
    key: str = ""
    problem: Problem | None = None
