"""What networks of several depths, trees and neighbours are worth on the tables of a recipe.

    python tests/benchmarks/blend_parts.py --recipe activity --mirror FOLDER [--layers 1 2 3]

One fold of scaffolds is held out; everything learns from the others. A line is the mean over the
endpoints of a family: AUROC and AUPRC of classes, mean absolute error (in standard deviations) and
Spearman's rho of values. Blends are means of the raw outputs, without the neighbours where labels
are withheld; seconds are of one core.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from screening.core.provenance import PROJECT
from screening.estimators.inference import run_network
from screening.estimators.metrics import endpoint_metrics
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.domain import training_index, vote_of
from screening.train.fit import Task, fit_member
from screening.train.from_recipe import load_recipe, raw_table
from screening.train.grow import grow_trees
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import EndpointRecipe, Recipe
from screening.train.targets import make_targets

METRICS = {"classification": ("auroc", "auprc"), "regression": ("mae", "spearman")}
FAMILIES = ("tox21", "nci60")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", required=True, help="toxicity, activity or adme")
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=1)
    parser.add_argument("--layers", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    torch.set_num_threads(1)
    recipe, entries = load_recipe(PROJECT / "models" / "recipes" / f"{options.recipe}.yaml")
    tables = {name: raw_table(entries[name], options.mirror) for name in recipe.tables()}
    prepared = prepare(recipe, tables, 2)
    fold = Fold(recipe, prepared, options.fold)
    print("| | family | endpoints | | | s |\n| --- | --- | --- | --- | --- | --- |")
    trees, votes = fold.trees(), fold.votes()
    fold.tell("trees", *trees)
    fold.tell("neighbours", *votes)
    for layers in options.layers:
        network = fold.network(layers)
        name = f"network, {layers} layer{'s' * (layers > 1)}"
        fold.tell(name, *network)
        both = network[0] + trees[0], network[1] + trees[1]
        fold.tell(f"{name}, and trees", both[0] / 2, both[1])
        three = np.nanmean([network[0], trees[0], votes[0]], axis=0)
        fold.tell(f"{name}, trees and neighbours", three, both[1])


class Fold:
    """A fold of a recipe that is held out, and what is learned without it."""

    def __init__(self, recipe: Recipe, prepared: Prepared, number: int) -> None:
        self.recipe, self.prepared, self.number = recipe, prepared, number
        split, labelled = prepared.split, prepared.labelled
        self.targets, self.scaling = make_targets(recipe, labelled, split.learned())
        self.train, self.held_out = split.train(number), split.held_out(number)

    def network(self, layers: int) -> tuple[NDArray[np.float32], float]:
        """Raw outputs for the structures held out, and seconds of learning."""
        started = time.process_time()
        recipe, packed = self.recipe, self.prepared.packed
        is_class = np.array([item.kind == "classification" for item in recipe.endpoints])
        model = fit_member(
            Task(packed, self.targets, is_class, self.train, self.held_out),
            recipe.network.model_copy(update={"layers": layers}),
            recipe.training,
            seed=recipe.training.seed + self.number,
            name=f"of {layers}",
        )
        seconds = time.process_time() - started
        return run_network(model, packed, self.held_out).raw, seconds

    def trees(self) -> tuple[NDArray[np.float32], float]:
        """The same of boosted trees."""
        started = time.process_time()
        grown = []
        for column, endpoint in enumerate(self.recipe.endpoints):
            known = self.train[~np.isnan(self.targets[self.train, column])]
            grown.append(
                grow_trees(
                    tree_matrix(self.prepared.packed, known),
                    self.targets[known, column],
                    endpoint.kind,
                    self.recipe.trees,
                    seed=self.recipe.training.seed,
                    threads=1,
                )
            )
        seconds = time.process_time() - started
        matrix = tree_matrix(self.prepared.packed, self.held_out)
        return BoostedTrees(grown).predict(matrix), seconds

    def votes(self) -> tuple[NDArray[np.float32], float]:
        """The same of the neighbours, who learn nothing; of withheld labels NaN."""
        index = training_index(self.prepared, self.train)
        vote = vote_of(index, self.recipe, self.scaling)
        raw = vote.raw(index.nearest(self.prepared.packed, self.held_out))
        return np.where(vote.can_vote, raw, np.nan).astype(np.float32), 0.0

    def tell(self, name: str, raw: NDArray[np.float32], seconds: float) -> None:
        """Print a line for each family."""
        for family, found in self._families(raw):
            means = " | ".join(f"{mean:.3f}" for mean in np.mean(found, axis=0))
            print(f"| {name} | {family} | {len(found)} | {means} | {seconds:.0f} |", flush=True)

    def _families(self, raw: NDArray[np.float32]) -> Iterator[tuple[str, list[list[float]]]]:
        families = defaultdict(list)
        for column, endpoint in enumerate(self.recipe.endpoints):
            label = self.targets[self.held_out, column]
            known = ~np.isnan(label)
            if np.isnan(raw[known, column]).any():
                continue
            metrics = endpoint_metrics(endpoint.kind, label[known], raw[known, column])
            found = [metrics[one] for one in METRICS[endpoint.kind]]
            if None not in found:
                families[family_of(endpoint)].append(found)
        yield from families.items()


def family_of(endpoint: EndpointRecipe) -> str:
    """The assays that an endpoint is one of, or other classes or values."""
    first = endpoint.id.split("_")[0]
    other = "other classes" if endpoint.kind == "classification" else "values"
    return first if first in FAMILIES else other


if __name__ == "__main__":
    main()
