"""A structure that outlasts its time limit takes its worker with it, and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.predict.table import predict_table

LIMIT_S = 2.0
# RDKit takes many seconds to list all ways of drawing a hundred sulfoxides beside a charge.
ENDLESS = "CS(=O)" * 100 + "C[NH3+]"


@pytest.mark.slow
def test_a_structure_that_kills_its_worker_is_a_rejected_row(
    tmp_path: Path, safety_bundle: Path
) -> None:
    texts = ["CCO", "C1CC", ENDLESS, "CC(=O)O", "CCO", "Oc1ccccc1"]
    table, output = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("smiles\n" + "\n".join(texts) + "\n")
    settings = PredictSettings(models=(str(safety_bundle),), device="cpu", time_limit_s=LIMIT_S)
    counts = predict_table(table, "smiles", output, settings, Compute(n_workers=2))
    assert counts == {"n_rows": 6, "n_ok": 4, "n_rejected": 2}
    with output.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["input_smiles"] for row in rows] == texts
    assert [row["status"] == "ok" for row in rows] == [True, False, False, True, True, True]
    assert rows[2]["reason"] == "timed_out: over the limit of 2 s"
    assert rows[1]["reason"].startswith("bad_smiles: ")
