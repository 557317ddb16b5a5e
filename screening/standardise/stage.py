"""The stage: records → compounds, structures and rejects."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from screening.core.compute import Compute
from screening.core.config import StandardiseSettings
from screening.core.database import KEYS_MEMORY, open_database, sql_table
from screening.core.errors import InputError
from screening.core.partitions import (
    PARTITION_ROWS,
    PartitionWriter,
    count_rows,
    partition_files,
    read_partitions,
    remove,
)
from screening.core.provenance import code_digest
from screening.core.rejects import fix_for
from screening.core.result_store import ResultStore, open_store
from screening.core.tables import COMPOUNDS, RECORDS, REJECTS, STRUCTURES
from screening.standardise.match_outcomes import match_outcomes
from screening.standardise.outcomes import (
    OUTCOMES,
    STAGE,
    Computed,
    compute_outcomes,
    record_items,
)

# What is grouped to structures.
_DRAWN = pa.schema(
    [
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("structure_id", "flat_key", "smiles", "stereo")),
        *((name, pa.string()) for name in ("code", "detail")),
    ]
)


@dataclass(frozen=True)
class StandardiseCounts:
    """Records = compounds + rejects; compounds share structures; known ones were in the store."""

    n_records: int
    n_compounds: int
    n_rejects: int
    n_structures: int
    n_known: int


def standardise_records(
    records: Path, output: Path, settings: StandardiseSettings, compute: Compute | None = None
) -> StandardiseCounts:
    """Write `compounds.parquet`, `structures.parquet` and `rejects.parquet` into a folder.

    Compounds keep the order of the records; structures stand in the order of their first compound.
    Compounds with one InChIKey share a structure, drawn as the first of them. Memory does not grow
    with the table: what must be sorted or grouped is spilled to disk.

    Parameters
    ----------
    records : table `records` of the ingest stage.
    output : folder of the tables.
    settings : limits of a structure.
    compute : workers, Dask address and store.

    Raises
    ------
    InputError : the table cannot be read, or not one record has a usable structure.
    ConfigError : no scheduler answers at the address.
    OutputError : the disk is full, or workers do not share it.
    """
    partition_files(records)  # a missing table is named before any worker is started
    compute = compute or Compute()
    existed = output.exists()
    output.mkdir(parents=True, exist_ok=True)
    facts = {
        "code": code_digest(STAGE),
        "rdkit": version("rdkit"),
        # An answer may depend on memory that was refused.
        "memory_limit": settings.memory_limit,
    }
    try:
        with open_store(compute.store, STAGE, facts, OUTCOMES, output) as store:
            computed = compute_outcomes(records, store, output, settings.limits, compute)
            return _write_tables(store, records, computed, output)
    finally:
        if not existed and not any(output.iterdir()):
            output.rmdir()


def _write_tables(
    store: ResultStore, records: Path, computed: Computed, output: Path
) -> StandardiseCounts:
    """Write the three tables; all of them appear together at the end, or none."""
    keys = (item.key for item in record_items(records))
    with ExitStack() as stack:
        stored = stack.enter_context(store.rows_of(keys, output))
        spill = output / ".spill"
        stack.callback(remove, spill)
        database = stack.enter_context(open_database(spill, KEYS_MEMORY))
        compounds, structures, rejects = (
            stack.enter_context(PartitionWriter(output / f"{schema.name}.parquet", schema.arrow()))
            for schema in (COMPOUNDS, STRUCTURES, REJECTS)
        )
        drawn = output / ".drawn"
        stack.callback(remove, drawn)
        with PartitionWriter(drawn, _DRAWN) as writer:
            for both in match_outcomes(stored, records, computed.lost):
                positions = range(writer.n_rows, writer.n_rows + both.num_rows)
                writer.write(both.append_column("position", pa.array(positions, pa.int64())))
                failed = pc.is_valid(both.column("code"))
                compounds.write(both.filter(pc.invert(failed)))
                rejects.write(_as_rejects(both.filter(failed)))
        source = database.sql(f"FROM {sql_table(drawn)}")
        if not compounds.n_rows:
            raise _nothing_usable(source, records)
        for batch in _grouped(source):
            structures.write(pa.Table.from_batches([batch]))
    return StandardiseCounts(
        compounds.n_rows + rejects.n_rows,
        compounds.n_rows,
        rejects.n_rows,
        structures.n_rows,
        computed.n_known,
    )


def _as_rejects(matched: pa.Table) -> pa.Table:
    fixes = [fix_for(code) for code in matched.column("code").to_pylist()]
    stage = pa.array([STAGE] * len(fixes), pa.string())
    table = matched.append_column("stage", stage)
    table = table.append_column("fix", pa.array(fixes, pa.string()))
    return table.select([column.name for column in REJECTS.columns])


def _grouped(source: duckdb.DuckDBPyRelation) -> pa.RecordBatchReader:
    """One row a structure, as drawn in its first compound."""
    return (
        source.filter("code IS NULL")
        .aggregate(
            "structure_id, any_value(flat_key) AS flat_key, arg_min(smiles, position) AS smiles, "
            "arg_min(stereo, position) AS stereo, count(*) AS n_compounds, "
            "min(position) AS first_position",
            "structure_id",
        )
        .order("first_position")
        .project("structure_id, flat_key, smiles, stereo, n_compounds")
        .to_arrow_reader(PARTITION_ROWS)
    )


def _nothing_usable(source: duckdb.DuckDBPyRelation, records: Path) -> InputError:
    n_records = count_rows(records)
    codes = source.aggregate("code, count(*) AS n", "code").order("n DESC, code").fetchall()
    reasons = ", ".join(f"{code} {count:,}" for code, count in codes)
    ((detail,),) = source.filter("position = 0").aggregate("any_value(detail)").fetchall()
    first = next(read_partitions(records, RECORDS)).slice(0, 1).to_pylist()[0]
    return InputError(
        f"{first['source_file']}: none of the {n_records:,} records has a usable structure "
        f"({reasons}); record {first['record_number']}: {detail}",
        "correct the structures, or check which column holds them",
    )
