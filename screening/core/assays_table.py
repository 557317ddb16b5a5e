"""The assay results as one Parquet file in the output of screens, table ASSAYS.

Nobody edits it: what is wrong is corrected in the bench's own file, and imported again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.disk import writing
from screening.core.errors import InputError
from screening.core.measurement import RELATIONS, Bounds, Measurement, find_unit
from screening.core.partitions import read_table, remove
from screening.core.replicates import Merged, merge_replicates
from screening.core.tables import ASSAYS

ASSAYS_FILE = "assays.parquet"


@dataclass(frozen=True, slots=True)
class Assay:
    """One row of the table ASSAYS."""

    measurement_id: str
    structure_id: str
    smiles: str | None
    weight_da: float | None
    compound_id: str | None
    endpoint: str
    relation: str
    value: float
    unit: str
    assay_id: str | None
    date: str | None
    note: str | None
    source_file: str
    source_line: int

    @property
    def measurement(self) -> Measurement:
        """Relation, number and unit.

        Raises
        ------
        InputError : the table holds what `screening results import` does not write.
        """
        relation = next((one for one in RELATIONS if one == self.relation), None)
        unit = find_unit(self.unit)
        if relation is None or unit is None:
            raise InputError(
                f"{ASSAYS_FILE}: {self.relation!r} {self.unit!r} of {self.source_file}, line "
                f"{self.source_line}, is no measurement",
                "remove the file and import the results again",
            )
        return Measurement(relation, self.value, unit)

    @property
    def bounds(self) -> Bounds:
        """Where its activity lies, see `core.measurement`."""
        return self.measurement.bounds(self.weight_da)


def read_assays(file: Path) -> list[Assay]:
    """All results, in the order of the file; none where there is no file.

    Raises
    ------
    InputError : the file is damaged or no such table.
    """
    if not file.exists():
        return []
    names = [column.name for column in ASSAYS.columns]
    return [Assay(**row) for row in read_table(file, ASSAYS, names).to_pylist()]


def write_assays(file: Path, assays: Iterable[Assay]) -> None:
    """Write the results, ordered by endpoint, structure and measurement, atomically.

    Raises
    ------
    OutputError : the disk is full, or the place not writable.
    """
    rows = sorted(assays, key=lambda one: (one.endpoint, one.structure_id, one.measurement_id))
    table = pa.Table.from_pylist([asdict(one) for one in rows], schema=ASSAYS.arrow())
    partial = file.with_name(f".{file.name}.partial")
    with writing(file):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, partial, compression="zstd")
            partial.replace(file)
        finally:
            remove(partial)


def merged_assays(assays: Iterable[Assay]) -> Iterator[tuple[str, str, Merged]]:
    """Structure, endpoint and merged replicates, ordered by both.

    Parameters
    ----------
    assays : of any structures and endpoints; one endpoint is of one kind.
    """
    replicates: dict[tuple[str, str], list[Assay]] = {}
    for one in assays:
        replicates.setdefault((one.structure_id, one.endpoint), []).append(one)
    for (structure, endpoint), rows in sorted(replicates.items()):
        kind = rows[0].measurement.unit.kind
        yield structure, endpoint, merge_replicates(kind, [row.bounds for row in rows])
