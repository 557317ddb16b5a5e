"""Running the benchmark over its seeds, and writing predictions and scores."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.train.tdc.blend import METHODS, blended, choose_weights, validation_score
from screening.train.tdc.read import Task, read_benchmark
from screening.train.tdc.seeds import SeedResult, kept_seed, make_inputs

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Score:
    """What came of a set.

    weights : of the methods. validation, test : mean and deviation over seeds; test is None where
    the folder gives no labels.
    """

    name: str
    metric: str
    weights: dict[str, float]
    validation: tuple[float, float]
    test: tuple[float, float] | None


def run_benchmark(data: Path, output: Path, n_seeds: int = 5, workers: int = 1) -> list[Score]:
    """Train on every set of a folder, and write predictions of its test structures.

    Writes `output/<set>/seed<k>.csv` with the columns `row` (from 0) and `prediction` (probability,
    or value in the unit of the labels) in the order of `test_structures.csv`, and
    `output/scores.tsv`. Seeds that are done are taken from `output/seeds`.

    Parameters
    ----------
    data : folder with `<set>/train_val.csv` and `<set>/test_structures.csv`.
    n_seeds : seeds 1, 2 … as on the leaderboard.
    workers : processes.

    Raises
    ------
    InputError : no set is there, or one cannot be read.
    """
    kept = output / "seeds"
    benchmark = read_benchmark(data, workers)
    kept.mkdir(parents=True, exist_ok=True)
    inputs = make_inputs(benchmark, kept, workers)
    seeds = range(1, n_seeds + 1)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        results = list(pool.map(kept_seed, itertools.repeat(inputs), seeds, itertools.repeat(kept)))
    scores = []
    for task in inputs.benchmark.tasks:
        weights = choose_weights(task, results)
        predictions = [blended(result.test[task.of.name], weights, task) for result in results]
        for seed, values in zip(seeds, predictions, strict=True):
            _write(output / task.of.name / f"seed{seed}.csv", values)
        scores.append(_score(task, weights, results, predictions))
    _write_scores(output / "scores.tsv", scores)
    return scores


def _score(
    task: Task, weights: dict[str, float], results: Sequence[SeedResult], predictions: list[Floats]
) -> Score:
    validation = [validation_score(task, result, weights) for result in results]
    test = None
    if task.test_labels is not None:
        known = ~np.isnan(task.test_labels)
        of_seeds = [task.of.score(task.test_labels[known], values[known]) for values in predictions]
        test = _spread(of_seeds)
    return Score(task.of.name, task.of.metric, weights, _spread(validation), test)


def _spread(values: list[float]) -> tuple[float, float]:
    return float(np.nanmean(values)), float(np.nanstd(values))


def _write(path: Path, values: Floats) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("row", "prediction"))
        writer.writerows((row, f"{value:.7g}") for row, value in enumerate(values.tolist()))
    partial.replace(path)


def _write_scores(path: Path, scores: list[Score]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        header = ("set", "metric", "validation", "validation_std", "test", "test_std")
        writer.writerow((*header, *METHODS))
        for score in scores:
            test = ("", "") if score.test is None else tuple(f"{one:.4f}" for one in score.test)
            weights = (f"{score.weights[method]:.2f}" for method in METHODS)
            validation = (f"{one:.4f}" for one in score.validation)
            writer.writerow((score.name, score.metric, *validation, *test, *weights))
