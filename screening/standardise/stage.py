"""The stage: records → compounds, structures and rejects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from screening.core.config import StandardiseSettings
from screening.core.errors import InputError
from screening.core.parallel import open_client
from screening.core.partitions import (
    PARTITION_ROWS,
    PartitionWriter,
    count_rows,
    partition_files,
    read_partitions,
    remove,
)
from screening.core.rejects import fix_for
from screening.core.tables import COMPOUNDS, RECORDS, REJECTS, STRUCTURES
from screening.standardise.match_outcomes import match_outcomes
from screening.standardise.outcomes import STAGE, write_outcomes

# DuckDB spills to disk beyond this.
_SORT_MEMORY = "512MB"


@dataclass(frozen=True)
class StandardiseCounts:
    """Records = compounds + rejects; compounds share structures."""

    n_records: int
    n_compounds: int
    n_rejects: int
    n_structures: int


def standardise_records(
    records: Path,
    output: Path,
    settings: StandardiseSettings,
    *,
    dask: str = "local",
    workers: int = 1,
    memory: str = "4GiB",
) -> StandardiseCounts:
    """Write `compounds.parquet`, `structures.parquet` and `rejects.parquet` into a folder.

    Compounds keep the order of the records; structures stand in the order of their first compound.
    Compounds with one InChIKey share a structure, drawn as the first of them. Memory does not grow
    with the table: what must be sorted or grouped is spilled to disk.

    Parameters
    ----------
    records : table `records` of the ingest stage.
    output : folder of the tables.
    settings : time limit of a structure.
    dask : `local`, or the address of a running scheduler.
    workers : processes of a local cluster.
    memory : a worker that takes more is stopped.

    Raises
    ------
    InputError : the table cannot be read, or not one record has a usable structure.
    ConfigError : no scheduler answers at the address.
    """
    partition_files(records)  # a missing table is named before any worker is started
    existed = output.exists()
    output.mkdir(parents=True, exist_ok=True)
    outcomes = output / ".outcomes"
    try:
        with open_client(dask, workers, memory) as client:
            write_outcomes(client, records, outcomes, settings.time_limit_s)
        with _sorting(output) as database:
            return _write_tables(database, records, outcomes, output)
    finally:
        remove(outcomes)
        if not existed and not any(output.iterdir()):
            output.rmdir()


@contextmanager
def _sorting(output: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection that sorts and groups in bounded memory."""
    spill = output / ".spill"
    database = duckdb.connect(":memory:")
    try:
        database.execute(f"SET memory_limit = '{_SORT_MEMORY}'")
        database.execute("SET threads = 1")
        database.execute("SET temp_directory = $1", [str(spill)])
        yield database
    finally:
        database.close()
        remove(spill)


def _write_tables(
    database: duckdb.DuckDBPyConnection, records: Path, outcomes: Path, output: Path
) -> StandardiseCounts:
    """Write the three tables; all of them appear together at the end, or none."""
    source = database.read_parquet(str(outcomes / "*.parquet"))
    with ExitStack() as stack:
        compounds = stack.enter_context(
            PartitionWriter(output / "compounds.parquet", COMPOUNDS.arrow())
        )
        structures = stack.enter_context(
            PartitionWriter(output / "structures.parquet", STRUCTURES.arrow())
        )
        rejects = stack.enter_context(PartitionWriter(output / "rejects.parquet", REJECTS.arrow()))
        for both in match_outcomes(source, records):
            failed = pc.is_valid(both.column("code"))
            compounds.write(_as_compounds(both.filter(pc.invert(failed))))
            rejects.write(_as_rejects(both.filter(failed)))
        if not compounds.n_rows:
            raise _nothing_usable(source, records)
        for batch in _grouped(source):
            structures.write(pa.Table.from_batches([batch]))
    return StandardiseCounts(
        compounds.n_rows + rejects.n_rows, compounds.n_rows, rejects.n_rows, structures.n_rows
    )


def _as_compounds(matched: pa.Table) -> pa.Table:
    return matched.select([column.name for column in COMPOUNDS.columns])


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
