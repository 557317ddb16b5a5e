"""chemprop beside the shipped bundles and the random forest, for each endpoint, on one split.

    python tests/benchmarks/chemprop_table.py --mirror FOLDER --output chemprop.tsv
        [--recipes toxicity activity adme] [--tables tox21 nci60 …] [--workers 2]

The first fold of each recipe, whole scaffolds, is held out, as for the forest in the cards; the
numbers of bundle and forest are read from the manifests in models/. Endpoints of the same tables go
into one multi-task chemprop with its defaults. What is in the output already is not done again.
Some three hours on two cores for all of it; one thread each.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from chemprop_runs import ENVIRONMENT, chemprop

from screening.core.bundle import read_manifest
from screening.core.provenance import PROJECT
from screening.estimators.metrics import endpoint_metrics
from screening.train.from_recipe import load_recipe, raw_table
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import EndpointRecipe
from screening.train.targets import learned_scale

FOLD = 0
METRICS = ("auroc", "auprc", "spearman", "mae")
HEADER = ("endpoint", "n", "learned_from", "who", *METRICS, "seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--recipes", nargs="+", default=["toxicity", "activity", "adme"])
    parser.add_argument("--tables", nargs="+", default=[], help="only endpoints of these tables")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    options = parser.parse_args()
    if not options.output.exists():
        write(options.output, [HEADER])
    for name in options.recipes:
        recipe, entries = load_recipe(PROJECT / "models" / "recipes" / f"{name}.yaml")
        with options.output.open(encoding="utf-8", newline="") as stream:
            done = {row["endpoint"] for row in csv.DictReader(stream, delimiter="\t")}
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for column, endpoint in enumerate(recipe.endpoints):
            names = sorted({source.table for source in endpoint.sources})
            if endpoint.id not in done and (not options.tables or {*names} & {*options.tables}):
                groups[*names, endpoint.kind].append(column)
        if not groups:
            continue
        tables = {one: raw_table(entries[one], options.mirror) for one in recipe.tables()}
        prepared = prepare(recipe, tables, options.workers)
        of_bundle = {
            one.id: one.metrics for one in read_manifest(PROJECT / "models" / name).endpoints
        }
        work = partial(of_group, prepared, recipe.endpoints, of_bundle, options.environment)
        with ThreadPoolExecutor(options.workers) as pool:
            for rows in pool.map(work, sorted(groups.values(), key=len)):
                write(options.output, rows)


def of_group(
    prepared: Prepared,
    endpoints: Sequence[EndpointRecipe],
    of_bundle: dict[str, dict[str, dict[str, float | None]]],
    environment: Path,
    columns: list[int],
) -> list[tuple[object, ...]]:
    """Lines of chemprop, bundle and forest for some endpoints of one table."""
    labels = prepared.labelled.labels[:, columns].copy()
    for place, column in enumerate(columns):
        labels[:, place] = learned_scale(endpoints[column], labels[:, place])
    aside = np.zeros(len(labels), dtype=np.bool_)
    aside[prepared.split.held_out(FOLD)] = True
    learned = np.zeros(len(labels), dtype=np.bool_)
    learned[prepared.split.train(FOLD)] = True
    known = (~np.isnan(labels)).any(axis=1) & (aside | learned)
    smiles = [prepared.labelled.smiles[row] for row in np.flatnonzero(known)]
    seconds, said = chemprop(
        smiles,
        labels[known],
        aside[known],
        endpoints[columns[0]].kind,
        threads=1,
        environment=environment,
    )
    lines: list[tuple[object, ...]] = []
    for place, column in enumerate(columns):
        endpoint, truth = endpoints[column], labels[known & aside, place]
        has = ~np.isnan(truth)
        n_learned = int((~np.isnan(labels[learned, place])).sum())
        facts = (endpoint.id, int(has.sum()), n_learned)
        found = endpoint_metrics(endpoint.kind, truth[has], said[has, place].astype(np.float32))
        lines.append((*facts, "chemprop", *shown(found), f"{seconds:.0f}"))
        for who, name in (("beside_forest", "bundle"), ("forest", "forest")):
            lines.append((*facts, name, *shown(of_bundle[endpoint.id].get(who, {})), ""))
    return lines


def shown(metrics: dict[str, float | None]) -> list[str]:
    values = (metrics.get(name) for name in METRICS)
    return ["" if value is None else f"{value:.4f}" for value in values]


def write(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t", lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
