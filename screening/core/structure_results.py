"""Results of structures, computed once: what a stage looks up, what it adds, what it writes out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.partitions import PartitionWriter, read_partitions, remove
from screening.core.result_store import ResultStore, result_key, version_folder
from screening.core.stored_rows import StoredRows, items_at
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
        yield ResultStore(version_folder(root, kind, facts), schema, kind)
        return
    passing = scratch / f".{kind}.store"
    remove(passing)
    try:
        yield ResultStore(passing, schema, kind)
    finally:
        remove(passing)


def structure_keys(structures: Path) -> Iterator[str]:
    """The keys under which results of the structures are kept: what was drawn decides."""
    for _, smiles in _structures(structures):
        yield result_key(smiles)


def tell_known(kind: str, stored: StoredRows, what: str = "structures") -> None:
    """Say on stderr how many structures (or records) need no work."""
    if stored.n_found:
        print(
            f"[{kind}] {stored.n_found:,} of {stored.n_keys:,} {what} known",
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
    ids = (structure_id for structure_id, _ in _structures(structures))
    with store.rows_of(structure_keys(structures), scratch) as stored:
        keys = items_at(ids, stored.found_rows())
        for rows, results in stored.found():
            mine = pa.array(islice(keys, len(rows)), pa.string())
            table = results.add_column(0, "structure_id", mine)
            writer.write(table)
            yield table


def _structures(structures: Path) -> Iterator[tuple[str, str]]:
    for table in read_partitions(structures, STRUCTURES, ["structure_id", "smiles"]):
        yield from zip(
            table.column("structure_id").to_pylist(),
            table.column("smiles").to_pylist(),
            strict=True,
        )
