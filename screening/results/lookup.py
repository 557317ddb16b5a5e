"""Which structure each row of results is of: from the screens, or from its own SMILES."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from rdkit.Chem import MolFromSmiles, rdMolDescriptors
from rdkit.rdBase import BlockLogs

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.database import KEYS_MEMORY, open_database, sql_table
from screening.results.faults import Faults
from screening.results.read import ResultRow


@dataclass(frozen=True)
class Known:
    """Of the compounds and structures asked for, what the screens know.

    Parameters
    ----------
    of_compound : compound id → its structure ids, of all libraries.
    smiles : structure id → SMILES of the parent.
    """

    of_compound: dict[str, set[str]] = field(default_factory=dict)
    smiles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Structure:
    """A structure; without SMILES, and so without weight, where only its key is known."""

    structure_id: str
    smiles: str | None = None

    @property
    def weight_da(self) -> float | None:
        """Average molecular weight of the parent, counter-ions left out."""
        return _weight_da(self.smiles) if self.smiles else None


def find_structures(
    rows: Sequence[ResultRow], output: Path, faults: Faults
) -> dict[int, Structure]:
    """The structure of each row, by its line; rows that have none are faults.

    A key or id that the screens know comes before the row's own SMILES; both must have one
    skeleton.

    Parameters
    ----------
    rows : of the bench. output : folder of screens. faults : takes what is wrong.
    """
    known = known_in_screens(
        output, {row.compound_id for row in rows}, {row.structure_id for row in rows}
    )
    found: dict[int, Structure] = {}
    for row in rows:
        try:
            found[row.line] = _structure(row, known, output)
        except ValueError as fault:
            faults.add(row.line, str(fault))
    return found


def known_in_screens(output: Path, compounds: Iterable[str], structures: Iterable[str]) -> Known:
    """What the screens in a folder know of compounds and structures.

    Raises
    ------
    InputError : a table is damaged.
    """
    screens = sorted(table.parent for table in output.glob("*/structures.parquet"))
    known = Known()
    wanted = {
        "compound": sorted(filter(None, compounds)),
        "structure": sorted(filter(None, structures)),
    }
    if not screens:
        return known
    with (
        TemporaryDirectory() as scratch,
        open_database(Path(scratch), KEYS_MEMORY) as database,
    ):
        for name, keys in wanted.items():
            database.register(name, pa.table({"key": pa.array(keys, pa.string())}))
        for screen in screens:
            pairs = database.sql(
                f"SELECT DISTINCT compound_id, structure_id FROM "
                f"{sql_table(screen / 'compounds.parquet')} SEMI JOIN compound ON compound_id = key"
            ).fetchall()
            for compound, structure in pairs:
                known.of_compound.setdefault(compound, set()).add(structure)
            ids = sorted({structure for _, structure in pairs} | set(wanted["structure"]))
            database.register("asked", pa.table({"key": pa.array(ids, pa.string())}))
            known.smiles.update(
                database.sql(
                    f"SELECT structure_id, smiles FROM {sql_table(screen / 'structures.parquet')} "
                    "SEMI JOIN asked ON structure_id = key"
                ).fetchall()
            )
    return known


def _structure(row: ResultRow, known: Known, output: Path) -> Structure:
    """Raises ValueError where the row names none, several, or another than it draws."""
    drawn = _drawn(row.smiles) if row.smiles else None
    of_compound = known.of_compound.get(row.compound_id)
    if row.structure_id and of_compound and row.structure_id not in of_compound:
        raise ValueError(
            f"{row.structure_id} is another structure than compound {row.compound_id[:60]!r} of "
            f"{output}; correct one of them"
        )
    key = row.structure_id or _of_compound(row, known, output, drawn)
    if drawn is None or (key in known.smiles and key[:14] == drawn.structure_id[:14]):
        return Structure(key, known.smiles.get(key))
    if key != drawn.structure_id:
        named = row.structure_id or f"compound {row.compound_id[:60]!r}"
        raise ValueError(f"{named} is another structure than its SMILES; correct one of them")
    return drawn


def _of_compound(row: ResultRow, known: Known, output: Path, drawn: Structure | None) -> str:
    """The key of the row's compound in the screens; else of what is drawn."""
    keys = known.of_compound.get(row.compound_id, set())
    if len(keys) == 1:
        return next(iter(keys))
    if drawn is not None:
        return drawn.structure_id
    which = "several structures in" if keys else "in no screen of"
    raise ValueError(
        f"compound {row.compound_id[:60]!r} is {which} {output}; give its SMILES or structure_id"
    )


@cache
def _drawn(smiles: str) -> Structure:
    parent = standardise(smiles)
    if isinstance(parent, Problem):
        raise ValueError(f"SMILES {smiles[:60]!r}: {parent.detail}")
    return Structure(parent.inchikey, parent.smiles)


@cache
def _weight_da(smiles: str) -> float:
    with BlockLogs():
        return float(rdMolDescriptors._CalcMolWt(MolFromSmiles(smiles)))
