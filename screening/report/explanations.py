"""What each atom of the best candidates adds to the wish that weighs most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.tables import EXPLANATIONS
from screening.report.optional import read_rows


@dataclass(frozen=True)
class Explanations:
    """Contributions of atoms for some candidates; `wish` is empty where there are none.

    Parameters
    ----------
    wish, scale : what is explained, and the contributions' unit in words.
    of : for each structure the contribution of each atom, in the order of its SMILES.
    """

    wish: str
    scale: str
    of: Mapping[str, Sequence[float]]


def read_explanations(path: Path, structures: Sequence[str]) -> Explanations:
    """Read table `EXPLANATIONS`; a screen without it has none.

    Raises
    ------
    InputError : the table is damaged.
    """
    rows = read_rows(path, EXPLANATIONS, structures)
    if not rows:
        return Explanations("", "", {})
    of = {row["structure_id"]: tuple(row["contributions"]) for row in rows}
    return Explanations(rows[0]["wish"], rows[0]["scale"], of)
