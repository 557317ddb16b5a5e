"""Results of structures, computed once: what a stage looks up, what it adds, what it writes out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.partitions import PartitionWriter, read_partitions, remove
from screening.core.result_store import ResultStore, result_key, version_folder
from screening.core.stored_rows import StoredRows
from screening.core.tables import STRUCTURES


@contextmanager
def open_store(
    root: Path | None, kind: str, facts: Mapping[str, Any], schema: pa.Schema, scratch: Path
) -> Iterator[ResultStore]:
    """The store of a stage; without a root one that lasts as long as the stage.

    Parameters
    ----------
    root : folder of all stores, or None.
    kind : name of the stage.
    facts : what changes a result: digests, versions, settings.
    schema : columns of a result.
    scratch : folder for a store that does not last.
    """
    if root is not None:
        yield ResultStore(version_folder(root, kind, facts), schema)
        return
    passing = scratch / f".{kind}.store"
    remove(passing)
    try:
        yield ResultStore(passing, schema)
    finally:
        remove(passing)


def structure_keys(structures: Path) -> Iterator[str]:
    """The keys under which results of the structures are kept: what was drawn decides."""
    for _, smiles in _structures(structures):
        yield result_key(smiles)


def tell_known(kind: str, stored: StoredRows) -> None:
    """Say on stderr how many structures need no work."""
    if stored.n_found:
        print(
            f"[{kind}] {stored.n_found:,} of {stored.n_keys:,} structures known",
            file=sys.stderr,
            flush=True,
        )


def write_results(
    store: ResultStore, structures: Path, writer: PartitionWriter, scratch: Path
) -> Iterator[pa.Table]:
    """Write the stored results of all structures, in their order, and yield what was written.

    Parameters
    ----------
    store : holds the results; a structure that it does not hold is left out.
    structures : table STRUCTURES.
    writer : of a table with `structure_id` and the store's columns.
    scratch : folder for passing files.
    """
    ids = enumerate(structure_id for structure_id, _ in _structures(structures))
    with store.rows_of(structure_keys(structures), scratch) as stored:
        for rows, results in stored.found():
            keys = [_advance(ids, row) for row in rows]
            table = results.add_column(0, "structure_id", pa.array(keys, pa.string()))
            writer.write(table)
            yield table


def _advance(ids: Iterator[tuple[int, str]], row: int) -> str:
    return next(structure_id for position, structure_id in ids if position == row)


def _structures(structures: Path) -> Iterator[tuple[str, str]]:
    for table in read_partitions(structures, STRUCTURES, ["structure_id", "smiles"]):
        yield from zip(
            table.column("structure_id").to_pylist(),
            table.column("smiles").to_pylist(),
            strict=True,
        )
