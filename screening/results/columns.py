"""Which column of the bench's file holds what."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.errors import InputError

# Role → names it goes by, folded: lower case, `_` for what is no letter or digit.
ROLES: dict[str, tuple[str, ...]] = {
    "structure_id": ("structure_id", "inchikey", "inchi_key"),
    "compound_id": ("compound_id", "compound", "id"),
    "smiles": ("smiles", "structure_smiles"),
    "endpoint": ("endpoint", "readout", "measured"),
    "value": ("value", "result"),
    "unit": ("unit", "units"),
    "relation": ("relation", "standard_relation", "qualifier"),
    "assay_id": ("assay_id", "assay", "replicate", "experiment"),
    "date": ("date", "assay_date", "measured_on"),
    "note": ("note", "notes", "comment", "comments"),
}
STRUCTURE = ("structure_id", "compound_id", "smiles")
_NEEDED = ("endpoint", "value")
# A name as like as this to that of a role is a slip of the pen.
_SLIP = 0.75


@dataclass(frozen=True)
class Columns:
    """Role → column, and the columns that no role takes."""

    of: dict[str, str]
    unused: tuple[str, ...]


def find_columns(file: Path, names: Sequence[str]) -> Columns:
    """The columns of the roles.

    Raises
    ------
    InputError : a column is missing, or named twice or nearly right.
    """
    place = f"{file}, line 1"
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{place}: twice the column {name[:80]!r}", "rename one of them")
    folded = {name: re.sub(r"[\W_]+", "_", name.casefold()).strip("_") for name in names}
    found: dict[str, str] = {}
    for role, known in ROLES.items():
        holding = [name for name in names if folded[name] in known]
        if len(holding) > 1:
            raise InputError(
                f"{place}: {' and '.join(map(repr, holding))} both say the {role}",
                "rename one of them",
            )
        if holding:
            found[role] = holding[0]
    unused = tuple(name for name in names if name not in found.values())
    _check_found(place, {name: folded[name] for name in unused}, found)
    return Columns(found, unused)


def _check_found(place: str, unused: Mapping[str, str], found: Mapping[str, str]) -> None:
    remedy = f"results have the columns {', '.join(ROLES)}"
    for role in (*_NEEDED, "relation"):
        slips = [name for name, folded in unused.items() if _is_slip(folded, role)]
        if role in found or (role == "relation" and not slips):
            continue
        # A relation that is not read would make `>` a `=`.
        if slips:
            raise InputError(f"{place}: unknown column {slips[0][:80]!r}", f"did you mean {role}?")
        raise InputError(f"{place}: no column {role!r}", remedy)
    if not any(role in found for role in STRUCTURE):
        raise InputError(f"{place}: no column {', '.join(STRUCTURE[:-1])} or smiles", remedy)


def _is_slip(folded: str, role: str) -> bool:
    return bool(difflib.get_close_matches(folded[:80], ROLES[role], n=1, cutoff=_SLIP))
