"""What a search brings: settings found beside those it began with, on scaffolds it has not seen.

    python tests/benchmarks/search_gain.py hold-out TABLE.csv --smiles-column NAME --targets a,b \
        --kind classification --test test.parquet
    screening search TABLE.csv (the same three options) --test test.parquet --minutes 30 \
        --output found.yaml
    python tests/benchmarks/search_gain.py compare TABLE.csv (the same) --test test.parquet \
        --found found.yaml [--seeds 3]

`hold-out` writes one of five folds of scaffolds as a fixed test. `compare` trains a network and
trees on all else, with the settings of `screening train` and with those found, and prints AUROC and
AUPRC, or mean absolute error and Spearman's rho, of networks, trees and their even blend on the
test: mean over endpoints and seeds, ± half the range over seeds.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from screening.core.fixed_test import FixedTest, read_fixed_test, write_fixed_test
from screening.estimators.inference import run_network
from screening.estimators.metrics import endpoint_metrics
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.fit import Task, fit_member
from screening.train.from_table import TableOptions
from screening.train.grow import grow_trees
from screening.train.members import WATCHED_SHARE
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe, SplitRecipe, read_found
from screening.train.search.sources import Source, source_of_table
from screening.train.split import balanced_folds, drawn_test, scaffold_groups
from screening.train.targets import make_targets

FOLDS, HELD_OUT = 5, 1
"""Not the first fold: it gets the largest scaffold, often benzene and little else."""
SHOWN = {"classification": ("auroc", "auprc"), "regression": ("mae", "spearman")}
MEMBERS = ("network", "trees", "blend")
Raw = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("hold-out", "compare"))
    parser.add_argument("table", type=Path)
    parser.add_argument("--smiles-column", required=True)
    parser.add_argument("--targets", required=True)
    parser.add_argument("--kind", choices=tuple(SHOWN), required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--found", type=Path, nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    chosen = TableOptions(
        options.smiles_column,
        tuple(options.targets.split(",")),
        options.kind,
        SplitRecipe(),
        conflicts="majority",
    )
    source = source_of_table(options.table, chosen)
    prepared = prepare(source.recipe, source.tables, 2)
    if options.what == "hold-out":
        hold_out(source, prepared, options.test)
        return
    test = set(read_fixed_test(options.test).flat_keys)
    inside = np.array([key in test for key in prepared.labelled.flat_keys])
    print(f"{(~inside).sum()} structures to learn from, {inside.sum()} in the test")
    titles = [f"{member} {metric}" for member in MEMBERS for metric in SHOWN[options.kind]]
    print("|", " | ".join(["settings", *titles, "s"]), "|")
    print("| --- " * (len(titles) + 2) + "|")
    variants = {"start": source.recipe}
    variants |= {path.stem: with_found(source.recipe, path) for path in options.found}
    for name, recipe in variants.items():
        began = time.process_time()
        values = [scores(recipe, prepared, inside, seed) for seed in range(options.seeds)]
        seconds = (time.process_time() - began) / options.seeds
        print(row(name, np.array(values), seconds), flush=True)


def hold_out(source: Source, prepared: Prepared, path: Path) -> None:
    """Write a fold of scaffolds as a fixed test."""
    keys, smiles = prepared.labelled.flat_keys, prepared.labelled.smiles
    groups = scaffold_groups(keys, prepared.scaffolds)
    rows = np.flatnonzero(balanced_folds(groups.of, FOLDS, 1) == HELD_OUT).tolist()
    test = FixedTest(
        [keys[row] for row in rows],
        [smiles[row] for row in rows],
        np.zeros(len(rows), np.bool_),
        {
            endpoint.id: prepared.labelled.labels[rows, column]
            for column, endpoint in enumerate(source.recipe.endpoints)
        },
    )
    write_fixed_test(path, test)
    print(f"{len(rows)} of {len(keys)} structures held out")


def with_found(recipe: Recipe, path: Path) -> Recipe:
    """The recipe with the settings of a file that `screening search` wrote."""
    found = read_found(path)
    return recipe.model_copy(
        update={"network": found.network, "training": found.training, "trees": found.trees}
    )


def row(name: str, values: NDArray[np.float64], seconds: float) -> str:
    """A row of the table, of values (n_seeds, n_metrics)."""
    half = np.ptp(values, axis=0) / 2
    cells = [f"{m:.3f} ± {h:.3f}" for m, h in zip(values.mean(0), half, strict=True)]
    return "| " + " | ".join([name, *cells, f"{seconds:.0f}"]) + " |"


def scores(
    recipe: Recipe, prepared: Prepared, inside: NDArray[np.bool_], seed: int
) -> Sequence[float]:
    """Means over the endpoints: two metrics of networks, of trees and of the blend."""
    learned = np.flatnonzero(~inside)
    targets, scaling = make_targets(recipe, prepared.labelled, learned)
    is_class = np.array([endpoint.kind == "classification" for endpoint in recipe.endpoints])
    task = Task(prepared.packed, targets, is_class, learned, np.flatnonzero(inside))
    network = network_outputs(recipe, prepared, task, seed)
    trees = tree_outputs(recipe, task, seed)
    found = []
    for raw in (network, trees, (network + trees) / 2):
        metrics = []
        for column, endpoint in enumerate(recipe.endpoints):
            label = prepared.labelled.labels[task.held_out, column]
            known = ~np.isnan(label)
            value = raw[known, column] * scaling[column].deviation + scaling[column].mean
            metrics.append(endpoint_metrics(endpoint.kind, label[known], value))
        for name in SHOWN[recipe.endpoints[0].kind]:
            found.append(float(np.mean([one[name] for one in metrics if one[name] is not None])))
    return found


def network_outputs(recipe: Recipe, prepared: Prepared, task: Task, seed: int) -> Raw:
    """Raw outputs of one network for the test, with patience where the recipe has it."""
    if recipe.training.patience is not None:
        groups = scaffold_groups(prepared.labelled.flat_keys, prepared.scaffolds)
        watched = drawn_test(groups.take(task.train.tolist()).of, WATCHED_SHARE, seed)
        task = replace(task, train=task.train[~watched], watched=task.train[watched])
    with redirect_stderr(io.StringIO()):
        network = fit_member(task, recipe.network, recipe.training, seed=100 + seed, name="one")
    return run_network(network, task.packed, task.held_out).raw


def tree_outputs(recipe: Recipe, task: Task, seed: int) -> Raw:
    """Raw outputs of the trees for the test."""
    grown = []
    for column, endpoint in enumerate(recipe.endpoints):
        known = task.train[~np.isnan(task.targets[task.train, column])]
        matrix, target = tree_matrix(task.packed, known), task.targets[known, column]
        grown.append(grow_trees(matrix, target, endpoint.kind, recipe.trees, seed=seed, threads=1))
    return BoostedTrees(grown).predict(tree_matrix(task.packed, task.held_out))


if __name__ == "__main__":
    main()
