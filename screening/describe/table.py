"""Standalone description: a CSV file of the user's own, one row out for each row in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.chem.csv_entries import count_entries, read_entries
from screening.chem.descriptors import descriptor_fields
from screening.chem.entry import Entry
from screening.chem.entry_table import entry_tables, sliced_entries, write_entries
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.errors import InputError
from screening.core.kept_work import Missing, Work, compute_missing
from screening.core.partitions import replace, working_folder
from screening.core.result_store import ResultStore
from screening.describe.work import LARGEST_TASK, Task, describe_rows, reason_text, row_key

_INPUT = pa.schema(
    [
        pa.field("row", pa.int64(), metadata={"unit": "1", "description": "input row, from 0"}),
        pa.field("input_smiles", pa.string(), metadata={"description": "structure as given"}),
    ]
)
_OUTCOME = pa.schema(
    [
        pa.field("status", pa.string(), metadata={"description": "ok or rejected"}),
        pa.field(
            "reason", pa.string(), metadata={"description": "code: detail, of those rejected"}
        ),
    ]
)


def describe_table(
    table: Path,
    smiles_column: str,
    output: Path,
    settings: DescribeSettings | None = None,
    compute: Compute | None = None,
) -> dict[str, int]:
    """Compute the descriptors of the standardised parent of every row of a CSV file.

    The output is one Parquet file with the columns `row` (from 0), `input_smiles` (as given),
    `status` (`ok`, `rejected`), `reason` (`code: detail`; null for `ok`) and the descriptors; rows
    are in input order, and those rejected have nulls.

    Parameters
    ----------
    table : CSV (comma) or TSV file with a header, UTF-8, also gzipped.
    smiles_column : the column that holds the structures.
    output : Parquet file to write; it appears when it is complete.
    settings : descriptor sets and time limit.
    compute : workers and Dask address.

    Returns
    -------
    Counts `n_rows`, `n_ok`, `n_rejected`.

    Raises
    ------
    InputError : the table cannot be read, lacks the column, or the output cannot be written.
    ConfigError : the Dask scheduler does not answer.
    OutputError : the disk is full, or workers do not share it.
    """
    settings, compute = settings or DescribeSettings(), compute or Compute()
    n_rows = count_entries(table, smiles_column)
    outcomes = pa.schema([*_OUTCOME, *descriptor_fields(settings.sets)])
    with _open_parquet(output, table, pa.schema([*_INPUT, *outcomes])) as (writer, scratch):
        entries = scratch / "entries"
        write_entries(read_entries(table, smiles_column), entries)
        store = ResultStore(scratch / "store", outcomes)
        missing = Missing(entries, iter(range(n_rows)), n_rows, store.segment_folder)
        for lost in compute_missing(_work(settings), missing, compute):
            rejected = {"status": "rejected", "reason": reason_text(lost.code, lost.detail)}
            store.segment_folder.add(
                [row_key(lost.item)], pa.Table.from_pylist([rejected], schema=outcomes)
            )
        n_rejected = _write_rows(writer, entries, store, n_rows, scratch)
    return {"n_rows": n_rows, "n_ok": n_rows - n_rejected, "n_rejected": n_rejected}


def _work(settings: DescribeSettings) -> Work[Entry]:
    task = Task(settings.sets, standardised=False, limits=settings.limits)
    return Work(
        stage="describe",
        what="structures",
        read=sliced_entries,
        function=partial(describe_rows, task),
        limits=settings.limits,
        largest_task=LARGEST_TASK,
    )


def _write_rows(
    writer: pq.ParquetWriter, entries: Path, store: ResultStore, n_rows: int, scratch: Path
) -> int:
    """Write inputs and outcomes side by side; returns the number of those rejected."""
    n_rejected = 0
    inputs = (text.as_py() for table in entry_tables(entries) for text in table.column("smiles"))
    with store.rows_of(map(str, range(n_rows)), scratch) as stored:
        if stored.n_missing:
            raise RuntimeError("a row has no outcome")
        for rows, outcomes in stored.found():
            texts = pa.array(islice(inputs, len(rows)), pa.string())
            columns = [pa.array(rows, pa.int64()), texts, *outcomes.columns]
            writer.write_table(pa.Table.from_arrays(columns, schema=writer.schema))
            n_rejected += pc.sum(pc.equal(outcomes.column("status"), "rejected")).as_py()
    return n_rejected


@contextmanager
def _open_parquet(
    output: Path, source: Path, schema: pa.Schema
) -> Iterator[tuple[pq.ParquetWriter, Path]]:
    """A Parquet file that takes its place when the block ends well, and is removed otherwise.

    Beside it stands a folder for passing files, which is removed in the end.

    Raises
    ------
    InputError : the output cannot be written there.
    """
    if output.is_dir():
        raise InputError(f"{output}: is a folder", "name a file for the descriptors")
    if output.exists() and output.samefile(source):
        raise InputError(f"{output}: is the input itself", "name another file")
    partial = output.with_name(f".{output.name}.partial")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        partial.touch()
    except OSError as problem:
        raise InputError(
            f"{output}: cannot be written ({problem.strerror})", "name another place"
        ) from None
    try:
        with (
            working_folder(output) as scratch,
            pq.ParquetWriter(partial, schema, compression="zstd") as writer,
        ):
            yield writer, scratch
        replace(partial, output)
    finally:
        partial.unlink(missing_ok=True)
