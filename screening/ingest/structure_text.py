"""The structures of a record: their notation, and which of them is the one that is screened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Notation = Literal["smiles", "inchi", "molblock"]
END_OF_MOLBLOCK = "M  END"


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
    None if the field is empty.
    """
    text = field.strip()
    if not text:
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


def alternatives(structures: Sequence[Structure]) -> list[str]:
    """The structures after the first whose text differs from all before them, tagged."""
    different = dict.fromkeys(structures)
    return [structure.tagged() for structure in list(different)[1:]]
