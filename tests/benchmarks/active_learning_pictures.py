"""The curves of the active-learning simulation, and their table."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

DPI = 110
BATCH = 100
# Colours that the colour-blind tell apart (Okabe and Ito), in the order of the rules.
COLOURS = ("#999999", "#000000", "#e69f00", "#009e73", "#0072b2", "#cc79a7", "#d55e00")


def interval(values: NDArray[np.float64]) -> float:
    """Half the 95 % interval of a mean over seeds (Student's t)."""
    n = len(values)
    return float(t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan


def summarise(found: pd.DataFrame) -> pd.DataFrame:
    """Per set and rule after the last round: actives found, beside greedy, and their scaffolds."""
    last = found[found["round"] == found["round"].max()]
    rows = []
    for (name, rule), mine in last.groupby(["set", "rule"], sort=False):
        greedy = last[(last["set"] == name) & (last["rule"] == "greedy")].set_index("seed")["found"]
        counts = mine.set_index("seed")["found"]
        over = (counts - greedy).dropna().to_numpy(float)
        rows.append(
            {
                "set": name,
                "rule": rule,
                "found": counts.mean(),
                "interval": interval(counts.to_numpy(float)),
                "over_greedy": over.mean() if len(over) else np.nan,
                "over_greedy_interval": interval(over),
                "scaffolds": mine["scaffolds"].mean(),
                "seeds": len(mine),
            }
        )
    return pd.DataFrame(rows).round(1)


def draw_curves(found: pd.DataFrame, path: Path) -> None:
    """Actives found over compounds assayed, a panel for each set, with 95 % intervals."""
    sets = list(dict.fromkeys(found["set"]))
    figure, grid = plt.subplots(1, len(sets), figsize=(6.5 * len(sets), 4.8), squeeze=False)
    for axes, name in zip(grid[0], sets, strict=True):
        of_set = found[found["set"] == name]
        for rule, colour in zip(dict.fromkeys(of_set["rule"]), COLOURS, strict=False):
            rounds = of_set[of_set["rule"] == rule].groupby("round")["found"]
            mean = rounds.mean().to_numpy()
            half = np.array([interval(one.to_numpy(float)) for _, one in rounds])
            assayed = (np.arange(len(mean)) + 1) * BATCH
            axes.plot(assayed, mean, color=colour, label=rule, linewidth=1.8)
            axes.fill_between(assayed, mean - half, mean + half, color=colour, alpha=0.15, lw=0)
        axes.set(title=name, xlabel="compounds assayed", ylabel="actives found", xlim=(0, None))
        axes.set_ylim(bottom=0)
        axes.grid(linewidth=0.3)
        axes.legend(fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)
