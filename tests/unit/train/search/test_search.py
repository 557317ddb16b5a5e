"""The search from end to end on a tiny table, over a cluster that every test shares."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from distributed import Client, LocalCluster
from optuna.distributions import FloatDistribution, IntDistribution

from screening.cli.search import search_command
from screening.core.errors import ConfigError
from screening.core.finished_trial import FinishedTrial
from screening.core.fixed_test import FixedTest, write_fixed_test
from screening.train.from_table import TableOptions
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe, SplitRecipe, read_found
from screening.train.search import study as study_module
from screening.train.search.drive import Budget, Driver
from screening.train.search.found import SearchResult, write_found
from screening.train.search.sets import FILE, make_set, read_set, write_set
from screening.train.search.sources import Source, source_of_table
from screening.train.search.space import LEARNERS, SPACE, values_of, with_values
from screening.train.search.start import Start, measure_start
from screening.train.search.study import LearnerStudy, open_storage, open_study

RINGS = ["c1ccc(X)cc1", "c1ncc(X)cc1", "C1CC(X)CCC1", "c1cc(X)sc1", "c1cc(X)c2ccccc2c1", "XCCCC"]
LEFT = ["N", "NC", "NCC", "NC(C)C", "NCCO", "O", "OC", "OCC", "C(C)C", "Cl"]
OPTIONS = TableOptions("smiles", ("amine",), "classification", SplitRecipe())
# Of the real space, what a trial of a second can be made of.
TINY = {
    "network": {
        "training.epochs": IntDistribution(4, 6),
        "training.learning_rate": FloatDistribution(1e-3, 1e-2, log=True),
    },
    "trees": {"trees.rounds": IntDistribution(3, 9)},
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 structures; those with a nitrogen outside of the ring are active."""
    rows = [
        f"{ring.replace('X', left) if ring[0] == 'X' else ring.replace('(X)', f'({left})')},"
        f"{int(left[0] == 'N')}"
        for ring in RINGS
        for left in LEFT
    ]
    path = tmp_path_factory.mktemp("table") / "amines.csv"
    path.write_text("\n".join(["smiles,amine", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def source(table: Path) -> Source:
    """The table with settings that take a second."""
    found = source_of_table(table, OPTIONS)
    small = {"network.hidden": 8, "network.layers": 1, "network.fingerprint_hidden": 8}
    small |= {"network.head_hidden": 8, "training.epochs": 4, "trees.rounds": 5}
    recipe = with_values(found.recipe, small)
    patient = recipe.training.model_copy(update={"patience": 2})
    return replace(found, recipe=recipe.model_copy(update={"training": patient}))


@pytest.fixture(scope="module")
def prepared(source: Source) -> Prepared:
    return prepare(source.recipe, source.tables)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    settings = {"distributed.scheduler.allowed-failures": 0}
    import dask

    with (
        dask.config.set(settings),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def folder(
    source: Source, prepared: Prepared, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Of a search whose start is measured."""
    folder = tmp_path_factory.mktemp("study")
    data = make_set(source.recipe, prepared)
    write_set(folder, data)
    measure_start(client, data, source.recipe, folder)
    return folder


def studies(recipe: Recipe, folder: Path, learners: Any = LEARNERS) -> list[LearnerStudy]:
    start = Start(0.9, {"network": 1.0, "trees": 1.0})
    storage = open_storage(folder)
    return [open_study(storage, one, recipe, start, folder=folder) for one in learners]


def test_the_command_finds_settings_and_a_second_call_goes_on(
    table: Path,
    source: Source,
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(study_module, "SPACE", TINY)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    output, results = tmp_path / "found.yaml", tmp_path / "results"
    tiny = source.recipe.model_dump()
    monkeypatch.setattr(
        "screening.train.search.sources.recipe_of_table",
        lambda *_: (source.recipe, *source.tables.values()),
    )
    arguments = [str(table), "--smiles-column", "smiles", "--targets", "amine"]
    arguments += ["--kind", "classification", "--output", str(output), "--results", str(results)]
    arguments += ["--dask", client.scheduler.address, "--minutes", "10", "--trials", "2"]
    arguments += ["--prices", '{"price_per_cpu_hour": 1000}']
    first = CliRunner().invoke(search_command, arguments, catch_exceptions=False)
    assert first.exit_code == 0, first.output
    found = yaml.safe_load(output.read_text(encoding="utf-8"))
    recipe = Recipe.model_validate({**tiny, **{key: {**tiny[key], **found[key]} for key in found}})
    assert set(found) == {"network", "training", "trees"}
    assert read_found(output).training.patience is None
    assert recipe.training.seed == 7
    second = CliRunner().invoke(search_command, arguments, catch_exceptions=False)
    assert "2 trials are kept" in second.stderr
    from mlflow import MlflowClient

    store = MlflowClient(f"sqlite:///{results}/mlflow.db")
    [experiment] = [one for one in store.search_experiments() if one.name != "Default"]
    runs = store.search_runs([experiment.experiment_id])
    parents = [run for run in runs if run.data.tags["kind"] == "search"]
    assert [run.info.status for run in parents] == ["FINISHED"] * 2
    assert len(runs) == 2 + 2 * 2
    assert parents[0].data.metrics["search.price"] > 0
    assert parents[0].data.metrics["score"] <= parents[0].data.metrics["start_score"]


def test_a_trial_is_pruned_one_fails_one_kills_its_worker_and_the_rest_goes_on(
    source: Source, folder: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = {
        "network.hidden": IntDistribution(8, 10**7),
        "training.epochs": IntDistribution(4, 10**7),
        "training.learning_rate": FloatDistribution(1e-4, 1e6),
    }
    monkeypatch.setattr(study_module, "SPACE", {"network": wide})
    monkeypatch.setattr(study_module, "_NEVER_STOPPED", 2)
    [study] = studies(source.recipe, folder, ("network",))
    ask = study.ask

    def with_little_time_for_the_endless_one() -> Any:
        trial, recipe = ask()
        study.most_s = 3.0 if recipe.training.epochs == 10**7 else 600.0
        return trial, recipe

    monkeypatch.setattr(study, "ask", with_little_time_for_the_endless_one)
    good = {"network.hidden": 8, "training.epochs": 4, "training.learning_rate": 1e-3}
    study.study.enqueue_trial(good)
    study.study.enqueue_trial(good)
    study.study.enqueue_trial({**good, "network.hidden": 2 * 10**6})  # 16 TB of weights
    study.study.enqueue_trial({**good, "training.epochs": 10**7})  # never comes back
    study.study.enqueue_trial({**good, "training.learning_rate": 1e6})  # diverges
    study.study.enqueue_trial(good)
    heard: list[FinishedTrial] = []
    budget = Budget(time.monotonic() + 600, 6, "4GiB")
    Driver(client, [study], budget, lambda trial, _: heard.append(trial)).run()
    status = {trial.number: trial.status for trial in heard}
    assert [status[number] for number in range(1, 7)] == [
        "complete",
        "complete",
        "failed",
        "failed",
        "pruned",
        "complete",
    ]
    notes = {trial.number: trial.note for trial in heard}
    assert "allocate" in notes[3] and "worker died" in notes[4]
    assert all(len(trial.steps) == 16 for trial in heard if trial.status == "complete")
    assert [trial.score for trial in heard if trial.status == "pruned"] == [2.0]


def test_the_budget_ends_what_is_running(
    source: Source, folder: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = {"training.epochs": IntDistribution(10**6, 10**7)}
    monkeypatch.setattr(study_module, "SPACE", {"network": endless})
    for file in folder.glob("trials.journal*"):
        file.unlink()
    [study] = studies(source.recipe, folder, ("network",))
    heard: list[FinishedTrial] = []
    began = time.monotonic()
    Driver(
        client, [study], Budget(began + 2, None, "4GiB"), lambda trial, _: heard.append(trial)
    ).run()
    assert time.monotonic() - began < 20
    assert heard and {trial.status for trial in heard} <= {"failed", "pruned"}
    assert not study.study.get_trials(states=(study_module.TrialState.RUNNING,))
    assert study.best().recipe == source.recipe


def test_trials_see_what_the_training_learns_from(
    source: Source, prepared: Prepared, tmp_path: Path
) -> None:
    tested = prepared.labelled.take(np.arange(0, 60, 5))
    labels = {"amine": tested.labels[:, 0]}
    fixed = FixedTest(tested.flat_keys, tested.smiles, np.zeros(12, np.bool_), labels)
    write_fixed_test(tmp_path / "test.parquet", fixed)
    # A share is stated, as the command does where a test is named, and not drawn beside the test.
    split = source.recipe.split.model_copy(update={"test_share": 0.2})
    recipe = source.recipe.model_copy(update={"split": split})
    prepared = prepare(recipe, source.tables, test=tmp_path / "test.parquet")
    data = make_set(recipe, prepared)
    np.testing.assert_array_equal(data.learned(), prepared.split.learned())
    assert len(prepared.split.test()) == 12
    assert 0 < len(data.learned()) < 48
    for fold in data.measured.tolist():
        assert not set(data.train(fold)) & set(data.held_out(fold))
        assert set(data.train(fold)) | set(data.held_out(fold)) == set(data.learned())
    write_set(tmp_path, data)
    again = read_set(tmp_path)
    assert again.digest == data.digest
    np.testing.assert_array_equal(again.rows(), data.rows())
    assert (tmp_path / FILE).is_file()


def test_one_seed_asks_for_the_same_and_a_second_call_for_something_else(
    source: Source, tmp_path: Path
) -> None:
    def asked(folder: Path) -> list[dict[str, Any]]:
        folder.mkdir(exist_ok=True)
        [study] = studies(source.recipe, folder, ("trees",))
        return [study.ask()[0].params for _ in range(3)]

    first = asked(tmp_path / "a")
    assert first == asked(tmp_path / "b")
    assert not any(params in first for params in asked(tmp_path / "a"))


def test_what_the_space_draws_is_a_recipe(source: Source) -> None:
    for learner in LEARNERS:
        for name, distribution in SPACE[learner].items():
            for value in _ends(distribution):
                changed = with_values(source.recipe, {name: value})
                assert values_of(changed, learner)[name] == value


def test_a_found_recipe_keeps_its_endpoints_and_its_catalogue(tmp_path: Path) -> None:
    from screening.core.provenance import PROJECT
    from screening.train.from_recipe import load_recipe

    path = PROJECT / "models/recipes/adme.yaml"
    recipe, _ = load_recipe(path)
    result = SearchResult(
        with_values(recipe, {"network.layers": 5}),
        0.5,
        0.6,
        {"complete": 2},
        tmp_path / "a.study/12",
        3.0,
    )
    output = tmp_path / "deep" / "found.yaml"
    write_found(output, Source(recipe, {}, path), result)
    found, _ = load_recipe(output)
    assert found.network.layers == 5
    assert found.endpoints == recipe.endpoints
    assert "a.study/12" in output.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(
    "arguments", [[], ["t.csv", "--recipe", "r.yaml"], ["t.csv", "--targets", "y"]]
)
def test_bad_arguments_are_told(arguments: list[str]) -> None:
    arguments += ["--minutes", "1", "--output", "found.yaml"]
    with pytest.raises(ConfigError):
        CliRunner().invoke(search_command, arguments, catch_exceptions=False)


def _ends(distribution: Any) -> list[Any]:
    if hasattr(distribution, "choices"):
        return list(distribution.choices)
    return [distribution.low, distribution.high]
