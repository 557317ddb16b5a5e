"""Tables of structures for tests that describe them on a cluster."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from screening.core.partitions import PartitionWriter
from screening.core.tables import STRUCTURES

REFERENCE = Path(__file__).resolve().parents[1] / "data/marine_reference.csv"


def reference_smiles() -> list[str]:
    """The structures of the bundled library, each once."""
    with REFERENCE.open(encoding="utf-8", newline="") as stream:
        return list(dict.fromkeys(row["smiles"] for row in csv.DictReader(stream)))


def write_structures(path: Path, smiles: list[str], rows_per_partition: int = 50) -> Path:
    """A table STRUCTURES with made-up keys."""
    rows = [
        {
            "structure_id": f"KEY{number:05d}",
            "flat_key": f"KEY{number:05d}",
            "smiles": text,
            "stereo": "none",
            "n_compounds": 1,
        }
        for number, text in enumerate(smiles)
    ]
    with PartitionWriter(path, STRUCTURES.arrow(), rows_per_partition) as writer:
        writer.write_rows(rows)
    return path


def whole_table(path: Path) -> pa.Table:
    """All partitions of a table, in order."""
    return ds.dataset(sorted(path.glob("part-*.parquet"))).to_table()


def differing_columns(one: pa.Table, other: pa.Table) -> dict[str, int]:
    """Columns with other values, to the last bit, and in how many rows; NaN equals NaN."""
    assert one.schema.equals(other.schema)
    assert one.num_rows == other.num_rows
    differing = {
        name: sum(
            repr(a) != repr(b)
            for a, b in zip(one[name].to_pylist(), other[name].to_pylist(), strict=True)
        )
        for name in one.schema.names
    }
    return {name: n for name, n in differing.items() if n}
