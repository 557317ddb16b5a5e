"""The benchmark's rules on small sets: what is validation, what is a leak, and a whole run."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem import Crippen

from screening.cli.benchmark import benchmark_command
from screening.core.errors import InputError
from screening.train.tdc.blend import METHODS, choose_weights
from screening.train.tdc.read import Task, read_benchmark
from screening.train.tdc.seeds import SeedResult, validation_part
from screening.train.tdc.sets import SETS

CACO2 = next(item for item in SETS if item.name == "caco2_wang")
HERG = next(item for item in SETS if item.name == "herg")
RINGS = [
    "c1ccccc1",
    "C1CCCCC1",
    "c1ccncc1",
    "c1ccc2ccccc2c1",
    "C1CCNCC1",
    "c1ccoc1",
    "c1ccsc1",
    "C",
]
STARTS = ["C", "CC", "OC", "NC", "ClC", "OCC", "OC(=O)", "CC(C)"]


def write_set(folder: Path, rows: list[tuple[str, float]], test: list[str]) -> None:
    folder.mkdir(parents=True)
    table = pd.DataFrame(rows, columns=["Drug", "Y"])
    table.to_csv(folder / "train_val.csv", index_label="Drug_ID")
    pd.DataFrame({"Drug": test}).to_csv(folder / "test_structures.csv", index_label="Drug_ID")


def compounds() -> list[tuple[str, float]]:
    texts = [start + ring for ring in RINGS for start in STARTS]
    return [(text, Crippen.MolLogP(Chem.MolFromSmiles(text))) for text in texts]


@given(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=40), st.integers(1, 9))
def test_validation_is_whole_scaffolds_and_about_an_eighth(scaffolds: list[str], seed: int) -> None:
    chosen = validation_part(scaffolds, seed)
    sides = {}
    for scaffold, aside in zip(scaffolds, chosen, strict=True):
        assert sides.setdefault(scaffold, aside) == aside
    assert chosen.sum() <= round(len(scaffolds) / 8)


def test_structures_without_a_ring_are_groups_of_their_own() -> None:
    chosen = validation_part([""] * 80, 1)
    assert chosen.sum() == 10
    assert validation_part(["c1ccccc1"] * 60 + [""] * 20, 1)[:60].sum() == 0


def test_a_stereo_twin_of_a_test_structure_is_not_learned_from(tmp_path: Path) -> None:
    rows = [("C[C@H](N)C(=O)O", 1.0), ("CCO", 2.0), ("OCC", 4.0), ("CCCO", 5.0)]
    write_set(tmp_path / "caco2_wang", rows, ["C[C@@H](N)C(=O)O", "nonsense"])
    (task,) = read_benchmark(tmp_path, 1).tasks
    assert sorted(task.labels.tolist()) == [3.0, 5.0]
    assert task.test_keys[1] == ""
    assert task.test_labels is None


def test_labels_that_contradict_each_other_are_left_out(tmp_path: Path) -> None:
    rows = [("CCO", 1.0), ("OCC", 0.0), ("CCC", 1.0), ("CCC", 1.0), ("CCC", 0.0)]
    write_set(tmp_path / "herg", rows, ["CCN"])
    (task,) = read_benchmark(tmp_path, 1).tasks
    assert task.labels.tolist() == [1.0]


@pytest.mark.parametrize("case", ["nothing", "column"])
def test_what_is_missing_is_named(tmp_path: Path, case: str) -> None:
    if case == "column":
        write_set(tmp_path / "herg", [("CCO", 1.0)], ["CCN"])
        (tmp_path / "herg" / "test_structures.csv").write_text("smiles\nCCO\n")
    with pytest.raises(InputError, match="Drug" if case == "column" else "no set"):
        read_benchmark(tmp_path, 1)


def _results(good: str) -> tuple[Task, list[SeedResult]]:
    rng = np.random.default_rng(0)
    label = rng.normal(size=60).astype(np.float32)
    task = Task(CACO2, [], label, [], None)
    parts = {
        method: label if method == good else rng.normal(size=60).astype(np.float32)
        for method in METHODS
    }
    return task, [SeedResult({CACO2.name: parts}, {}, {CACO2.name: label})]


@pytest.mark.parametrize("good", METHODS)
def test_the_method_that_is_right_gets_most_of_the_weight(good: str) -> None:
    assert choose_weights(*_results(good))[good] == pytest.approx(2 / 3)


def test_equal_methods_share_evenly() -> None:
    task, (result,) = _results("network")
    same = dict.fromkeys(METHODS, result.validation_labels[CACO2.name] + 1)
    weights = choose_weights(task, [SeedResult({CACO2.name: same}, {}, result.validation_labels)])
    assert set(weights.values()) == {1 / 3}


@pytest.mark.slow
def test_a_whole_run_predicts_every_test_row_in_order(tmp_path: Path) -> None:
    rows = compounds()
    test = ["CCCCc1ccccc1", "not a structure", "[Na]Cl", "CCCCCCCCc1ccccc1"]
    write_set(tmp_path / "data" / "caco2_wang", rows, test)
    write_set(tmp_path / "data" / "herg", [(text, float(y > 1.5)) for text, y in rows], test)
    arguments = ["tdc", "--data", str(tmp_path / "data"), "--output", str(tmp_path / "out")]
    result = CliRunner().invoke(benchmark_command, [*arguments, "--seeds", "1"])
    assert result.exit_code == 0, result.output
    assert "caco2_wang" in result.output
    for name in ("caco2_wang", "herg"):
        with (tmp_path / "out" / name / "seed1.csv").open(newline="") as stream:
            found = list(csv.DictReader(stream))
        assert [row["row"] for row in found] == ["0", "1", "2", "3"]
        values = [float(row["prediction"]) for row in found]
        assert np.isfinite(values).all()
        # More carbon, more lipophilic; what cannot be read gets the mean.
        assert values[3] > values[2]
        mean = np.mean([y if name == "caco2_wang" else float(y > 1.5) for _, y in rows])
        assert values[1] == pytest.approx(mean, abs=0.05)
    written = (tmp_path / "out" / "caco2_wang" / "seed1.csv").read_bytes()
    again = CliRunner().invoke(benchmark_command, [*arguments, "--seeds", "1"])
    assert "epoch" not in again.output
    assert (tmp_path / "out" / "caco2_wang" / "seed1.csv").read_bytes() == written
