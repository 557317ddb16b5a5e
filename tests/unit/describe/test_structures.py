from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors

from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.errors import InputError
from screening.core.partitions import read_table
from screening.core.tables import DESCRIPTORS, LOST_STRUCTURES
from screening.describe.structures import count_incomplete, describe_structures, descriptors_schema
from tests.structures import write_structures

SMILES = ["CCO", "c1ccccc1Br", "NCCS(O)(=O)=O", "OC(=O)C1CNCC1C(=O)O", "CC1=CC(=O)C=CC1=O"]
# 2,000 heavy atoms: the characteristic polynomial alone takes minutes.
ENDLESS = "C" * 2000


def test_every_structure_is_described_or_lost(tmp_path: Path, workers: Compute) -> None:
    write_structures(tmp_path / "structures", [*SMILES[:3], ENDLESS, *SMILES[3:]])
    counts = describe_structures(
        tmp_path / "structures",
        tmp_path / "descriptors",
        tmp_path / "lost",
        DescribeSettings(time_limit_s=2),
        workers,
    )
    assert counts == {
        "n_structures": 6,
        "n_described": 5,
        "n_lost": 1,
        "n_known": 0,
        "n_incomplete": 0,
        "n_descriptors": 239,
    }
    table = read_table(tmp_path / "descriptors", DESCRIPTORS)
    assert table["structure_id"].to_pylist() == [
        "KEY00000",
        "KEY00001",
        "KEY00002",
        "KEY00004",
        "KEY00005",
    ]
    expected = [Descriptors.CalcMolDescriptors(Chem.MolFromSmiles(text)) for text in SMILES]
    for name in expected[0]:
        values = [one[name] for one in expected]
        assert table[name].to_pylist() == pytest.approx(values, rel=1e-9, nan_ok=True), name
    assert table.schema.field("TPSA").metadata[b"unit"] == b"angstrom^2"
    lost = read_table(tmp_path / "lost", LOST_STRUCTURES).to_pylist()
    assert lost == [
        {
            "structure_id": "KEY00003",
            "stage": "describe",
            "code": "timed_out",
            "detail": "over the limit of 2 s",
        }
    ]


def test_no_structures_give_empty_tables_with_all_columns(tmp_path: Path) -> None:
    write_structures(tmp_path / "structures", [])
    counts = describe_structures(
        tmp_path / "structures", tmp_path / "descriptors", tmp_path / "lost"
    )
    assert counts["n_structures"] == counts["n_described"] == counts["n_lost"] == 0
    table = read_table(tmp_path / "descriptors", DESCRIPTORS)
    assert table.schema.names == descriptors_schema(DescribeSettings().sets).names


def test_a_missing_table_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table"):
        describe_structures(tmp_path / "structures", tmp_path / "descriptors", tmp_path / "lost")
    assert list(tmp_path.iterdir()) == []


def test_rows_with_a_null_are_counted_once() -> None:
    whole = pa.table({"sa_score": [None, 1.0], "np_likeness": [None, 0.5]})
    assert count_incomplete(whole) == 1
    assert count_incomplete(whole.slice(1)) == 0
