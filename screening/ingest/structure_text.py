"""The structures of a record: their notation, and which of them is the one that is screened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from screening.ingest.name_lists import is_placeholder

Notation = Literal["smiles", "inchi", "molblock"]
END_OF_MOLBLOCK = "M  END"
# What spreadsheets write where a formula fails (ECMA-376, part 1, 18.17.3, and newer Excel).
_SHEET_ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


class Structure(NamedTuple):
    """A structure as it is written: its notation and its text."""

    notation: Notation
    text: str

    @property
    def is_cut(self) -> bool:
        """Whether it is a molblock without its end."""
        return self.notation == "molblock" and END_OF_MOLBLOCK not in self.text

    def tagged(self) -> str:
        """The form in which the table of records keeps a further structure."""
        return f"{self.notation}:{self.text}"


def read_structure(role: str, field: str) -> Structure | None:
    """A field of a structure column by what it holds, and by its role where that does not tell.

    Parameters
    ----------
    role : ``smiles``, ``inchi`` or ``molblock``.
    field : its text; the empty lines that begin a molblock belong to it.

    Returns
    -------
    None if the field is empty, or says that there is no structure (`says_nothing`).
    """
    text = field.strip()
    if not text or says_nothing(text):
        return None
    if text.startswith("InChI="):
        return Structure("inchi", text)
    if "\n" in text or "\r" in text:
        lines = field.splitlines()
        end = next((n for n, line in enumerate(lines) if line.startswith(END_OF_MOLBLOCK)), None)
        if end is not None:
            return Structure("molblock", "\n".join(lines[: end + 1]) + "\n")
        if role == "molblock":
            return Structure("molblock", field)
    return Structure("inchi" if role == "inchi" else "smiles", text)


def says_nothing(field: str) -> str | None:
    """How a field of a structure column says that there is none; None if it does not.

    `nan`, `N/A`, `-` and the like, and the error values of spreadsheets: none of them is a SMILES.
    """
    text = field.strip()
    if text.upper() in _SHEET_ERRORS:
        return f"spreadsheet error value {text}"
    return f"{text!r} stands for no structure" if is_placeholder(text) else None


def alternatives(structures: Sequence[Structure]) -> list[str]:
    """The structures after the first whose text differs from all before them, tagged."""
    different = dict.fromkeys(structures)
    return [structure.tagged() for structure in list(different)[1:]]
