"""The picture of the ranking's validation: each method's metrics with their intervals."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

DPI = 110
BLUE, ORANGE, GREY = "#0072b2", "#e69f00", "#999999"
# Metrics, their titles, and what a random order gets; BEDROC's depends on the share of actives.
_METRICS = (
    ("ef_1", "enrichment, first 1 %", 1.0),
    ("ef_5", "enrichment, first 5 %", 1.0),
    ("bedroc", "BEDROC, α = 20", None),
    ("auc", "ROC AUC", 0.5),
)


def draw_metrics(metrics: pd.DataFrame, path: Path) -> None:
    """A row of panels a comparison; blue is the ranking, orange it with nothing left out."""
    groups = list(metrics.groupby("comparison", sort=False))
    figure, grid = plt.subplots(
        len(groups), len(_METRICS), figsize=(15, 3.2 * len(groups)), squeeze=False, sharey="row"
    )
    for row, (comparison, rows) in enumerate(groups):
        for axes, (metric, title, chance) in zip(grid[row], _METRICS, strict=True):
            for place, (_, item) in enumerate(rows.iloc[::-1].iterrows()):
                value = item[metric]
                sides = [[value - item[f"{metric}_low"]], [item[f"{metric}_high"] - value]]
                colour = _colour(str(item["method"]))
                axes.errorbar(value, place, xerr=sides, fmt="o", color=colour, markersize=5)
            drawn = rows.loc[rows["method"] == "random", metric].iloc[0]
            expected = drawn if chance is None else chance
            axes.axvline(expected, color=GREY, linewidth=0.8, linestyle="--")
            axes.set_yticks(range(len(rows)), list(rows["method"])[::-1], fontsize=8)
            axes.set_title(title if row == 0 else "", fontsize=10)
            axes.grid(axis="x", linewidth=0.3)
        grid[row][0].set_ylabel(comparison, fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)


def _colour(method: str) -> str:
    if method.endswith("nothing left out"):
        return ORANGE
    return BLUE if method.startswith(("score", "tumour panels")) else "black"
