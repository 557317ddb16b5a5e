"""The stage: a structure lost on the way becomes rejects of its compounds, and the books close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from screening.core.partitions import PartitionWriter, count_rows, read_partitions, remove, replace
from screening.core.rejects import fix_for
from screening.core.tables import COMPOUNDS, REJECTS, STRUCTURES
from screening.ledger.check import check_books
from screening.ledger.lost import read_lost
from screening.ledger.rejects_csv import REJECTS_CSV, write_rejects_csv

_FINAL = ("compounds.parquet", "structures.parquet", "rejects.parquet")


@dataclass(frozen=True)
class StageTables:
    """The tables that the ledger reads.

    Parameters
    ----------
    records, ingest_rejects : of ingest; together everything that was read.
    compounds, structures, standardise_rejects : of standardise.
    lost : `lost_structures` of the later stages, in their order.
    """

    records: Path
    ingest_rejects: Path
    compounds: Path
    structures: Path
    standardise_rejects: Path
    lost: Sequence[Path]

    @classmethod
    def of_screen(cls, folder: Path) -> StageTables:
        """The tables where a screen keeps them, below the folder of a library."""
        stages = folder / "stages"
        return cls(
            records=stages / "ingest/records.parquet",
            ingest_rejects=stages / "ingest/rejects.parquet",
            compounds=stages / "standardise/compounds.parquet",
            structures=stages / "standardise/structures.parquet",
            standardise_rejects=stages / "standardise/rejects.parquet",
            lost=(stages / "describe/lost.parquet", stages / "predict/lost.parquet"),
        )


@dataclass(frozen=True)
class LedgerCounts:
    """Records read = compounds + rejects."""

    n_records: int
    n_compounds: int
    n_rejects: int
    n_structures: int


def close_ledger(tables: StageTables, output: Path) -> LedgerCounts:
    """Write the final `compounds.parquet`, `structures.parquet` and `rejects.parquet`.

    The rejects stand also in `rejects.csv`, where their structures can be corrected; what the user
    has filled in there is kept.
    They are written into a folder beside their place, checked there, and only then moved.

    Parameters
    ----------
    tables : what the stages left.
    output : folder of the final tables.

    Raises
    ------
    InputError : a table is missing or unreadable.
    RuntimeError : the counts do not add up (a programming error); nothing is written then.
    """
    draft = output / ".ledger"
    remove(draft)
    draft.mkdir(parents=True)
    try:
        _write(tables, draft)
        final = [draft / name for name in _FINAL]
        check_books([tables.records, tables.ingest_rejects], *final)
        n_compounds, n_structures, n_rejects = (count_rows(path) for path in final)
        write_rejects_csv(draft / "rejects.parquet", output, draft / REJECTS_CSV)
        for path in (*final, draft / REJECTS_CSV):
            replace(path, output / path.name)
    finally:
        remove(draft)
    return LedgerCounts(n_compounds + n_rejects, n_compounds, n_rejects, n_structures)


def _write(tables: StageTables, draft: Path) -> None:
    """Write the three tables; rejects in the order of the stages."""
    lost = read_lost(tables.lost)
    lost_ids = lost.column("structure_id").combine_chunks()
    writers = zip(_FINAL, (COMPOUNDS, STRUCTURES, REJECTS), strict=True)
    with ExitStack() as stack:
        compounds, structures, rejects = (
            stack.enter_context(PartitionWriter(draft / name, schema.arrow()))
            for name, schema in writers
        )
        for table in (tables.ingest_rejects, tables.standardise_rejects):
            for partition in read_partitions(table, REJECTS):
                rejects.write(partition)
        for partition in read_partitions(tables.compounds, COMPOUNDS):
            gone = _is_lost(partition, lost_ids)
            compounds.write(partition.filter(pc.invert(gone)))
            rejects.write(_as_rejects(partition.filter(gone), lost))
        for partition in _survivors(tables.structures, lost_ids):
            structures.write(partition)


def _is_lost(partition: pa.Table, lost_ids: pa.Array) -> pa.ChunkedArray:
    return pc.is_in(partition.column("structure_id"), value_set=lost_ids)


def _survivors(structures: Path, lost_ids: pa.Array) -> Iterator[pa.Table]:
    for partition in read_partitions(structures, STRUCTURES):
        yield partition.filter(pc.invert(_is_lost(partition, lost_ids)))


def _as_rejects(compounds: pa.Table, lost: pa.Table) -> pa.Table:
    """Rejects of the compounds whose structure was lost, with the stage that lost it."""
    reasons = {row["structure_id"]: row for row in lost.to_pylist()} if compounds.num_rows else {}
    rows = [
        {
            **row,
            "structure": row["input_smiles"],
            "fix": fix_for(reason["code"]),
            **_reason(reason),
        }
        for row in compounds.select([*_ORIGIN, "input_smiles", "structure_id"]).to_pylist()
        for reason in (reasons[row["structure_id"]],)
    ]
    return pa.Table.from_pylist(rows, schema=REJECTS.arrow())


_ORIGIN = ["library", "source_file", "record_number", "compound_id", "name", "raw"]


def _reason(lost: dict[str, str]) -> dict[str, str]:
    return {key: lost[key] for key in ("stage", "code", "detail")}
