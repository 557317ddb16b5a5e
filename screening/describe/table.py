"""Standalone description: a CSV file of the user's own, one row out for each row in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.chem.csv_entries import count_entries, read_entries
from screening.chem.descriptors import descriptor_fields
from screening.chem.entry import Entry
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.errors import InputError
from screening.core.partitions import replace
from screening.describe.driver import describe_blocks
from screening.describe.work import Described, Task

_HEAD = pa.schema(
    [
        pa.field("row", pa.int64(), metadata={"unit": "1", "description": "input row, from 0"}),
        pa.field("input_smiles", pa.string(), metadata={"description": "structure as given"}),
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
    """
    settings, compute = settings or DescribeSettings(), compute or Compute()
    task = Task(settings.sets, standardised=False, limits=settings.limits)
    n_rows = count_entries(table, smiles_column)
    n_rejected = 0
    schema = pa.schema([*_HEAD, *descriptor_fields(settings.sets)])
    with _open_parquet(output, table, schema) as writer:
        entries = read_entries(table, smiles_column)
        for block, outcome in describe_blocks(entries, n_rows, task, compute):
            writer.write_table(_aligned(block, outcome).cast(schema))
            n_rejected += len(outcome.problems)
    return {"n_rows": n_rows, "n_ok": n_rows - n_rejected, "n_rejected": n_rejected}


def _aligned(block: list[Entry], outcome: Described) -> pa.Table:
    """All rows of a block in order, those rejected with nulls for descriptors."""
    place = {row: index for index, row in enumerate(outcome.rows)}
    problems = [outcome.problems.get(entry.row) for entry in block]
    texts = [
        problem and " ".join(f"{problem.code}: {problem.detail}".split()) for problem in problems
    ]
    head = pa.table(
        {
            "row": pa.array([entry.row for entry in block], pa.int64()),
            "input_smiles": pa.array([entry.smiles for entry in block], pa.string()),
            "status": pa.array(["rejected" if problem else "ok" for problem in problems]),
            "reason": pa.array(texts, pa.string()),
        }
    )
    values = outcome.table.take(pa.array([place.get(entry.row) for entry in block], pa.int64()))
    for field, column in zip(values.schema, values.columns, strict=True):
        head = head.append_column(field, column)
    return head


@contextmanager
def _open_parquet(output: Path, source: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A Parquet file that takes its place when the block ends well, and is removed otherwise.

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
        with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
            yield writer
        replace(partial, output)
    finally:
        partial.unlink(missing_ok=True)
