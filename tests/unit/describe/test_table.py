from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors

from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.describe.table import describe_table

ROWS = [
    ("ethanol", "CCO"),
    ("", ""),
    ("海绵素", "c1ccccc1Br"),
    ("broken", "C1CC"),
    ("=cmd", "CC(=O)[O-].[Na+]"),
    ("ferrocene-like", "C[Fe]C"),
    ("ethanol again", "OCC"),
]


def test_one_row_out_for_each_row_in(tmp_path: Path, workers: Compute) -> None:
    table, output = tmp_path / "input.csv", tmp_path / "out.parquet"
    lines = ["name,SMILES", *(f"{name},{smiles}" for name, smiles in ROWS)]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = DescribeSettings(sets=("rdkit2d", "alerts"))
    counts = describe_table(table, "SMILES", output, settings, workers)
    assert counts == {"n_rows": 7, "n_ok": 4, "n_rejected": 3}
    found = pq.read_table(output)
    assert found.column_names[:4] == ["row", "input_smiles", "status", "reason"]
    assert found["row"].to_pylist() == list(range(7))
    assert found["input_smiles"].to_pylist() == [smiles for _, smiles in ROWS]
    codes = [text and text.split(":")[0] for text in found["reason"].to_pylist()]
    assert codes == [None, "empty_structure", None, "bad_smiles", None, "metal", None]
    masses = found["MolWt"].to_pylist()
    assert [mass is None for mass in masses] == [
        status != "ok" for status in found["status"].to_pylist()
    ]
    acid = Chem.MolFromSmiles("CC(=O)O")
    assert masses[4] == pytest.approx(Descriptors.MolWt(acid), abs=1e-9)
    assert masses[0] == masses[6]
    assert found["alerts"].to_pylist()[1] is None
    assert found["alerts"].to_pylist()[0] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["input.csv", "out.parquet"]
