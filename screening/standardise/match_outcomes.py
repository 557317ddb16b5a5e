"""Records and what became of them, side by side in the order of the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from screening.chem.problem import Problem
from screening.core.partitions import read_partitions
from screening.core.stored_rows import StoredRows
from screening.core.tables import RECORDS
from screening.standardise.outcomes import OUTCOMES, table_items


def match_outcomes(
    stored: StoredRows, records: Path, lost: Mapping[str, Problem]
) -> Iterator[pa.Table]:
    """Yield records with their outcomes, partition by partition.

    Parameters
    ----------
    stored : outcomes of the records, by their position.
    records : table `records`.
    lost : key of an item that has none → the reason.

    Raises
    ------
    RuntimeError : a record has no outcome (a programming error).
    """
    found = stored.found()
    rows: list[int] = []
    outcomes = OUTCOMES.empty_table()
    first = 0
    for table in read_partitions(records, RECORDS):
        last = first + table.num_rows - 1
        while not rows or rows[-1] < last:
            further = next(found, None)
            if further is None:
                break
            rows = rows + further[0]
            outcomes = pa.concat_tables([outcomes, further[1]])
        n_mine = sum(row <= last for row in rows)
        place = {row - first: at for at, row in enumerate(rows[:n_mine])}
        places = pa.array([place.get(at) for at in range(table.num_rows)], pa.int64())
        mine = outcomes.take(places)
        if places.null_count:
            mine = _with_reasons(table, mine, places, lost)
        yield _side_by_side(table, mine)
        rows, outcomes, first = rows[n_mine:], outcomes.slice(n_mine), last + 1


def _with_reasons(
    records: pa.Table, outcomes: pa.Table, places: pa.Array, lost: Mapping[str, Problem]
) -> pa.Table:
    """Outcomes with code and detail in the rows that have none."""
    codes, details = outcomes.column("code").to_pylist(), outcomes.column("detail").to_pylist()
    for row, (place, item) in enumerate(zip(places, table_items(records), strict=True)):
        if place.is_valid:
            continue
        if item.key not in lost:
            raise RuntimeError("a record has no outcome")
        codes[row], details[row] = lost[item.key].code, lost[item.key].detail
    for name, texts in (("code", codes), ("detail", details)):
        at = outcomes.schema.get_field_index(name)
        outcomes = outcomes.set_column(at, name, pa.array(texts, pa.string()))
    return outcomes


def _side_by_side(records: pa.Table, outcomes: pa.Table) -> pa.Table:
    """Record columns and outcome columns."""
    for name in OUTCOMES.names:
        records = records.append_column(name, outcomes.column(name))
    return records
