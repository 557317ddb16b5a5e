"""The stage on a real table of structures, beside the standalone command."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from screening.chem.standardise import Parent, standardise
from screening.cli.predict import predict_command, predict_structures_command
from screening.core.config import PredictSettings
from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import LOST_STRUCTURES, PREDICTIONS, STRUCTURES
from screening.predict.models import open_models
from screening.predict.prediction_columns import predictions_schema
from screening.predict.structures import predict_structures

SMILES = ("CCO", "CC(=O)[O-].[Na+]", "C[C@H](N)C(=O)O", "Oc1ccccc1", "CC1OC(=O)CCCCCCCCCCC1")
# A SMILES that the stage should never meet, since standardisation would have refused it.
BROKEN = {"structure_id": "BROKEN", "flat_key": "BROKEN", "smiles": "C1CC", "n_compounds": 1}


def structure_row(smiles: str) -> dict[str, object]:
    parent = standardise(smiles)
    assert isinstance(parent, Parent)
    return {
        "structure_id": parent.inchikey,
        "flat_key": parent.flat_key,
        "smiles": parent.smiles,
        "stereo": parent.stereo,
        "n_compounds": 1,
    }


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory, safety_bundle: Path) -> Path:
    """A folder with the results of both commands on the same structures."""
    folder = tmp_path_factory.mktemp("structures")
    rows = [structure_row(smiles) for smiles in SMILES]
    schema = STRUCTURES.arrow()
    with PartitionWriter(folder / "structures.parquet", schema, rows_per_partition=2) as writer:
        writer.write_rows([*rows[:2], BROKEN, *rows[2:]])
    (folder / "in.csv").write_text("structure\n" + "\n".join(SMILES) + "\n")
    settings = json.dumps({"models": [str(safety_bundle)], "device": "cpu"})
    common = ["--workers", "1", "--stats"]
    for command, arguments in (
        (
            predict_structures_command,
            [
                *(str(folder / "structures.parquet"), "--settings", settings),
                *("--output", str(folder / "predictions.parquet")),
                *("--lost", str(folder / "lost.parquet"), *common, str(folder / "stage.json")),
            ],
        ),
        (
            predict_command,
            [
                *(str(folder / "in.csv"), "--smiles-column", "structure", "--device", "cpu"),
                *("--models", str(safety_bundle), "--output", str(folder / "out.csv")),
                *(*common, str(folder / "table.json")),
            ],
        ),
    ):
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return folder


def test_the_table_keeps_keys_and_order(screened: Path) -> None:
    table = read_table(screened / "predictions.parquet", PREDICTIONS)
    keys = [structure_row(smiles)["structure_id"] for smiles in SMILES]
    assert table["structure_id"].to_pylist() == keys
    assert table.column_names == [
        "structure_id",
        *(
            name + suffix
            for name in ("liver", "ld50")
            for suffix in (
                *("", "__std", "__low", "__high", "__in_domain", "__domain", "__similarity"),
                *("__neighbour", "__neighbour_label", "__distance"),
            )
        ),
    ]
    for row in table.to_pylist():
        assert row["ld50__low"] < row["ld50"] < row["ld50__high"]
        assert row["ld50__in_domain"] == (row["ld50__domain"] == "in")
    assert table["ld50__neighbour"].to_pylist()[3] == "ISWSIDIOOBJBQZ"


def test_a_structure_without_prediction_is_in_the_table_of_lost_ones(screened: Path) -> None:
    lost = read_table(screened / "lost.parquet", LOST_STRUCTURES).to_pylist()
    assert lost == [
        {
            "structure_id": "BROKEN",
            "stage": "predict",
            "code": "not_predictable",
            "detail": "bad_smiles: the parent SMILES does not parse",
        }
    ]
    stats = json.loads((screened / "stage.json").read_text())
    assert stats["n_structures"] == stats["n_predicted"] + stats["n_lost"] == 6
    assert stats["seconds"] > 0
    assert stats["peak_memory_mib"] > 0


def test_standalone_and_stage_agree(screened: Path) -> None:
    table = read_table(screened / "predictions.parquet", PREDICTIONS).to_pylist()
    with (screened / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["status"] for row in rows] == ["ok"] * len(SMILES)
    for row, prediction in zip(rows, table, strict=True):
        for column in ("liver", "liver__std", "ld50", "ld50__std"):
            assert float(row[column]) == pytest.approx(prediction[column], abs=1e-5)
        for column in ("liver__in_domain", "ld50__in_domain"):
            assert (row[column] == "true") == prediction[column]


def test_units_and_origin_travel_with_the_columns(screened: Path, safety_bundle: Path) -> None:
    schema = read_table(screened / "predictions.parquet", PREDICTIONS).schema
    digest = open_models([str(safety_bundle)]).bundles[0].digest
    metadata = {key.decode(): text.decode() for key, text in schema.field("ld50").metadata.items()}
    assert metadata == {
        "unit": "-log10(mol/kg)",
        "description": "ld50: calibrated probability, or value in the unit",
        "endpoint": "ld50",
        "kind": "regression",
        "direction": "lower is safer",
        "model": "safety",
        "model_version": "1.2",
        "model_digest": digest,
    }
    assert schema.field("ld50__similarity").metadata[b"unit"] == b"1"
    assert schema.field("ld50__in_domain").type == pa.bool_()
    assert schema.field("ld50__std").type == pa.float32()
    assert predictions_schema(open_models([str(safety_bundle)])).equals(schema)


def test_no_structures_give_tables_without_rows(tmp_path: Path, safety_bundle: Path) -> None:
    with PartitionWriter(tmp_path / "structures.parquet", STRUCTURES.arrow()):
        pass
    settings = PredictSettings(models=(str(safety_bundle),), device="cpu")
    output, lost = tmp_path / "predictions.parquet", tmp_path / "lost.parquet"
    counts = predict_structures(tmp_path / "structures.parquet", output, lost, settings)
    assert counts == {
        "n_structures": 0,
        "n_predicted": 0,
        "n_lost": 0,
        "n_known": 0,
        "n_known_safety": 0,
        "n_endpoints": 2,
    }
    assert "ld50__high" in read_table(output, PREDICTIONS).column_names
    assert read_table(lost, LOST_STRUCTURES).num_rows == 0


def test_a_missing_table_of_structures_is_told(tmp_path: Path, safety_bundle: Path) -> None:
    settings = PredictSettings(models=(str(safety_bundle),), device="cpu")
    with pytest.raises(InputError, match="no such table"):
        predict_structures(tmp_path / "none", tmp_path / "out", tmp_path / "lost", settings)
    assert list(tmp_path.iterdir()) == []
