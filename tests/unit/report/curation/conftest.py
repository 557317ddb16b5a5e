"""A small curated library: real structures, some under names that nobody should trust."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from rdkit import Chem
from rdkit.Chem.Scaffolds.MurckoScaffold import MurckoScaffoldSmiles

from screening.core.partitions import PartitionWriter
from screening.core.rejects import fix_for
from screening.core.tables import (
    COMPOUNDS,
    EVIDENCE,
    FAMILIES,
    REJECTS,
    STRUCTURES,
    TableSchema,
)
from screening.report.curation.page import write_curation

BROMOTRYPTAMINE = "NCCc1c[nH]c2cc(Br)ccc12"
MERIDIANIN = "Nc1nccc(-c2c[nH]c3cccc(O)c23)n1"
CARVONES = (
    "C=C(C)[C@@H]1CC=C(C)C(=O)C1",
    "C=C(C)[C@H]1CC=C(C)C(=O)C1",
    "C=C(C)C1CC=C(C)C(=O)C1",
)
EPA = "CC/C=C\\C/C=C\\C/C=C\\C/C=C\\C/C=C\\CCCC(=O)O"
EPA_SODIUM = EPA.removesuffix("O") + "[O-].[Na+]"

Row = dict[str, Any]


def compound(name: str, smiles: str, **changes: Any) -> Row:
    """A compound whose parent has the SMILES; `input_smiles` may differ."""
    return {"name": name, "smiles": smiles, "input_smiles": smiles, **changes}


LIBRARY = (
    compound(
        "6-bromotryptamine",
        BROMOTRYPTAMINE,
        input_smiles="[NH3+]CCc1c[nH]c2cc(Br)ccc12.[Cl-]",
        changes=["fragments_removed", "neutralised"],
        removed_names=["chloride"],
        organisms=["Didemnum candidum"],
        marine="marine",
        aphia_ids=[103566],
        phylum="Chordata",
    ),
    compound(
        "海绵碱",
        BROMOTRYPTAMINE,
        source_file="second.csv",
        conflicts=["stated InChIKey XXXX, the structure gives another"],
    ),
    compound(
        "meridianin A",
        MERIDIANIN,
        organisms=["<img src=x onerror=alert(2)>"],
    ),
    compound(
        "eicosapentaenoic acid, sodium salt",
        EPA,
        input_smiles=EPA_SODIUM,
        changes=["fragments_removed", "neutralised"],
        removed_names=["sodium"],
        organisms=["Nannochloropsis oculata"],
    ),
    compound("(R)-carvone", CARVONES[0], stereo="defined"),
    compound("(S)-carvone", CARVONES[1], stereo="defined"),
    compound("<script>alert(1)</script>", CARVONES[2], stereo="undefined"),
    compound(
        "=cmd|' /C calc'!A0",
        "O=C(O)CF",
        quarantine=["synthetic group: <b>fluorine</b> on carbon"],
        between=['the name "x" is also on AAAAAAAAAAAAAA-BBBBBBBBBB-N'],
    ),
)


def reject(number: int, code: str = "bad_smiles", detail: str = "unclosed ring 3") -> Row:
    return {
        "library": "reef",
        "source_file": "reef.csv",
        "record_number": number,
        "name": f"reject {number}",
        "raw": "r" * 5_000,
        "structure": "c1ccccc<script>alert(4)</script>",
        "stage": "standardise",
        "code": code,
        "detail": detail,
        "fix": fix_for(code),
    }


_DETAILS = (*["unclosed ring 3"] * 4, "unclosed ring 1", "no atom Xx")
REJECTED = (
    *(reject(20 + number, detail=detail) for number, detail in enumerate(_DETAILS)),
    reject(40, "metal", "Sn is bonded"),
)

READING = {
    "file": "reef <b>.csv",
    "kind": "table",
    "packing": "none",
    "encoding": "GB18030",
    "guessed": True,
    "sheet": None,
    "header_line": 1,
    "delimiter": "\t",
    "decimal": ",",
    "roles": {"smiles": ["结构", "SMILES"], "name": ["名称"]},
    "other_columns": ["depth", "<script>"],
    "stated": ["delimiter", "columns.smiles"],
    "n_records": 15,
    "n_rejects": 0,
}


def full(table: TableSchema, rows: Sequence[Row]) -> list[Row]:
    """The rows with the table's columns alone, list columns filled."""
    lists: Row = {column.name: [] for column in table.columns if pa.types.is_list(column.type)}
    names = {column.name for column in table.columns}
    return [{**lists, **{key: row[key] for key in row if key in names}} for row in rows]


def write_library(
    folder: Path,
    compounds: Sequence[Row],
    rejects: Sequence[Row] = (),
    reading: Row | None = None,
) -> Path:
    """The tables that a curation page reads."""
    rows = []
    for number, row in enumerate(compounds, start=1):
        key = Chem.MolToInchiKey(Chem.MolFromSmiles(row["smiles"]))
        usual = {
            "compound_id": f"R{number}",
            "library": "reef",
            "source_file": "reef.csv",
            "record_number": number,
            "raw": "raw",
            "structure_id": key,
            "flat_key": key[:14],
            "stereo": "none",
            "marine": "unknown",
            "scaffold": MurckoScaffoldSmiles(row["smiles"]),
        }
        rows.append({**usual, **row})
    copies = Counter(row["structure_id"] for row in rows)
    first = list({row["structure_id"]: row for row in reversed(rows)}.values())
    scaffolds = Counter(row["scaffold"] for row in first)
    structures = [
        {
            **row,
            "n_compounds": copies[row["structure_id"]],
            "n_scaffold": scaffolds[row["scaffold"]] if row["scaffold"] else 0,
            "stereo_family": [
                other["structure_id"]
                for other in first
                if other["flat_key"] == row["flat_key"] and other is not row
            ],
            "conflicts": row.get("between", []),
        }
        for row in first
    ]
    for table, content in (
        (COMPOUNDS, rows),
        (EVIDENCE, rows),
        (STRUCTURES, structures),
        (FAMILIES, structures),
        (REJECTS, rejects),
    ):
        with PartitionWriter(folder / f"{table.name}.parquet", table.arrow(), 3) as writer:
            writer.write_rows(full(table, content))
    if reading is not None:
        note = folder / "stages/ingest/reading.json"
        note.parent.mkdir(parents=True)
        note.write_text(json.dumps({"files": [reading]}), encoding="utf-8")
    return folder


WriteLibrary = Callable[..., Path]


@pytest.fixture
def library(tmp_path: Path) -> WriteLibrary:
    """Writes a library: compounds, rejects and reading, by default those above."""

    def write(
        compounds: Sequence[Row] = LIBRARY,
        rejects: Sequence[Row] = REJECTED,
        reading: Row | None = READING,
    ) -> Path:
        return write_library(tmp_path / "reef", compounds, rejects, reading)

    return write


@pytest.fixture
def page() -> Callable[[Path], str]:
    """Writes the curation page of a library and reads it."""

    def write(folder: Path) -> str:
        day = date(2026, 11, 21)
        output = write_curation(folder, folder / "report.html", "reef <b>", day=day)
        assert output == folder / "curation.html"
        return output.read_text(encoding="utf-8")

    return write
