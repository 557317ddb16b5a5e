from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from screening.core.accounting import Cost
from screening.estimators.features import Features, PackedFeatures, featurise, pack
from screening.estimators.network import MultiTaskNetwork
from screening.train import fit
from screening.train.checkpoints import Checkpoints, checkpoints_of
from screening.train.fit import Fit, Task, fit_member
from screening.train.recipe import NetworkRecipe, TrainingRecipe

NETWORK = NetworkRecipe(hidden=16, layers=1, fingerprint_hidden=16, head_hidden=16)
TRAINING = TrainingRecipe(epochs=6, batch_size=8)


class Killed(Exception):
    pass


@pytest.fixture(scope="module")
def packed() -> PackedFeatures:
    found = [featurise("C" * length + end) for length in range(1, 21) for end in "ON"]
    return pack([item for item in found if isinstance(item, Features)])


@pytest.fixture
def task(packed: PackedFeatures) -> Task:
    rows = np.arange(len(packed), dtype=np.int64)
    targets = (rows % 2).astype(np.float32)[:, None]
    return Task(packed, targets, np.array([True]), rows[:28], rows[34:], watched=rows[28:34])


def trained(
    task: Task, kept: Checkpoints | None = None, training: TrainingRecipe = TRAINING
) -> MultiTaskNetwork:
    return fit_member(task, NETWORK, training, seed=1, name="1/1", kept=kept)


def weights(network: MultiTaskNetwork) -> torch.Tensor:
    return torch.cat([value.float().ravel() for value in network.state_dict().values()])


def test_a_killed_training_goes_on_to_the_very_same_weights(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = weights(trained(task))
    monkeypatch.setattr(fit, "SAVE_EVERY_S", 0.0)
    run_epoch, epochs = Fit.run_epoch, []

    def run_and_die(self: Fit) -> float:
        if len(epochs) == 3:
            raise Killed
        epochs.append(1)
        return run_epoch(self)

    monkeypatch.setattr(Fit, "run_epoch", run_and_die)
    with pytest.raises(Killed):
        trained(task, Checkpoints(tmp_path))
    monkeypatch.setattr(Fit, "run_epoch", run_epoch)
    resumed = weights(trained(task, Checkpoints(tmp_path)))
    assert "goes on after epoch 3" in capsys.readouterr().err
    torch.testing.assert_close(resumed, whole, rtol=0, atol=0)


def test_a_finished_network_is_not_trained_again(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = weights(trained(task, Checkpoints(tmp_path)))
    monkeypatch.delattr(Fit, "run_epoch")
    torch.testing.assert_close(weights(trained(task, Checkpoints(tmp_path))), first, rtol=0, atol=0)


def test_without_gain_it_stops_and_takes_the_best_epoch(
    task: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = iter([0.9, 0.5, 0.6, 0.7, 0.4, 0.3])
    watched = task.watched

    def score(self: Fit, rows: np.ndarray) -> float:
        return next(scores) if rows is watched else 1.0

    monkeypatch.setattr(Fit, "score", score)
    trained(task, training=TRAINING.model_copy(update={"patience": 2}))
    told = capsys.readouterr().err
    assert "epoch 4/6" in told
    assert "epoch 5/6" not in told
    assert "the weights of epoch 2" in told


def test_another_training_begins_anew_and_a_whole_one_leaves_nothing(tmp_path: Path) -> None:
    output = tmp_path / "bundle"
    checkpoints_of(output, "a").save("network-1", b"state")
    assert checkpoints_of(output, "a").load("network-1") == b"state"
    other = checkpoints_of(output, "b")
    assert other.load("network-1") is None
    other.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_the_calls_before_cost_is_counted(tmp_path: Path) -> None:
    for seconds in (2.0, 3.0):
        kept = checkpoints_of(tmp_path / "bundle", "a")
        with pytest.raises(Killed), kept.counting([*kept.costs(), Cost(cpu_seconds=seconds)]):
            raise Killed
    assert kept.costs() == [Cost(cpu_seconds=5.0)]
