"""Seconds of training to an equal validation AUROC on Tox21: ours beside chemprop, in one run.

    python tests/benchmarks/train_speed.py --mirror FOLDER [--epochs 30]

FOLDER holds toxicity/tox21.csv. Both get the same structures (merged by flat structure), labels and
scaffold split, start from SMILES and may use two threads. chemprop 2.3 (Heid et al. 2024, J. Chem.
Inf. Model. 64:9) trains with its defaults; it is installed into --environment, made at the first
run, because its pins contradict the project's. Of ours the network is measured after every epoch,
and the blend with trees at the end.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from chemprop_runs import ENVIRONMENT, chemprop
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from screening.core.provenance import PROJECT
from screening.estimators.inference import run_network
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.assemble import RawTable
from screening.train.catalogue import read_table
from screening.train.fit import Fit, Task
from screening.train.from_recipe import load_recipe
from screening.train.grow import grow_trees
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe, SplitRecipe

THREADS = 2
FOLDS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=30, help="of chemprop")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    options = parser.parse_args()
    recipe, table = tox21(options.mirror)
    started = time.perf_counter()
    prepared = prepare(recipe, {"tox21": table}, THREADS)
    ours(recipe, prepared, started)
    labels, held_out = prepared.labelled.labels, prepared.split.held_out(0)
    aside = np.isin(np.arange(len(labels)), held_out)
    seconds, said = chemprop(
        prepared.labelled.smiles,
        labels,
        aside,
        "classification",
        epochs=options.epochs,
        threads=THREADS,
        environment=options.environment,
    )
    auroc = mean_auroc(labels[aside], said)
    print(f"chemprop, {options.epochs} epochs: AUROC {auroc:.4f}, {seconds:.1f} s")


def tox21(mirror: Path) -> tuple[Recipe, RawTable]:
    """The toxicity recipe with Tox21 alone, and its table."""
    recipe, entries = load_recipe(PROJECT / "models" / "recipes" / "toxicity.yaml")
    endpoints = tuple(item for item in recipe.endpoints if item.id.startswith("tox21_"))
    split = SplitRecipe(folds=FOLDS, seed=recipe.split.seed)
    entry = entries["tox21"]
    table = RawTable(read_table(entry, mirror), entry.smiles_column, False, False)
    return recipe.model_copy(update={"endpoints": endpoints, "split": split}), table


def mean_over_endpoints(
    metric: Callable[..., float], labels: NDArray[np.float32], values: NDArray[np.floating]
) -> float:
    """Mean of a metric of scikit-learn over the columns; NaN labels are left out."""
    columns = zip(labels.T, values.T, strict=True)
    return float(np.mean([metric(y[~np.isnan(y)], v[~np.isnan(y)]) for y, v in columns]))


mean_auroc = partial(mean_over_endpoints, roc_auc_score)


def ours(recipe: Recipe, prepared: Prepared, started: float) -> None:
    """Print AUROC and seconds after every epoch, and with the trees."""
    torch.set_num_threads(THREADS)
    print(f"ours, structures and features ready: {time.perf_counter() - started:.1f} s")
    labels = prepared.labelled.labels
    train, held_out = prepared.split.train(0), prepared.split.held_out(0)
    task = Task(prepared.packed, labels, np.ones(labels.shape[1], np.bool_), train, held_out)
    fit = Fit(task, recipe.network, recipe.training, recipe.training.seed, "cpu")
    raw = np.empty(0)
    for epoch in range(1, recipe.training.epochs + 1):
        fit.run_epoch()
        seconds = time.perf_counter() - started
        raw = run_network(fit.model, prepared.packed, held_out).raw
        print(
            f"ours, epoch {epoch}: AUROC {mean_auroc(labels[held_out], raw):.4f}, {seconds:.1f} s"
        )
    grown = []
    for column in range(labels.shape[1]):
        known = train[~np.isnan(labels[train, column])]
        matrix = tree_matrix(prepared.packed, known)
        grown.append(
            grow_trees(
                matrix,
                labels[known, column],
                "classification",
                recipe.trees,
                seed=recipe.training.seed,
                threads=THREADS,
            )
        )
    blended = raw + BoostedTrees(grown).predict(tree_matrix(prepared.packed, held_out))
    seconds = time.perf_counter() - started
    print(f"ours, with trees: AUROC {mean_auroc(labels[held_out], blended):.4f}, {seconds:.1f} s")


if __name__ == "__main__":
    main()
