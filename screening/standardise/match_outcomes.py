"""Records and what became of them, brought together again in the order of the records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.core.partitions import PARTITION_ROWS, read_partitions
from screening.core.tables import RECORDS
from screening.standardise.outcomes import OUTCOMES

_FROM_OUTCOME = ("structure_id", "removed_fragments", "changes", "code", "detail")


def match_outcomes(outcomes: duckdb.DuckDBPyRelation, records: Path) -> Iterator[pa.Table]:
    """Yield records with their outcomes, partition by partition, in the order of the records.

    Parameters
    ----------
    outcomes : relation over the columns of `OUTCOMES`, in any order.
    records : table `records`.

    Raises
    ------
    RuntimeError : a record has no outcome, or two (a programming error).
    """
    ordered = outcomes.order("position").to_arrow_reader(PARTITION_ROWS)
    waiting = OUTCOMES.empty_table()
    position = 0
    for table in read_partitions(records, RECORDS):
        while waiting.num_rows < table.num_rows:
            try:
                batch = ordered.read_next_batch()
            except StopIteration:
                raise RuntimeError("a record has no outcome") from None
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(OUTCOMES)])
        mine, waiting = waiting.slice(0, table.num_rows), waiting.slice(table.num_rows)
        if mine.column("position").to_pylist() != list(range(position, position + len(table))):
            raise RuntimeError("a record has no outcome, or two")
        position += table.num_rows
        yield _side_by_side(table, mine)
    if waiting.num_rows or any(batch.num_rows for batch in ordered):
        raise RuntimeError("there are more outcomes than records")


def _side_by_side(records: pa.Table, outcomes: pa.Table) -> pa.Table:
    """Record columns and outcome columns; the structure as read becomes `input_smiles`."""
    names = ["input_smiles" if name == "smiles" else name for name in records.column_names]
    table = records.rename_columns(names)
    for name in _FROM_OUTCOME:
        table = table.append_column(name, outcomes.column(name))
    return table
