"""From CSV to CSV through real worker processes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.predict import driver
from screening.predict.table import predict_table

ODD = ["CCO", "", " CC ", "C1CC", "CCO", "CC\nO", 'a,"b"', "名", "[Na+].CC(=O)[O-]", "=1+1", "CCO"]
SMILES = [*ODD, *("C" * (1 + n % 40) + "O" * (n % 2) for n in range(200)), *ODD]
ACCEPTED = [text.strip(" C") in ("", "O", "[Na+].CC(=O)[O-]") and bool(text) for text in SMILES]


def write_table(path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "smiles"])
        writer.writerows([f"n,{number}", text] for number, text in enumerate(SMILES))
    return path


def predicted(
    table: Path, output: Path, models: tuple[str, ...], workers: Compute
) -> dict[str, int]:
    settings = PredictSettings(models=models, device="cpu")
    return predict_table(table, "smiles", output, settings, workers)


@pytest.fixture(scope="module")
def outputs(
    tmp_path_factory: pytest.TempPathFactory,
    workers: Compute,
    safety_bundle: Path,
    potency_bundle: Path,
) -> tuple[Path, Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("table")
    table = write_table(folder / "in.csv")
    models = (str(safety_bundle), str(potency_bundle))
    with pytest.MonkeyPatch.context() as patch:
        # Seven chunks in four windows, so that two workers finish in any order.
        patch.setattr(driver, "CHUNK", 32)
        patch.setattr(driver, "WINDOW", 2)
        patch.setattr(driver, "WINDOW_PER_WORKER", 1)
        counts = predicted(table, folder / "two.csv", models, workers)
        assert predicted(table, folder / "one.csv", models, Compute(1)) == counts
    return folder / "two.csv", folder / "one.csv", counts


def test_one_row_out_for_each_row_in_and_in_order(
    outputs: tuple[Path, Path, dict[str, int]],
) -> None:
    output, _, counts = outputs
    with output.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["input_smiles"] for row in rows] == SMILES
    assert [int(row["row"]) for row in rows] == list(range(len(SMILES)))
    assert [row["status"] == "ok" for row in rows] == ACCEPTED
    assert [bool(row["reason"]) for row in rows] == [not good for good in ACCEPTED]
    assert counts == {
        "n_rows": len(SMILES),
        "n_ok": sum(ACCEPTED),
        "n_rejected": len(SMILES) - sum(ACCEPTED),
    }


def test_cells_are_full_for_accepted_rows_and_empty_for_others(
    outputs: tuple[Path, Path, dict[str, int]],
) -> None:
    with outputs[0].open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            cells = {name: row[name] for name in row if name.startswith(("liver", "ld50", "pic50"))}
            assert len(cells) == 9
            if row["status"] == "rejected":
                assert set(cells.values()) == {""}
                continue
            assert 0 <= float(row["liver"]) <= 1
            assert float(row["ld50__std"]) >= 0
            assert row["pic50__in_domain"] in ("true", "false")


def test_equal_structures_have_equal_values(outputs: tuple[Path, Path, dict[str, int]]) -> None:
    with outputs[0].open(encoding="utf-8", newline="") as stream:
        values = [row["liver"] for row in csv.DictReader(stream) if row["input_smiles"] == "CCO"]
    assert len(values) > 5
    numbers = [float(value) for value in values]
    assert max(numbers) - min(numbers) < 1e-5


def test_the_number_of_workers_changes_nothing(
    outputs: tuple[Path, Path, dict[str, int]],
) -> None:
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_a_table_without_rows_gives_a_table_without_rows(
    tmp_path: Path, safety_bundle: Path
) -> None:
    table = tmp_path / "in.csv"
    table.write_text("smiles\n")
    counts = predicted(table, tmp_path / "out.csv", (str(safety_bundle),), Compute(1))
    assert counts == {"n_rows": 0, "n_ok": 0, "n_rejected": 0}
    header = (tmp_path / "out.csv").read_text()
    assert header.startswith("row,input_smiles,status,reason,liver,liver__std,liver__in_domain,")
    assert header.count("\n") == 1
