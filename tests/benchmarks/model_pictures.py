"""Pictures of the shipped bundles: calibration, domain, and what each part adds.

    python tests/benchmarks/model_pictures.py --output docs/images

Draws `calibration.png`, `domain.png` and `blend.png`, and prints means over groups of endpoints.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from screening.core.bundle import EndpointSpec, read_manifest
from screening.core.config import PredictSettings
from screening.core.provenance import PROJECT

DPI = 110
METRICS = ("auroc", "auprc")
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#e69f00", "#009e73", "#999999"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    folder = parser.parse_args().output
    manifests = [read_manifest(PROJECT / name) for name in PredictSettings().models]
    endpoints = [item for manifest in manifests for item in manifest.endpoints]
    draw_calibration([item for item in endpoints if item.kind == "classification"], folder)
    draw_domain(endpoints, folder)
    draw_blend(endpoints, folder)
    print_means(endpoints)


def print_means(endpoints: list[EndpointSpec]) -> None:
    """Mean AUROC and AUPRC of the bundle, its parts and the forest, over groups of classes."""
    classes = [item for item in endpoints if item.kind == "classification"]
    groups = [
        (title, [item for item in classes if item.id.startswith(prefix)])
        for title, prefix in (("Tox21", "tox21_"), ("NCI-60", "nci60_"), ("all classes", ""))
    ]
    methods = ("joined", "network", "trees", "neighbours", "beside_forest", "forest")
    print("| | " + " | ".join(methods) + " |")
    for title, items in groups:
        cells = [f"{title}, {len(items)}"]
        for method in methods:
            known = [item for item in items if method in item.metrics]
            means = (np.mean([item.metrics[method][of] for item in known]) for of in METRICS)
            cells.append(", ".join(f"{mean:.3f}" for mean in means))
        print("| " + " | ".join(cells) + " |")


def draw_calibration(endpoints: list[EndpointSpec], folder: Path) -> None:
    """One reliability curve an endpoint; the diagonal is perfect."""
    columns = 8
    rows = -(-len(endpoints) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(16, 2.1 * rows), squeeze=False)
    for axes in grid.ravel():
        axes.set_axis_off()
    for axes, item in zip(grid.ravel(), endpoints, strict=False):
        curve = item.metrics["reliability"]
        bins = range(len(curve) // 2)
        predicted = [curve[f"predicted_{number}"] or 0.0 for number in bins]
        observed = [curve[f"observed_{number}"] or 0.0 for number in bins]
        axes.set_axis_on()
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        axes.plot(predicted, observed, "o-", color=BLUE, markersize=3, linewidth=1)
        axes.set_title(f"{item.id}\nECE {item.metrics['joined']['ece']:.3f}", fontsize=7)
        axes.tick_params(labelsize=6)
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
    figure.supxlabel("predicted probability, mean of a tenth of the structures held out")
    figure.supylabel("share that is active")
    figure.tight_layout()
    figure.savefig(folder / "calibration.png", dpi=DPI)


def draw_domain(endpoints: list[EndpointSpec], folder: Path) -> None:
    """Error of each verdict, relative to that of the base value."""
    figure, axes = plt.subplots(figsize=(9, 5))
    names = ("in", "edge", "out")
    for item in endpoints:
        errors = [item.metrics[name]["error"] for name in names]
        known = [(place, error) for place, error in enumerate(errors) if error is not None]
        axes.plot(*zip(*known, strict=True), color=GREY, linewidth=0.6, alpha=0.7)
    whole = [item for item in endpoints if None not in (item.metrics[n]["error"] for n in names)]
    # Some endpoints have a handful of structures outside, and one of them may be missed by far.
    middle = [np.median([item.metrics[name]["error"] for item in whole]) for name in names]
    axes.plot(range(3), middle, "o-", color=ORANGE, linewidth=3, label=f"median of {len(whole)}")
    print("median error in, edge, out:", ", ".join(f"{error:.2f}" for error in middle))
    axes.axhline(1, color=BLUE, linewidth=1, linestyle="--", label="knowing the base value alone")
    axes.set_xticks(range(3), names)
    axes.set_ylim(0, 1.6)
    axes.set_xlabel("verdict on the applicability domain")
    axes.set_ylabel("error, relative to that of the base value")
    axes.legend()
    figure.tight_layout()
    figure.savefig(folder / "domain.png", dpi=DPI)


def draw_blend(endpoints: list[EndpointSpec], folder: Path) -> None:
    """The forest, and networks, trees and neighbours alone, beside the blend."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 6))
    _scatter(left, endpoints, "classification", "auroc", "AUROC")
    _scatter(right, endpoints, "regression", "spearman", "Spearman's rho")
    figure.tight_layout()
    figure.savefig(folder / "blend.png", dpi=DPI)


def _scatter(axes: Axes, endpoints: list[EndpointSpec], kind: str, metric: str, name: str) -> None:
    chosen = [item for item in endpoints if item.kind == kind]
    for of, beside, colour, label in (
        ("network", "joined", BLUE, "networks alone"),
        ("trees", "joined", ORANGE, "trees alone"),
        ("neighbours", "joined", GREEN, "neighbours alone, where they vote"),
        ("forest", "beside_forest", "black", "random forest, on its rows"),
    ):
        pairs = [
            (item.metrics[beside][metric], item.metrics.get(of, {}).get(metric)) for item in chosen
        ]
        known = [pair for pair in pairs if None not in pair]
        axes.scatter(*zip(*known, strict=True), s=14, color=colour, label=label)
    ends = axes.get_xlim()
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    axes.set_xlabel(f"{name} of the bundle")
    axes.set_ylabel(f"{name} of the other")
    axes.legend()


if __name__ == "__main__":
    main()
