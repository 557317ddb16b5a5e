"""What standardisation makes of each record: computed in worker processes, kept in a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from screening.chem.conflicts import find_conflicts
from screening.chem.notation import read_preferred
from screening.chem.problem import Problem
from screening.chem.standardise import guarded, standardise_reading
from screening.core.compute import Compute
from screening.core.kept_work import Missing, Outcome, Work, compute_missing
from screening.core.partitions import read_partitions
from screening.core.result_store import ResultStore
from screening.core.segments import result_key
from screening.core.slices import Slice
from screening.core.stored_rows import tell_known
from screening.core.tables import RECORDS, STRINGS
from screening.core.watchdog import Limits, guard

STAGE = "standardise"
# Structures a task: some seconds of work.
_LARGEST_TASK = 1_000

# One row a record. A row has a code or a structure_id.
OUTCOMES = pa.schema(
    [
        ("input_smiles", pa.string()),
        ("structure_id", pa.string()),
        ("flat_key", pa.string()),
        ("smiles", pa.string()),
        ("stereo", pa.string()),
        ("removed_fragments", STRINGS),
        ("removed_names", STRINGS),
        ("changes", STRINGS),
        ("conflicts", STRINGS),
        ("code", pa.string()),
        ("detail", pa.string()),
    ]
)


class Item(NamedTuple):
    """What is standardised of one record, as in `RECORDS`; all of it decides the outcome."""

    structure: str
    notation: str = "smiles"
    alternatives: list[str] = []  # noqa: RUF012  # never altered
    stated_inchikey: str | None = None
    stated_formula: str | None = None

    @property
    def key(self) -> str:
        """The key under which the outcome is kept."""
        return result_key(
            self.structure,
            self.notation,
            self.stated_inchikey or "",
            self.stated_formula or "",
            *self.alternatives,
        )


class Computed(NamedTuple):
    """What was done beside the store.

    Parameters
    ----------
    n_known : records whose outcome was in the store.
    lost : key of an item that ended its worker → the reason.
    """

    n_known: int
    lost: dict[str, Problem]


def compute_outcomes(
    records: Path, store: ResultStore, scratch: Path, limits: Limits, compute: Compute
) -> Computed:
    """Standardise every record whose outcome the store lacks, and add it there.

    Parameters
    ----------
    records : table `records`.
    store : of `OUTCOMES`.
    scratch : folder for passing files.
    limits : time and memory that one structure may take.
    compute : workers and Dask address.

    Raises
    ------
    ConfigError : no scheduler answers at the address.
    OutputError : the disk is full, or workers do not share it.
    """
    keys = (item.key for item in record_items(records))
    with store.rows_of(keys, scratch) as stored:
        tell_known(STAGE, stored, "records")
        missing = Missing(records, stored.missing(), stored.n_missing, store.segment_folder)
        lost = {
            one.item.key: Problem(one.code, one.detail)
            for one in compute_missing(_work(limits), missing, compute)
        }
        return Computed(stored.n_found, lost)


def _work(limits: Limits) -> Work[Item]:
    return Work(
        stage=STAGE,
        what="records",
        read=_sliced_records,
        function=partial(standardise_kept, limits=limits),
        limits=limits,
        largest_task=_LARGEST_TASK,
    )


def _sliced_records(part: Slice) -> list[Item]:
    return list(table_items(part.read(Item._fields)))


def record_items(records: Path) -> Iterator[Item]:
    """What is standardised of each record, in their order."""
    for table in read_partitions(records, RECORDS, Item._fields):
        yield from table_items(table)


def table_items(records: pa.Table) -> Iterator[Item]:
    """The items of some records."""
    columns = [records.column(name).to_pylist() for name in Item._fields]
    for values in zip(*columns, strict=True):
        yield Item(*values)


def standardise_kept(items: Sequence[Item], limits: Limits) -> Outcome[Item]:
    """Standardise structures for the store; a problem is an outcome too."""
    return Outcome([item.key for item in items], standardise_chunk(items, limits), [])


def standardise_chunk(items: Sequence[Item], limits: Limits) -> pa.Table:
    """Standardise the structures of one chunk; runs in a worker process.

    Parameters
    ----------
    items : records of the chunk.
    limits : beyond them the process ends, to be restarted without this structure.

    Returns
    -------
    One row of `OUTCOMES` for each item, in their order.
    """
    rows = []
    for item in items:
        with guard(limits):
            rows.append(_row(item))
    return as_table(rows)


def as_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of outcomes as a table; what a row does not say is null."""
    columns = {name: [row.get(name) for row in rows] for name in OUTCOMES.names}
    return pa.table(columns, schema=OUTCOMES)


def _row(item: Item) -> dict[str, Any]:
    outcome = guarded(lambda: _outcome(item))
    if isinstance(outcome, Problem):
        return {"code": outcome.code, "detail": outcome.detail}
    return outcome


def _outcome(item: Item) -> dict[str, Any] | Problem:
    """Read, standardise, and compare with what else the record says of its structure."""
    reading = read_preferred(item.structure, item.notation, item.alternatives)
    if isinstance(reading, Problem):
        return reading
    parent = standardise_reading(reading)
    if isinstance(parent, Problem):
        return parent
    conflicts = find_conflicts(
        reading,
        parent,
        stated_inchikey=item.stated_inchikey,
        stated_formula=item.stated_formula,
        alternatives=item.alternatives,
    )
    return {
        "input_smiles": parent.input_smiles,
        "structure_id": parent.inchikey,
        "flat_key": parent.flat_key,
        "smiles": parent.smiles,
        "stereo": parent.stereo,
        "removed_fragments": parent.removed_fragments,
        "removed_names": parent.removed_names,
        "changes": parent.changes,
        "conflicts": conflicts,
    }
