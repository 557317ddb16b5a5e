"""The curation page at its limits: far too many kinds of everything, damaged tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter
from screening.core.tables import (
    COMPOUNDS,
    EVIDENCE,
    FAMILIES,
    REJECTS,
    STRUCTURES,
    TableSchema,
)
from screening.report.curation.page import write_curation
from screening.report.curation.pictures import DRAWING_BYTES

PAGE_BYTES = 5_000_000
# Fatty acids of many lengths: unlike each other, and drawn fast.


def acid(n: int) -> str:
    return "C" * (2 + n) + "(=O)O"


def row(n: int) -> dict[str, Any]:
    """A compound unlike any other in everything."""
    long = f"{n} " + "&<long>" * 1_500
    text = f"kind {chr(97 + n % 26)}{chr(97 + n // 26)}: {long}"
    return {
        "compound_id": f"C{n}{long}",
        "library": "reef",
        "source_file": long,
        "record_number": n,
        "raw": long,
        "input_smiles": acid(n) + ".[Na+]",
        "structure_id": f"S{n}",
        "flat_key": f"F{n // 6}",
        "smiles": acid(n),
        "stereo": "none",
        "n_compounds": 2 + n,
        "name": long,
        "marine": "unknown",
        "phylum": long,
        "scaffold": "C1" + "C" * (2 + n) + "1",
        "n_scaffold": 1,
        "aphia_ids": [],
        "stereo_family": [f"S{m}" for m in range(n - n % 6, n - n % 6 + 6) if m != n],
        **{
            name: [text] * 4
            for name in ("changes", "removed_names", "organisms", "conflicts", "quarantine")
        },
    }


def reject(n: int) -> dict[str, Any]:
    long = f"{n} " + "&<long>" * 1_500
    return {
        "library": "reef",
        "source_file": long,
        "record_number": n,
        "name": long,
        "raw": long,
        "stage": "ingest",
        "code": f"code_{n}",
        "detail": long,
        "fix": long,
    }


def write_tables(folder: Path, n: int) -> Path:
    rows = [row(number) for number in range(n)]
    tables: list[tuple[TableSchema, list[dict[str, Any]]]] = [
        (table, rows) for table in (COMPOUNDS, STRUCTURES, FAMILIES, EVIDENCE)
    ]
    for table, content in [*tables, (REJECTS, [reject(number) for number in range(n)])]:
        lists = {c.name: [] for c in table.columns if pa.types.is_list(c.type)}
        names = {column.name for column in table.columns}
        with PartitionWriter(folder / f"{table.name}.parquet", table.arrow()) as writer:
            writer.write_rows(
                [{**lists, **{k: v for k, v in one.items() if k in names}} for one in content]
            )
    return folder


def test_a_page_of_nothing_but_extremes_stays_small(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, 120)
    long = "&<column>" * 60
    entry = {
        "file": long,
        "kind": long,
        "encoding": long,
        "roles": {f"{n}{long}": [long] * 9 for n in range(45)},
        "other_columns": [long] * 50,
        "n_records": 1,
        "n_rejects": 1,
    }
    note = folder / "stages/ingest/reading.json"
    note.parent.mkdir(parents=True)
    note.write_text(json.dumps({"files": [entry] * 40}), encoding="utf-8")
    output = write_curation(folder, folder / "report.html", "&" * 5_000)
    html = output.read_text(encoding="utf-8")
    drawings = re.findall('class="mol".*?</svg>', html)
    assert len(drawings) >= 60
    # Were each drawing as large as one may be, the page would still be small enough.
    bare = output.stat().st_size - sum(map(len, drawings))
    assert bare + len(drawings) * DRAWING_BYTES < PAGE_BYTES
    n_reasons = html.count('class="box reason"')
    assert n_reasons == 40


@pytest.mark.parametrize("table", ["compounds", "structures", "rejects", "families", "evidence"])
def test_a_damaged_table_is_named(tmp_path: Path, table: str) -> None:
    folder = write_tables(tmp_path, 3)
    part = folder / f"{table}.parquet" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(InputError, match=f"{table}.parquet"):
        write_curation(folder, folder / "report.html", "reef")
    assert not (folder / "curation.html").exists()


def test_a_table_whose_middle_is_damaged_is_an_input_error(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, 60)
    part = folder / "compounds.parquet" / "part-00000.parquet"
    content = part.read_bytes()
    # The footer stays whole: the damage shows only when the rows are read.
    part.write_bytes(content[:4] + b"\xff" * 2_000 + content[2_004:])
    with pytest.raises(InputError, match="a table cannot be read"):
        write_curation(folder, folder / "report.html", "reef")


def test_a_table_of_an_earlier_version_is_named(tmp_path: Path) -> None:
    folder = write_tables(tmp_path, 3)
    old = pa.schema([field for field in FAMILIES.arrow() if field.name != "quarantine"])
    with PartitionWriter(folder / "families.parquet", old) as writer:
        writer.write_rows([])
    with pytest.raises(InputError, match="column quarantine of table families is missing"):
        write_curation(folder, folder / "report.html", "reef")
