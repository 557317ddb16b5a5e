"""Third parties' predictors, in a Python of their own: what they may do, and what they may not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.errors import BundleError, BundleMismatch, ConfigError, PredictorError
from screening.core.predictor_manifest import PredictedEndpoint
from screening.estimators.verdict import IN, OUT, UNKNOWN
from screening.predict.endpoints import list_endpoints
from screening.predict.explain import explain
from screening.predict.foreign import ForeignPredictor
from screening.predict.models import Predictor, open_models
from screening.predict.predictor_answer import Disagreement, read_answer
from screening.predict.predictor_process import describe
from screening.predict.structures import predict_structures
from screening.predict.table import predict_table
from tests.structures import whole_table, write_structures

SOURCE = Path(__file__).with_name("moody_predictor.py")
WAYS = ("few_rows", "wrong_keys", "text", "percent", "a_list", "rubbish", "leaves")
ENDPOINTS = [
    {"id": "moody_risk", "kind": "classification", "unit": "probability", "direction": "lower"},
    {"id": "moody_size", "kind": "regression", "unit": "atoms", "direction": "higher"},
]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the third party's package and not ours."""
    folder = tmp_path_factory.mktemp("third") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    shutil.copy(SOURCE, packages)
    info = packages / "moody-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: moody\nVersion: 1.0\n")
    points = [f"{way} = moody_predictor:{way}" for way in WAYS]
    points += ["moody = moody_predictor:Moody", "absent = nowhere:predict"]
    (info / "entry_points.txt").write_text(
        "\n".join(["[marine_screening.predictors]", *points, ""])
    )
    return folder


@pytest.fixture
def predictor(environment: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes a predictor's folder."""

    def write(entry_point: str = "moody", **changes: object) -> Path:
        folder = tmp_path / entry_point
        folder.mkdir(exist_ok=True)
        manifest = {
            "name": "moody",
            "version": "1.0",
            "licence": "MIT",
            "citation": "nobody 2026",
            "python": str(environment / "bin/python"),
            "entry_point": entry_point,
            "endpoints": ENDPOINTS,
            **changes,
        }
        (folder / "predictor.json").write_text(json.dumps(manifest))
        return folder

    return write


def opened(folder: Path) -> Predictor:
    return open_models([str(folder)]).predictors[0]


def calls(environment: Path) -> list[str]:
    [file] = environment.glob("lib/python*/site-packages/calls.txt")
    return file.read_text().split()


def test_one_structure_fails_and_its_neighbours_do_not(predictor: Callable[..., Path]) -> None:
    smiles = ["C", "CC", "CCC", "CCBr", "CCF", "CCCl", "CCI", "CCO"]
    with ForeignPredictor(opened(predictor(batch=3)), 1, 0.5, len(smiles)) as foreign:
        arrays, problems = foreign.predict(smiles)
    told = {text: one for text, one in zip(smiles, problems, strict=True) if one is not None}
    assert {text: one.code for text, one in told.items()} == {
        "CCBr": "not_predictable",
        "CCCl": "crashed",
        "CCI": "timed_out",
    }
    assert told["CCBr"].detail == "moody: ValueError: bromine [31m is <b>not</b> known"
    assert told["CCCl"].detail == "moody: its process left with 3, saying: out of chlorine"
    good = [place for place, one in enumerate(problems) if one is None]
    expected = [[0.01, 1], [0.02, 2], [0.03, 3], [np.nan, np.nan], [0.03, 3]]
    np.testing.assert_allclose(arrays["value"][good], expected, rtol=1e-6)
    # What it does not tell stays unknown.
    np.testing.assert_array_equal(arrays["std"][0], [0.25, np.nan])
    verdicts = [[IN, UNKNOWN], [OUT, UNKNOWN], [UNKNOWN, UNKNOWN]]
    np.testing.assert_array_equal(arrays["verdict"][:3], verdicts)
    assert np.isnan(arrays["similarity"]).all()


@pytest.mark.parametrize(
    ("way", "what"),
    [
        ("few_rows", "moody_risk: 0 rows of value for 1"),
        ("wrong_keys", "missing in its answer: moody_size; unknown: mody_size"),
        ("text", "moody_risk: 'high' is no number"),
        ("percent", "moody_risk: 50 is no probability"),
        ("a_list", "TypeError: it returned list, not a mapping"),
        ("rubbish", "its answer is no JSON: "),
        ("leaves", "SystemExit: no licence"),
        ("absent", "ModuleNotFoundError: No module named 'nowhere'"),
        ("misspelt", "0 entry points 'misspelt' in marine_screening.predictors; there are: a_list"),
    ],
)
def test_what_breaks_the_agreement_ends_the_screen(
    predictor: Callable[..., Path], way: str, what: str
) -> None:
    with (
        pytest.raises(PredictorError) as failure,
        ForeignPredictor(opened(predictor(way)), 1, 5, 1),
    ):
        pass
    assert what in failure.value.line()
    assert "docs/predictors.md" in failure.value.line()
    assert "\n" not in failure.value.line()


@pytest.mark.parametrize(
    ("results", "what"),
    [
        (None, "missing in its answer: a, b; unknown: none"),
        ({"a": 5, "b": {"value": [1]}}, "a: it gives no value"),
        ({"a": {"value": 1}, "b": {"value": [1]}}, "a: no rows of value for 1"),
        ({"a": {"value": [True]}, "b": {"value": [1]}}, "a: True is no number"),
        ({"a": {"value": [0.1], "std": [-1]}, "b": {"value": [1]}}, "-1 is no standard deviation"),
        ({"a": {"value": [0.1], "in_domain": [1]}, "b": {"value": [1]}}, "in_domain is 1, not"),
        ({"a": {"value": [0.1], "low": [0]}, "b": {"value": [1]}}, "a: low is none of value, std"),
    ],
)
def test_an_answer_is_believed_as_agreed_alone(results: object, what: str) -> None:
    endpoints = [
        PredictedEndpoint.model_validate({**one, "id": name})
        for one, name in zip(ENDPOINTS, "ab", strict=True)
    ]
    with pytest.raises(Disagreement, match=what):
        read_answer(results, endpoints, 1)
    whole = {"a": {"value": [1]}, "b": {"value": [10**400], "in_domain": [True]}}
    arrays = read_answer(whole, endpoints, 1)
    np.testing.assert_array_equal(arrays["value"], [[1, np.nan]])
    np.testing.assert_array_equal(arrays["verdict"], [[UNKNOWN, IN]])


def test_a_manifest_that_is_wrong_is_told(
    predictor: Callable[..., Path], safety_bundle: Path
) -> None:
    for changes, what in (
        ({"licence": ""}, "licence: String should have at least 1 character"),
        ({"lisence": "MIT"}, "lisence: Extra inputs are not permitted"),
        ({"name": "\x1b[2Jmoody"}, "name: String should match pattern"),
        ({"python": "none"}, "there is no interpreter"),
        ({"endpoints": [ENDPOINTS[0]] * 2}, "moody_risk is declared twice"),
        ({"endpoints": [{**ENDPOINTS[0], "id": "=cmd"}]}, "endpoints.0.id"),
    ):
        with pytest.raises(PredictorError, match=what):
            open_models([str(predictor(**changes))])
    taken = predictor(endpoints=[{**ENDPOINTS[0], "id": "liver"}])
    with pytest.raises(BundleMismatch, match="column liver of"):
        open_models([str(safety_bundle), str(taken)])
    # What pretends to be data must not bring code along.
    both = predictor()
    shutil.copy(safety_bundle / "bundle.json", both)
    with pytest.raises(BundleError, match=r"holds both bundle\.json and predictor\.json"):
        open_models([str(both)])


def test_it_is_listed_and_described_without_being_loaded(
    predictor: Callable[..., Path], safety_bundle: Path
) -> None:
    folder = predictor("absent")
    rows = list_endpoints([str(safety_bundle), str(folder)])
    assert [row["endpoint"] for row in rows] == ["liver", "ld50", "moody_risk", "moody_size"]
    assert (rows[2]["licences"], rows[2]["sources"]) == (["MIT"], ["nobody 2026"])
    assert set(describe(opened(folder))) == {"packages", "python"}
    with pytest.raises(ConfigError, match="whose insides are not known"):
        explain("CCO", "moody_risk", [str(folder)])


def test_its_predictions_are_kept_and_written_like_ours(
    predictor: Callable[..., Path], environment: Path, workers: Compute, tmp_path: Path
) -> None:
    structures = write_structures(tmp_path / "structures", ["C", "CCF", "CCCl", "CC"])
    compute = replace(workers, store=tmp_path / "store")

    def screen(folder: Path) -> dict[str, int]:
        settings = PredictSettings(models=(str(folder),), device="cpu", time_limit_s=5)
        return predict_structures(
            structures, tmp_path / "out", tmp_path / "lost", settings, compute
        )

    counts = screen(predictor())
    assert (counts["n_predicted"], counts["n_lost"], counts["n_known"]) == (3, 1, 0)
    table = whole_table(tmp_path / "out")
    assert table["structure_id"].to_pylist() == ["KEY00000", "KEY00001", "KEY00003"]
    assert table["moody_size"].to_pylist() == [1, None, 2]
    assert table["moody_risk__domain"].to_pylist() == ["in", None, "out"]
    assert table["moody_risk__in_domain"].to_pylist() == [True, None, False]
    assert table["moody_size__std"].null_count == 3
    [lost] = whole_table(tmp_path / "lost").to_pylist()
    assert (lost["structure_id"], lost["code"]) == ("KEY00002", "crashed")
    metadata = table.schema.field("moody_risk").metadata
    assert (metadata[b"model"], metadata[b"model_version"]) == (b"moody", b"1.0")

    before = len(calls(environment))
    assert screen(predictor())["n_known_moody"] == 3
    again = calls(environment)[before:]
    assert set(again) == {"CCO", "CCCl"}  # the trial, and what was lost
    assert whole_table(tmp_path / "out").equals(table)
    assert screen(predictor(version="1.1"))["n_known_moody"] == 0


def test_it_stands_beside_our_bundles_in_a_table(
    predictor: Callable[..., Path], safety_bundle: Path, workers: Compute, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text("smiles\nCC(=O)[O-].[Na+]\nCCF\nC1CC\nCCBr\n")
    settings = PredictSettings(models=(str(predictor()), str(safety_bundle)), device="cpu")
    predict_table(tmp_path / "in.csv", "smiles", tmp_path / "out.csv", settings, workers)
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0].startswith("row,input_smiles,status,reason,moody_risk,moody_risk__std,")
    # It is given the standardised parent, CC(=O)O; size has neither deviation nor domain.
    assert lines[1].startswith("0,CC(=O)[O-].[Na+],ok,,0.07,0.25,,7,,,")
    assert lines[2].startswith("1,CCF,ok,,,0.25,,,,,")
    assert lines[3].startswith('2,C1CC,rejected,"bad_smiles')
    assert lines[4].startswith('3,CCBr,rejected,"not_predictable: moody: ValueError')
    assert all(len(line.split(",")) == 4 + 3 * 4 for line in lines[:3])
