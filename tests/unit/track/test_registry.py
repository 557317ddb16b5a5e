"""A registry in SQLite from the first version to the served champion, by the commands."""

from __future__ import annotations

import csv
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from screening.cli.models import models_group
from screening.cli.predict import predict_command
from screening.cli.registered_bundles import model_folders
from screening.cli.screen_models import with_registered
from screening.core.bundle import MANIFEST_NAME, read_bundle
from screening.core.cache import CACHE_VARIABLE
from screening.core.config import PredictSettings, ScreenConfig, TrackingSettings
from screening.core.errors import (
    BundleError,
    ConfigError,
    InputError,
    ScreeningError,
    TrainingDataError,
)
from screening.core.fixed_test import write_fixed_test
from screening.core.judgement import Judgement
from screening.core.provenance import file_digest
from screening.predict.models import find_model
from screening.track.away import StoreAway
from screening.track.champions import history
from screening.track.registry_read import (
    RegisteredVersion,
    list_versions,
    registered_models,
)
from screening.track.store import Store, locate_store, open_store
from tests.bundles import PARENTS, fixed_test, write_bundle
from tests.unit.track.conftest import free_port, running_server

SMILES = ["O=[N+]([O-])c1ccc(O)cc1", "not a structure", "", "OCCN", "[Na+].[Cl-]"]


def models(*arguments: str | Path) -> Result:
    return CliRunner().invoke(models_group, list(map(str, arguments)))


@pytest.fixture(scope="module")
def output(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results whose registry holds two versions: a weak first one, and a good one."""
    folder = tmp_path_factory.mktemp("registry")
    shutil.copy(database, folder / "mlflow.db")
    write_fixed_test(folder / "test.parquet", fixed_test())
    write_bundle(folder / "weak/nitro", noise=0.7, seed=1)
    write_bundle(folder / "good/nitro", noise=0.0, seed=2)
    for name in ("weak", "good"):
        made = register(folder, f"{name}/nitro")
        assert made.exit_code == 0, made.output
        assert "(challenger)" in made.output
    return folder


def register(output: Path, bundle: str, *further: str | Path) -> Result:
    test = ("--test", output / "test.parquet")
    return models("register", output / bundle, *test, "--output", output, *further)


def locate(output: Path) -> Store:
    return locate_store(TrackingSettings(), output)


@pytest.fixture(scope="module")
def store(output: Path) -> Store:
    return locate(output)


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    return folder


def versions(store: Store) -> list[RegisteredVersion]:
    return [one for one in list_versions(store) if one.name == "nitro"]


def test_a_version_says_what_it_is(output: Path, store: Store) -> None:
    first, second = versions(store)
    assert (first.version, second.version) == (1, 2)
    assert second.aliases == ("challenger",)
    assert first.tags["bundle_digest"] == file_digest(output / "weak/nitro" / MANIFEST_NAME)
    assert first.tags["test_digest"] == second.tags["test_digest"] == fixed_test().digest
    assert first.tags["split"] == "alternating"
    assert first.tags["status"] == "candidate"
    client = open_store(store.uri)
    assert client.get_model_version("nitro", "1").description.startswith("# nitro")
    run = client.get_run(first.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["split.method"] == "alternating"
    assert {"nitro.auroc", "test.nitro.auroc", "test.log_p.mae"} <= run.data.metrics.keys()
    costs = {name: cost for name, cost in run.data.metrics.items() if name.startswith("training.")}
    assert costs == {"training.cpu_seconds": 1.5}
    assert {one.dataset.name for one in run.inputs.dataset_inputs} == {
        "nitro training",
        "nitro test",
    }
    assert client.get_experiment(run.info.experiment_id).name == "marine screening models"


def test_the_same_bundle_is_one_version(output: Path, store: Store) -> None:
    again = register(output, "weak/nitro")
    assert again.exit_code == 0
    assert "is registered already: nitro version 1" in again.output
    # Nobody is promoted unless that is asked for.
    saved = register(output, "good/nitro", "--save", output / "why.json")
    assert isinstance(saved.exception, ConfigError)
    assert [one.aliases for one in versions(store)] == [(), ("challenger",)]


def test_a_screen_finds_its_models_in_the_registry(output: Path, store: Store) -> None:
    digests = {
        "nitro": file_digest(output / "weak/nitro" / MANIFEST_NAME),
        "other": "0" * 64,
        "hostile": "' OR 1 = 1",
    }
    assert registered_models(open_store(store.uri), digests) == {"nitro": "models:/nitro/1"}


def test_the_commands_of_the_store_reach_the_registry(output: Path, tmp_path: Path) -> None:
    where = ("--registry", output)
    head, *lines = models("list", "models:/", *where).output.splitlines()
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    assert [(row["place"], row["aliases"], row["endpoints"]) for row in rows] == [
        ("models:/nitro/1", "", "nitro, log_p"),
        ("models:/nitro/2", "challenger", "nitro, log_p"),
    ]
    assert models("list", "models:/nitro", *where).output.splitlines() == [head, *lines]
    pulled = tmp_path / "nitro"
    told = models(
        *("pull", "models:/nitro@challenger", "--output", pulled, *where),
        *("--sha256", rows[1]["digest"]),
    )
    assert told.exit_code == 0, told.output
    assert "unsigned" in told.output
    assert (pulled / MANIFEST_NAME).read_bytes() == (output / "good/nitro/bundle.json").read_bytes()
    assert {path.name for path in pulled.iterdir()} == {*read_bundle(pulled).files, MANIFEST_NAME}
    assert [path.name for path in tmp_path.iterdir()] == ["nitro"]
    wrong = {
        "models:/nitr/1": "did you mean nitro",
        "models:/nitro/7": "there are: 1, 2 challenger",
        "models:/../1": "no version of a registered model",
    }
    for source, what in wrong.items():
        failed = models("pull", source, "--output", tmp_path / "other", *where).exception
        assert isinstance(failed, InputError)
        assert what in failed.line()
    test = ("--test", output / "test.parquet")
    again = models("push", pulled, "models:/", *test, *where)
    assert "is registered already: nitro version 2" in again.output
    other = models("push", pulled, "models:/other", *test, *where)
    assert isinstance(other.exception, ConfigError)


def champion_folder(output: Path) -> Path:
    """The folder of the champion, as a screen takes it."""
    settings = PredictSettings(models=("models:/nitro@champion",))
    (folder,) = with_registered(ScreenConfig(predict=settings), output).predict.models
    return Path(folder)


def test_predictions_by_a_registered_model(
    output: Path, cache: Path, away: str, tmp_path: Path
) -> None:
    table, said = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("smiles\nO=[N+]([O-])c1ccc(O)cc1\nOCCN\n")
    arguments = ["--smiles-column", "smiles", "--output", said, "--workers", "1"]
    model = ["--models", "models:/nitro/2", "--registry", output]
    done = CliRunner().invoke(predict_command, list(map(str, [table, *arguments, *model])))
    assert done.exit_code == 0, done.output
    digest = file_digest(output / "good/nitro" / MANIFEST_NAME)
    assert f"models:/nitro/2 is version 2, bundle {digest}" in done.output
    nitro, none = (float(row["nitro"]) for row in csv.DictReader(said.open()))
    assert nitro > 0.5 > none
    # It is brought once; what was damaged meanwhile is brought again.
    kept = cache / "registered" / digest / "nitro"
    (kept / "CARD.md").write_text("altered")
    assert model_folders(["models:/nitro/2", "adme"], lambda: locate(output)) == (str(kept), "adme")
    assert read_bundle(kept).name == "nitro"
    for results, what in ((output, "has no version 'champion'"), (tmp_path, "no registered model")):
        with pytest.raises(InputError, match=what):
            champion_folder(results)
    settings = PredictSettings(models=("models:/nitro@champion",))
    with pytest.raises(StoreAway, match="no MLflow server answers"):
        with_registered(ScreenConfig(predict=settings, tracking=TrackingSettings(uri=away)), output)
    with pytest.raises(BundleError, match="screening models pull"):
        find_model("models:/nitro@champion")


def test_no_pickle_is_kept(output: Path) -> None:
    names = [path.name for path in (output / "mlartifacts").rglob("*") if path.is_file()]
    assert names.count("MLmodel") == 2
    assert not [name for name in names if "pkl" in name or "pickle" in name]


def test_what_cannot_be_registered(output: Path, store: Store, tmp_path: Path) -> None:
    test = ("--test", output / "test.parquet")
    leaky = write_bundle(
        tmp_path / "nitro", noise=0, seed=5, rows=np.ones(len(PARENTS), dtype=np.bool_)
    )
    result = models("register", leaky, *test, "--output", output)
    assert isinstance(result.exception, TrainingDataError)
    hostile = write_bundle(tmp_path / "<script>", noise=0, seed=6)
    result = models("register", hostile, *test, "--output", output)
    assert isinstance(result.exception, BundleError)
    assert "cannot be registered" in result.exception.line()
    other = fixed_test()
    other.labels["log_p"][0] += 1
    write_fixed_test(tmp_path / "other.parquet", other)
    bundle = write_bundle(tmp_path / "again/nitro", noise=0, seed=7)
    result = models("register", bundle, "--test", tmp_path / "other.parquet", "--output", output)
    assert isinstance(result.exception, InputError)
    assert "has another fixed test" in result.exception.line()
    assert len(versions(store)) == 2


def test_promotions_refusals_and_rollback(
    output: Path, store: Store, cache: Path, tmp_path: Path
) -> None:
    where = ("--output", output)
    assert "rollback" in models("--help").output
    nobody = models("rollback", "nitro", *where)
    assert isinstance(nobody.exception, InputError)
    assert "has no version 'champion'" in nobody.exception.line()

    first = models("promote", "nitro", "--version", "1", *where)
    assert first.exit_code == 0, first.output
    assert "better than the base value" in first.output
    shown = models("judge", "nitro", *where)
    assert shown.exit_code == 0, shown.output
    assert "promoted: better than the champion" in shown.output
    assert versions(store)[0].aliases == ("champion",)
    before = champion_folder(output)
    second = models("promote", "nitro", *where)
    assert second.exit_code == 0
    assert "nitro version 2 is champion in place of version 1" in second.output
    again = register(output, "good/nitro", "--promote", "--save", tmp_path / "why.json")
    assert "version 2 is the champion already" in again.output
    why = Judgement.from_json((tmp_path / "why.json").read_text())
    assert why.promoted
    assert why.champion is not None
    retired, champion = versions(store)
    assert (retired.aliases, retired.tags["status"]) == ((), "retired")
    assert (champion.aliases, champion.tags["status"]) == (("champion",), "champion")
    assert champion.tags["judged_against"] == "version 1"
    assert champion.tags["bundle_digest"] in str(champion_folder(output))

    refused = models("promote", "nitro", "--version", "1", *where)
    assert refused.exit_code == 1
    assert "refused: not with certainty better" in refused.output
    assert versions(store)[0].tags["status"] == "refused"
    assert versions(store)[0].tags["judgement"].startswith("refused: ")
    client = open_store(store.uri)
    kept = [one.path for one in client.list_artifacts(retired.run_id, "judgements")]
    assert len(kept) == 4  # as JSON and as Markdown, against nobody and against version 2
    assert isinstance(models("promote", "nitro", *where).exception, InputError)

    back = models("rollback", "nitro", *where)
    assert back.exit_code == 0
    assert "version 1 is champion again, in place of 2" in back.output
    assert champion_folder(output) == before
    assert [one.aliases for one in versions(store)] == [("champion",), ()]
    assert versions(store)[0].tags["status"] == "champion"
    assert "rolled_back_at" in versions(store)[1].tags
    assert isinstance(models("rollback", "nitro", *where).exception, InputError)
    events = [line.split(maxsplit=1)[1] for line in history(client, "nitro")]
    assert events == ["promoted 1", "promoted 2 over 1", "rolled back from 2 to 1"]


def test_two_folders_are_judged_without_a_registry(output: Path, tmp_path: Path) -> None:
    test = ("--test", output / "test.parquet")
    good, weak = output / "good/nitro", output / "weak/nitro"
    result = models("judge", weak, good, *test, "--save", tmp_path / "why.json")
    assert result.exit_code == 1
    assert json.loads((tmp_path / "why.json").read_text())["promoted"] is False
    assert isinstance(models("judge", weak, good).exception, ScreeningError)


@pytest.fixture(scope="module")
def served(output: Path) -> Iterator[str]:
    """The address of the good version, served by the command."""
    port = free_port()
    command = ["-m", "screening.cli.main", "models", "serve", "nitro", "--version", "2"]
    arguments = ["--port", str(port), "--output", str(output)]
    with running_server([*command, *arguments], port, output / "served.log") as address:
        yield address


def ask(address: str, content: Any) -> Any:
    request = urllib.request.Request(
        f"{address}/invocations",
        json.dumps(content).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.loads(reply.read())["predictions"]


@pytest.mark.slow
def test_a_served_model_answers(served: str, output: Path) -> None:
    answers = ask(served, {"inputs": SMILES})
    assert [one["smiles"] for one in answers] == SMILES
    assert [one["status"] for one in answers] == ["ok", *["rejected"] * 2, "ok", "rejected"]
    assert answers[1]["reason"].startswith("bad_smiles: ")
    assert answers[4]["reason"].startswith("no_carbon: ")
    first, digest = answers[0], file_digest(output / "good/nitro" / MANIFEST_NAME)
    assert (first["model"], first["version"], first["bundle_digest"]) == ("nitro", "1.0.0", digest)
    nitro = first["endpoints"]["nitro"]
    assert nitro["value"] > 0.5 > answers[3]["endpoints"]["nitro"]["value"]
    assert nitro["low"] <= nitro["value"] <= nitro["high"]
    assert (nitro["unit"], nitro["verdict"]) == ("probability", "in")
    assert nitro["neighbour"] in {parent.flat_key for parent in PARENTS}
    assert 0 < nitro["similarity"] <= 1
    assert set(first["endpoints"]) == {"nitro", "log_p"}
    # What is no list of texts is told to be the client's fault.
    for wrong in ({"inputs": [1]}, {"inputs": "CCO"}, {"smiles": ["CCO"]}):
        with pytest.raises(urllib.error.HTTPError) as told:
            ask(served, wrong)
        assert told.value.code == 400
    hostile = ["C" * 100_000, "=cmd|' /C calc'!A0", "\u202e", "C1CC1" * 300]
    assert [one["smiles"] for one in ask(served, {"inputs": hostile})] == hostile
    assert ask(served, {"inputs": []}) == []
