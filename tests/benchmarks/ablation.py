"""What each part of the predictors brings: accuracy and time with it, without it and beside others.

    python tests/benchmarks/ablation.py --mirror FOLDER [--output FILE.tsv] [--only NAME ...]

FOLDER holds toxicity/tox21.csv, activity/nci60_panels.csv and marine/cmnpd.csv. Every variant
learns Tox21 (12 assays) and a sample of NCI-60 (9 panels) without one fold of scaffolds and is
measured there, with at least two seeds. Prints a table: mean over the endpoints of AUROC and AUPRC
(half the range over the seeds), seconds of one processor for training, and the number of weights.
FILE gets every single training as soon as it is done, and those it holds already are not repeated.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from ablation_sets import HELD_OUT, Trial, trial
from ablation_variants import FULL, FULL_SEEDS, SEEDS, VARIANTS
from sklearn.metrics import average_precision_score
from train_speed import mean_auroc, mean_over_endpoints

SETS = ("Tox21", "NCI-60")
WORKERS = 2
"""Processes for structures and features; training takes one thread."""


class Measured(NamedTuple):
    """One training; the fields are the columns of the file."""

    label_set: str
    variant: str
    seed: int
    auroc: float
    auprc: float
    seconds: float
    parameters: int | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--output", type=Path, help="TSV of every training")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=VARIANTS, metavar="NAME")
    options = parser.parse_args()
    torch.set_num_threads(1)
    known = read(options.output) if options.output and options.output.exists() else []
    found = list(known)
    for name in options.sets:
        done = {(item.variant, item.seed) for item in known if item.label_set == name}
        missing = [item for item in trainings(options.only) if item not in done]
        if not missing:
            continue
        of = trial(name, options.mirror, WORKERS)
        print(
            f"{name}: {len(of.train)} structures to learn from, {len(of.held_out)} in fold "
            f"{HELD_OUT} ({of.prepared.split.method})",
            file=sys.stderr,
        )
        for variant, seed in missing:
            found.append(measure(of, variant, seed))
            print(*found[-1], file=sys.stderr, flush=True)
            if options.output:
                write(options.output, found)
    print_table(found)


def trainings(names: Iterable[str]) -> list[tuple[str, int]]:
    """Variants and seeds, in the order in which they are trained."""
    return [(name, seed) for name in names for seed in (FULL_SEEDS if name == FULL else SEEDS)]


def measure(of: Trial, variant: str, seed: int) -> Measured:
    """Train a variant and ask it about the fold held out."""
    trained = VARIANTS[variant](of, seed)
    labels = of.labels[of.held_out]
    return Measured(
        of.name,
        variant,
        seed,
        mean_auroc(labels, trained.raw),
        mean_over_endpoints(average_precision_score, labels, trained.raw),
        trained.seconds,
        trained.parameters,
    )


def read(path: Path) -> list[Measured]:
    """What `write` wrote."""
    with path.open(newline="") as stream:
        return [
            Measured(
                row["label_set"],
                row["variant"],
                int(row["seed"]),
                float(row["auroc"]),
                float(row["auprc"]),
                float(row["seconds"]),
                int(row["parameters"]) if row["parameters"] else None,
            )
            for row in csv.DictReader(stream, delimiter="\t")
        ]


def write(path: Path, found: list[Measured]) -> None:
    """Every training as a line."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t")
        writer.writerow(Measured._fields)
        writer.writerows(found)


def print_table(found: list[Measured]) -> None:
    """Markdown, a row a variant; below it the spread of one network from seed to seed."""
    sets = [name for name in SETS if any(item.label_set == name for item in found)]
    titles = [f"{name} {what}" for name in sets for what in ("AUROC", "AUPRC", "s")]
    print("|", " | ".join(["variant", *titles, "weights"]), "|")
    print("|", " | ".join("---" for _ in range(len(titles) + 2)), "|")
    for variant in VARIANTS:
        rows = [item for item in found if item.variant == variant]
        if not rows:
            continue
        cells = [cell for name in sets for cell in _cells([i for i in rows if i.label_set == name])]
        weights = rows[0].parameters
        print("|", " | ".join([variant, *cells, f"{weights:,}" if weights else "–"]), "|")
    for name in sets:
        alone = [i for i in found if (i.label_set, i.variant) == (name, FULL)]
        if alone:
            spread = np.std([(i.auroc, i.auprc) for i in alone], axis=0, ddof=1)
            print(
                f"{name}, {len(alone)} networks: standard deviation of AUROC {spread[0]:.4f}, "
                f"of AUPRC {spread[1]:.4f}"
            )


def _cells(rows: list[Measured]) -> list[str]:
    if not rows:
        return ["", "", ""]
    values = np.array([(item.auroc, item.auprc) for item in rows])
    cells = [f"{number:.3f}" for number in values.mean(0)]
    if len(rows) > 1:
        half = np.ptp(values, axis=0) / 2
        cells = [f"{m} ± {h:.3f}" for m, h in zip(cells, half, strict=True)]
    return [*cells, f"{np.mean([item.seconds for item in rows]):.0f}"]


if __name__ == "__main__":
    main()
