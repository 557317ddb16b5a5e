"""What standardisation made of each record: computed in worker processes, kept on disk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.parallel import Lost, Progress, chunked, map_chunks
from screening.core.partitions import PartitionWriter, count_rows, read_partitions
from screening.core.tables import RECORDS, STRINGS
from screening.core.watchdog import time_limit

if TYPE_CHECKING:
    from distributed import Client

STAGE = "standardise"
# Structures a task: some two seconds of work, so that a slow one does not hold the others up.
_CHUNK = 500

# One row a record, in the order in which workers finish. A row has a code or a structure_id.
OUTCOMES = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        ("structure_id", pa.string()),
        ("flat_key", pa.string()),
        ("smiles", pa.string()),
        ("stereo", pa.string()),
        ("removed_fragments", STRINGS),
        ("changes", STRINGS),
        ("code", pa.string()),
        ("detail", pa.string()),
    ]
)

Item = tuple[int, str]


def write_outcomes(client: Client, records: Path, outcomes: Path, time_limit_s: float) -> None:
    """Standardise every record and write `OUTCOMES`.

    Parameters
    ----------
    client : Dask client whose workers do the chemistry.
    records : table `records`.
    outcomes : folder of the table to write.
    time_limit_s : seconds that one structure may take.
    """
    progress = Progress(STAGE, count_rows(records), "records")
    function = partial(standardise_chunk, time_limit_s=time_limit_s)
    chunks = chunked(_items(records), _CHUNK)
    with PartitionWriter(outcomes, OUTCOMES) as writer:
        for chunk, result in map_chunks(client, function, chunks, time_limit_s):
            rows = [_lost_row(result)] if isinstance(result, Lost) else result
            writer.write_rows(rows)
            progress.add(len(chunk))


def _items(records: Path) -> Iterator[Item]:
    position = 0
    for table in read_partitions(records, RECORDS, ["smiles"]):
        for smiles in table.column("smiles").to_pylist():
            yield position, smiles
            position += 1


def standardise_chunk(items: list[Item], time_limit_s: float) -> list[dict[str, Any]]:
    """Standardise the structures of one chunk; runs in a worker process.

    Parameters
    ----------
    items : (position of the record, SMILES).
    time_limit_s : seconds after which the process ends, to be restarted without this structure.
    """
    rows = []
    for position, smiles in items:
        with time_limit(time_limit_s):
            rows.append(_row(position, smiles))
    return rows


def _row(position: int, smiles: str) -> dict[str, Any]:
    parent = standardise(smiles)
    if isinstance(parent, Problem):
        return {"position": position, "code": parent.code, "detail": parent.detail}
    return {
        "position": position,
        "structure_id": parent.inchikey,
        "flat_key": parent.flat_key,
        "smiles": parent.smiles,
        "stereo": parent.stereo,
        "removed_fragments": list(parent.removed_fragments),
        "changes": list(parent.changes),
    }


def _lost_row(lost: Lost[Item]) -> dict[str, Any]:
    return {"position": lost.item[0], "code": lost.code, "detail": lost.detail}
