"""One seed of the benchmark: learn without the validation part, then with it; keep what came.

The validation part chooses the weights of the blend and nothing else. The test part is predicted by
trees that have then learned from it as well, and by the network as it is: training it again would
double the time for an eighth more labels.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from screening.core.provenance import code_digest
from screening.estimators.features import PackedFeatures
from screening.train.featurised import featurise_all
from screening.train.tdc.features import wide_features
from screening.train.tdc.methods import boosted_trees, extra_trees, joint_network
from screening.train.tdc.read import Benchmark, learned_labels

VALIDATION_SHARE = 0.125
"""Of the official train and validation part, as in TDC's `get_train_valid_split`."""
Floats = NDArray[np.float32]
Parts = dict[str, dict[str, Floats]]


@dataclass(frozen=True)
class Inputs:
    """All structures, each once: features, and the sets by row.

    wide : file with the features of trees, which processes map instead of copying.
    rows : set → (n,) rows of its labels. test : set → (m,) rows of its test, -1 unreadable.
    """

    benchmark: Benchmark
    wide: Path
    packed: PackedFeatures
    scaffolds: list[str]
    rows: dict[str, NDArray[np.int64]]
    test: dict[str, NDArray[np.int64]]


@dataclass(frozen=True)
class SeedResult:
    """Predictions of one seed: set → method → values, on the scale that is learned."""

    validation: Parts
    test: Parts
    validation_labels: dict[str, Floats]


def make_inputs(benchmark: Benchmark, folder: Path, workers: int) -> Inputs:
    """Featurise every structure; the wide features go into a file of the folder, or are there."""
    keys = sorted(benchmark.smiles)
    place = {key: row for row, key in enumerate(keys)}
    smiles = [benchmark.smiles[key] for key in keys]
    packed, scaffolds = featurise_all(smiles, workers)
    wide = folder / f"features-{hashlib.sha256(' '.join(smiles).encode()).hexdigest()[:20]}.npy"
    if not wide.exists():
        partial = wide.with_suffix(".partial.npy")
        np.save(partial, wide_features(smiles, workers))
        partial.replace(wide)
    return Inputs(
        benchmark,
        wide,
        packed,
        scaffolds,
        {task.of.name: _places(task.training_keys, place) for task in benchmark.tasks},
        {task.of.name: _places(task.test_keys, place) for task in benchmark.tasks},
    )


def _places(keys: list[str], place: Mapping[str, int]) -> NDArray[np.int64]:
    return np.array([place.get(key, -1) for key in keys], dtype=np.int64)


def validation_part(scaffolds: list[str], seed: int) -> NDArray[np.bool_]:
    """(n,) whether a structure is for validation: whole scaffolds, in an order drawn from the seed.

    As in TDC, but that a structure without a ring is a group of its own, and that scaffolds of more
    than half of the validation part stay in training: one group would be most of it.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for row, scaffold in enumerate(scaffolds):
        members[scaffold or f"acyclic {row}"].append(row)
    groups = list(members.values())
    random.Random(seed).shuffle(groups)
    wanted = max(1, round(len(scaffolds) * VALIDATION_SHARE))
    chosen = np.zeros(len(scaffolds), dtype=np.bool_)
    for rows in groups:
        if len(rows) <= max(1, wanted // 2) and chosen.sum() + len(rows) <= wanted:
            chosen[rows] = True
    return chosen


def kept_seed(inputs: Inputs, seed: int, folder: Path) -> SeedResult:
    """The result of a seed, from the folder where it is there already."""
    path = folder / f"{_digest(inputs, seed)}.npz"
    if not path.exists():
        partial = path.with_suffix(".partial.npz")
        arrays: Mapping[str, Any] = _flat(_run_seed(inputs, seed))
        np.savez_compressed(partial, **arrays)
        partial.replace(path)
    with np.load(path, allow_pickle=False) as found:
        return _nested({name: found[name] for name in found.files})


def _digest(inputs: Inputs, seed: int) -> str:
    digest = hashlib.sha256(f"{code_digest('train')} {seed}".encode())
    for task in inputs.benchmark.tasks:
        digest.update(" ".join([task.of.name, *task.training_keys, *task.test_keys]).encode())
        digest.update(task.labels.tobytes())
    return digest.hexdigest()[:20]


def _flat(result: SeedResult) -> dict[str, Floats]:
    arrays = {f"labels|{name}|": labels for name, labels in result.validation_labels.items()}
    for part, sets in (("validation", result.validation), ("test", result.test)):
        for name, methods in sets.items():
            arrays |= {f"{part}|{name}|{method}": values for method, values in methods.items()}
    return arrays


def _nested(arrays: Mapping[str, Floats]) -> SeedResult:
    result = SeedResult(defaultdict(dict), defaultdict(dict), {})
    for key, values in arrays.items():
        part, name, method = key.split("|")
        if part == "labels":
            result.validation_labels[name] = values
        else:
            {"validation": result.validation, "test": result.test}[part][name][method] = values
    return result


def _run_seed(inputs: Inputs, seed: int) -> SeedResult:
    torch.set_num_threads(1)
    tasks = inputs.benchmark.tasks
    wide = np.load(inputs.wide, mmap_mode="r")
    aside = {
        task.of.name: validation_part(
            [inputs.scaffolds[row] for row in inputs.rows[task.of.name]], seed
        )
        for task in tasks
    }
    network = _network(inputs, aside, seed)
    result = SeedResult({}, {}, {})
    for column, task in enumerate(tasks):
        name, rows = task.of.name, inputs.rows[task.of.name]
        mask, labels = aside[name], learned_labels(task)
        asked = np.maximum(inputs.test[name], 0)
        result.validation_labels[name] = task.labels[mask]
        result.validation[name] = {"network": network[rows[mask], column]}
        result.test[name] = {"network": network[asked, column].copy()}
        for method, fit in (("boosted", boosted_trees), ("extra", extra_trees)):
            known = rows[~mask]
            result.validation[name][method] = fit(
                wide[known], labels[~mask], wide[rows[mask]], task.of.kind, seed
            )
            result.test[name][method] = fit(wide[rows], labels, wide[asked], task.of.kind, seed)
        # A test row that no toolkit reads gets what is known without looking.
        for values in result.test[name].values():
            values[inputs.test[name] < 0] = labels.mean()
        print(f"seed {seed}: {name}", file=sys.stderr, flush=True)
    return result


def _network(inputs: Inputs, aside: Mapping[str, NDArray[np.bool_]], seed: int) -> Floats:
    tasks = inputs.benchmark.tasks
    targets = np.full((len(inputs.packed), len(tasks)), np.nan, np.float32)
    held_out = np.zeros(len(inputs.packed), dtype=np.bool_)
    for column, task in enumerate(tasks):
        rows, mask = inputs.rows[task.of.name], aside[task.of.name]
        targets[rows[~mask], column] = learned_labels(task)[~mask]
        held_out[rows[mask]] = True
    is_class = np.array([task.of.kind == "classification" for task in tasks])
    shown = np.flatnonzero(held_out).astype(np.int64)
    return joint_network(inputs.packed, targets, is_class, shown, seed=seed, name=f"seed {seed}")
