"""`screening train` from the shell's side: good tables give a bundle, bad ones one line."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rdkit import Chem

from screening.cli.train import train_command
from screening.core.bundle import read_bundle
from screening.core.errors import BundleError, ConfigError, ScreeningError
from screening.core.fixed_test import FixedTest, read_fixed_test, too_few, write_fixed_test
from screening.estimators.features import Features, featurise
from screening.estimators.scorer import Scorer
from tests.nitro import nitro_table


def train(table: Path, output: Path, *options: str) -> Result:
    arguments = [str(table), "--smiles-column", "smiles", "--output", str(output), *options]
    return CliRunner().invoke(train_command, arguments)


def features(smiles: str) -> Features:
    result = featurise(smiles)
    assert isinstance(result, Features)
    return result


@pytest.fixture(scope="module")
def table_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "nitro.csv"
    nitro_table().to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def bundle(table_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("bundles") / "nitro"
    result = train(table_path, output, "--targets", "nitro", "--kind", "classification",
                   "--epochs", "12")  # fmt: skip
    assert result.exit_code == 0, result.output
    return output


def test_a_bundle_is_whole_and_leaves_nothing_beside_it(bundle: Path) -> None:
    manifest = read_bundle(bundle)
    assert {path.name for path in bundle.iterdir()} == {*manifest.files, "bundle.json"}
    assert [path.name for path in bundle.parent.iterdir()] == [bundle.name]
    spec = manifest.endpoints[0]
    assert (spec.id, spec.kind, spec.unit) == ("nitro", "classification", "probability")
    assert (spec.n_train, spec.n_held_out, spec.n_test) == (90, 90, 0)


def test_it_has_learned_and_predicts_at_once(bundle: Path) -> None:
    scorer = Scorer.load(bundle)
    texts = ["O=[N+]([O-])c1ccc(O)cc1", "Oc1ccc(O)cc1", "O=[N+]([O-])c1ccc(N)s1", "Nc1ccc(N)s1"]
    scores = scorer.score([features(text) for text in texts])
    assert scores.value.shape == (4, 1)
    assert scores.value[[0, 2], 0].min() > scores.value[[1, 3], 0].max()
    assert ((scores.low <= scores.value) & (scores.value <= scores.high)).all()
    assert ((scores.value >= 0) & (scores.value <= 1)).all()


def test_neighbours_are_named_without_structures(bundle: Path) -> None:
    scorer = Scorer.load(bundle)
    scores = scorer.score([features("Nc1ccc(N)s1")])
    row = int(scores.neighbour[0, 0])
    assert len(scorer.neighbours.flat_keys[row]) == 14
    assert set(scorer.neighbours.smiles) == {""}


def test_no_structures_no_scores(bundle: Path) -> None:
    assert Scorer.load(bundle).score([]).value.shape == (0, 1)


def test_an_altered_byte_is_refused(bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in bundle.iterdir():
        content = bytearray(path.read_bytes())
        if path.name == "weights.safetensors":
            content[-1] ^= 1
        (copy / path.name).write_bytes(content)
    with pytest.raises(BundleError, match="altered"):
        Scorer.load(copy)


def test_regression_by_a_split_column_repeats_with_its_seed(
    table_path: Path, tmp_path: Path
) -> None:
    table = pd.read_csv(table_path)
    table["part"] = np.resize(["train"] * 7 + ["validation", "test", "train"], len(table))
    table.to_csv(tmp_path / "table.csv", index=False)
    options = ["--targets", "log_p", "--kind", "regression", "--split-column", "part",
               "--epochs", "3", "--share-structures"]  # fmt: skip
    values = []
    for name in ("first", "second"):
        result = train(tmp_path / "table.csv", tmp_path / name, *options)
        assert result.exit_code == 0, result.output
        scorer = Scorer.load(tmp_path / name)
        scores = scorer.score([features("Oc1ccc(O)cc1")])
        assert scores.high[0, 0] > scores.low[0, 0]
        assert Chem.MolFromSmiles(scorer.neighbours.smiles[int(scores.neighbour[0, 0])])
        values.append(float(scores.value[0, 0]))
    assert values[0] == values[1]
    manifest = read_bundle(tmp_path / "first")
    assert manifest.training["split"]["method"] == "column part"


def _one_class(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(nitro="1")


def _text(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(nitro=["active", *table["nitro"].astype(str)[1:]])


def _outside(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(nitro=[*table["nitro"].astype(str)[:-1], "3"])


def _blank(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(nitro="")


def _few(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[:12]


def _header(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[:0]


def _unparsable(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(smiles="C1CC(")


def _contradicting(table: pd.DataFrame) -> pd.DataFrame:
    twice = table.iloc[[6, 7]].assign(nitro=1 - table["nitro"][[6, 7]])
    return pd.concat([table, twice])


def _relation(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(nitro=[*table["nitro"].astype(str)[:-2], ">1", "0"])


def _unit(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(nitro=["1 µM", *table["nitro"].astype(str)[1:]])


def _units(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(standard_units=["nM"] * 87 + ["uM", "nM", "mM"])


def _renamed(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={"nitro": "Nitro"})


def _twice(column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def damage(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table, table[[column]]], axis=1)

    damage.__name__ = f"_{column}_twice"
    return damage


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_twice("nitro"), "column 'nitro' stands twice"),
        (_twice("smiles"), "column 'smiles' stands twice"),
        (_one_class, "one class"),
        (_text, r"row 1 \('active'\)"),
        (_outside, r"row 90 \('3'\)"),
        (_blank, "too few rows"),
        (_few, "too few rows"),
        (_header, "too few rows"),
        (_unparsable, "too few rows"),
        (_renamed, "column 'nitro' is missing"),
        (_contradicting, r"contradicts itself on 2 compounds: .* in rows 7 \(0\), 91 \(1\); "),
        (_relation, r"holds a relation beside its numbers, row 89 \('>1'\)"),
        (_unit, r"holds a unit beside its numbers, row 1 \('1 µM'\)"),
        (_units, r"mixes the units 'nM', .*, not row 88 \('uM'\), 90 \('mM'\)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bad_table_is_one_line_and_nothing_is_written(
    table_path: Path, tmp_path: Path, damage: object, message: str
) -> None:
    assert callable(damage)
    path = tmp_path / "in" / "table.csv"
    path.parent.mkdir()
    damage(pd.read_csv(table_path)).to_csv(path, index=False)
    output = tmp_path / "out" / "bundle"
    result = train(path, output, "--targets", "nitro", "--kind", "classification")
    assert isinstance(result.exception, ScreeningError)
    with pytest.raises(ScreeningError, match=message):
        raise result.exception
    assert "\n" not in result.exception.line()
    assert not output.parent.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b"smiles,nitro\nCCO,\xe9\n", None])
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    result = train(path, tmp_path / "b", "--targets", "nitro", "--kind", "classification")
    assert isinstance(result.exception, ScreeningError)
    assert str(path) in result.exception.line()
    assert not (tmp_path / "b").exists()


def test_one_structure_in_two_parts_names_its_rows(table_path: Path, tmp_path: Path) -> None:
    table = pd.read_csv(table_path).assign(part="train")
    table = pd.concat([table, table.iloc[[4]].assign(part="test")])
    table.to_csv(tmp_path / "table.csv", index=False)
    result = train(tmp_path / "table.csv", tmp_path / "b", "--targets", "nitro", "--kind",
                   "classification", "--split-column", "part")  # fmt: skip
    assert isinstance(result.exception, ScreeningError)
    assert "rows 5 and 91 are one structure" in result.exception.line()


def test_a_split_column_keeps_to_a_fixed_test_of_other_structures(
    tmp_path: Path, table_path: Path
) -> None:
    table = pd.read_csv(table_path)
    tested = table.iloc[:40]
    keys = [Chem.MolToInchiKey(Chem.MolFromSmiles(text))[:14] for text in tested["smiles"]]
    labels = {"nitro": tested["nitro"].to_numpy(np.float32)}
    test = tmp_path / "test.parquet"
    write_fixed_test(test, FixedTest(keys, [*tested["smiles"]], np.zeros(40, np.bool_), labels))
    options = ["--targets", "nitro", "--kind", "classification", "--epochs", "1",
               "--split-column", "part", "--test", str(test)]  # fmt: skip
    # All that validates is in the test, some of which the table lacks.
    table.iloc[8:].assign(part=["validation"] * 32 + ["train"] * 50).to_csv(
        tmp_path / "second.csv", index=False
    )
    result = train(tmp_path / "second.csv", tmp_path / "b", *options)
    assert result.exit_code == 0, result.output
    spec = read_bundle(tmp_path / "b").endpoints[0]
    assert (spec.n_train, spec.n_held_out, spec.n_test) == (50, 50, 40)
    for name, rows in (("all_test", table), ("nothing_new", tested)):
        rows.assign(part="test").to_csv(tmp_path / f"{name}.csv", index=False)
        result = train(tmp_path / f"{name}.csv", tmp_path / name, *options)
        assert isinstance(result.exception, ScreeningError)
        assert "no structure is left to learn from" in result.exception.line()


def test_the_majority_decides_where_it_is_asked_to(tmp_path: Path, table_path: Path) -> None:
    _contradicting(pd.read_csv(table_path)).to_csv(tmp_path / "table.csv", index=False)
    result = train(tmp_path / "table.csv", tmp_path / "b", "--targets", "nitro", "--kind",
                   "classification", "--epochs", "1", "--conflicts", "majority")  # fmt: skip
    assert result.exit_code == 0, result.output
    counts = read_bundle(tmp_path / "b").training["counts"]["nitro"]
    assert (counts["structures"], counts["conflicts_dropped"]) == (88, 2)


def test_every_version_keeps_to_the_fixed_test(tmp_path: Path, table_path: Path) -> None:
    table = pd.read_csv(table_path)
    table.iloc[:70].to_csv(tmp_path / "first.csv", index=False)
    table.to_csv(tmp_path / "second.csv", index=False)
    test = tmp_path / "test.parquet"
    for name in ("first", "second"):
        result = train(tmp_path / f"{name}.csv", tmp_path / name, "--targets", "nitro", "--kind",
                       "classification", "--epochs", "1", "--test", str(test))  # fmt: skip
        assert result.exit_code == 0, result.output
        fixed = read_fixed_test(test)
        manifest = read_bundle(tmp_path / name)
        assert manifest.endpoints[0].n_test == len(fixed) > 0
        assert manifest.training["measured_on"] == "test structures"
        learned = Scorer.load(tmp_path / name).neighbours.flat_keys
        assert not set(learned) & set(fixed.flat_keys)
    assert len(learned) > 70 - len(fixed)


def test_a_small_table_gets_a_test_that_can_judge_or_none(tmp_path: Path, table_path: Path) -> None:
    table, test = pd.read_csv(table_path), tmp_path / "test.parquet"
    small = table.groupby("nitro").sample(20, random_state=1)
    small.to_csv(tmp_path / "small.csv", index=False)
    options = ["--targets", "nitro", "--kind", "classification", "--epochs", "1", "--test",
               str(test)]  # fmt: skip
    result = train(tmp_path / "small.csv", tmp_path / "b", *options)
    assert result.exit_code == 0, result.output
    assert "8 could judge no endpoint" in result.stderr
    fixed = read_fixed_test(test)
    assert 10 <= len(fixed) <= 20
    assert not too_few("classification", fixed.labels["nitro"])
    test.unlink()
    small.assign(part=["test"] * 3 + ["train"] * 37).to_csv(tmp_path / "small.csv", index=False)
    result = train(tmp_path / "small.csv", tmp_path / "c", *options, "--split-column", "part")
    assert isinstance(result.exception, ScreeningError)
    assert "a fixed test of 3 structures can judge no endpoint" in result.exception.line()
    assert not test.exists()


def test_a_test_of_another_model_is_refused(tmp_path: Path, table_path: Path) -> None:
    test = tmp_path / "test.parquet"
    other = FixedTest(["AAAAAAAAAAAAAA"], ["CCO"], np.array([False]), {"x": np.ones(1, np.float32)})
    write_fixed_test(test, other)
    result = train(table_path, tmp_path / "b", "--targets", "nitro", "--kind", "classification",
                   "--test", str(test))  # fmt: skip
    assert isinstance(result.exception, ScreeningError)
    assert "the fixed test labels x, not nitro" in result.exception.line()


def test_the_latest_structures_are_the_test(tmp_path: Path, table_path: Path) -> None:
    table = pd.read_csv(table_path)
    table["measured"] = ["2026-01", "2024", "2025-06-30"] * 30
    table.to_csv(tmp_path / "table.csv", index=False)
    options = ["--targets", "nitro", "--kind", "classification", "--epochs", "1", "--split", "time",
               "--time-column", "measured", "--test-share", "0.4"]  # fmt: skip
    test = ["--test", str(tmp_path / "test.parquet")]
    result = train(tmp_path / "table.csv", tmp_path / "b", *options, *test)
    assert result.exit_code == 0, result.output
    assert len(read_fixed_test(tmp_path / "test.parquet")) == 30
    method = read_bundle(tmp_path / "b").training["split"]["method"]
    assert method.startswith("time (column measured)")
    table["measured"] = ["2026", *["yesterday"] * 89]
    table.to_csv(tmp_path / "table.csv", index=False)
    result = train(tmp_path / "table.csv", tmp_path / "c", *options)
    assert isinstance(result.exception, ScreeningError)
    assert "no dates in row 2 ('yesterday')" in result.exception.line()


def test_a_training_that_was_killed_goes_on(tmp_path: Path, table_path: Path) -> None:
    command = [sys.executable, "-m", "screening.cli.main", "train", str(table_path),
               "--smiles-column", "smiles", "--targets", "nitro", "--kind", "classification",
               "--epochs", "5", "--output", str(tmp_path / "b")]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    reached = tmp_path / ".b.training" / "network-1"
    deadline = time.monotonic() + 120
    while not reached.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (tmp_path / "b").exists()
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "network 1/5 goes on after epoch 5" in again.stderr
    read_bundle(tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_foreign_folder_is_not_overwritten(table_path: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    result = train(table_path, tmp_path, "--targets", "nitro", "--kind", "classification")
    assert isinstance(result.exception, ScreeningError)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--output", "b"],
        ["t.csv", "--recipe", "r.yaml", "--output", "b"],
        ["t.csv", "--output", "b"],
    ],
)
def test_arguments_that_do_not_fit(arguments: list[str]) -> None:
    result = CliRunner().invoke(train_command, arguments)
    assert isinstance(result.exception, ScreeningError)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recipe", "r.yaml", "--epochs", "3", "--conflicts", "refuse"], "--conflicts, --epochs"),
        (["--recipe", "r.yaml", "--split", "time"], "--split time"),
        (["t.csv", "--register", "results", "--name", "../../x"], "'../../x' cannot be registered"),
    ],
)
def test_what_cannot_come_to_a_good_end_is_told_at_once(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(train_command, ["--output", "b", *arguments])
    assert isinstance(result.exception, ConfigError)
    assert message in result.exception.line()


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (",", "names no column"),
        (",".join(f"a{number}" for number in range(64)), "names 64 columns"),
        ("row", "'row'"),
        ("a b,a_b", "'a_b'"),
        ("x,x__std", "'x__std'"),
    ],
)
def test_targets_that_cannot_be_endpoints(
    table_path: Path, tmp_path: Path, targets: str, message: str
) -> None:
    result = train(table_path, tmp_path / "b", "--targets", targets, "--kind", "classification")
    assert isinstance(result.exception, ScreeningError)
    assert message in result.exception.line()


def test_a_row_longer_than_the_header_is_named_and_not_shifted(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("smiles,nitro\nCCO,0\nCCN,1,surplus\n", encoding="utf-8")
    result = train(path, tmp_path / "b", "--targets", "nitro", "--kind", "classification")
    assert isinstance(result.exception, ScreeningError)
    assert "row 2 has 3 fields" in result.exception.line()
