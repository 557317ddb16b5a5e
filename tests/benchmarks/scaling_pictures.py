"""Draw what describe_scaling.py measured: time, speed and memory over the size of the library.

    python tests/benchmarks/scaling_pictures.py POINTS.json FOLDER

Writes describe_scaling.png and describe_memory.png, 1,600 pixels wide and legible at half of that.
Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), told apart by all kinds of
colour vision; markers and dashes tell the lines apart without colour.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

WIDTH_IN, HEIGHT_IN, DPI = 8, 4.4, 200


class Look(NamedTuple):
    """How the lines of a number of workers look."""

    color: str
    marker: str


LOOKS = (Look("#0072B2", "o"), Look("#D55E00", "s"), Look("#009E73", "^"), Look("#CC79A7", "D"))
STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E0E0E0",
    "lines.linewidth": 2,
    "lines.markersize": 7,
    "legend.frameon": False,
}


def draw(record: Mapping[str, Any], folder: Path) -> None:
    """Both pictures of a record of describe_scaling.py."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        _save(_time(record), folder / "describe_scaling.png")
        _save(_memory(record), folder / "describe_memory.png")


def _time(record: Mapping[str, Any]) -> Figure:
    figure = Figure((WIDTH_IN, HEIGHT_IN), layout="constrained")
    seconds, speed = figure.subplots(1, 2)
    for workers, points in _by_workers(record["points"]).items():
        sizes = [point["n_structures"] for point in points]
        _line(seconds, workers, sizes, [point["seconds"] for point in points])
        _line(speed, workers, sizes, [p["n_structures"] / p["seconds"] for p in points])
    for workers, points in _by_workers(record["grown"]).items():
        sizes = [point["n_structures"] - point["n_new"] for point in points]
        spent = [point["seconds"] for point in points]
        _line(seconds, workers, sizes, spent, rest=", grown by 1 %", linestyle="--", mfc="white")
    seconds.set_yscale("log")
    seconds.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    seconds.yaxis.set_minor_locator(NullLocator())
    seconds.yaxis.set_major_formatter(_thousands())
    seconds.set(title="Time", ylabel="wall time, s")
    _from_zero(speed)
    speed.set(title="Speed", ylabel="structures per second")
    for axes in (seconds, speed):
        _sizes(axes, record)
    # The left panel has all lines; beside the panels, so that it covers none.
    figure.legend(handles=seconds.lines, loc="outside lower center", ncols=2)
    return figure


def _memory(record: Mapping[str, Any]) -> Figure:
    figure = Figure((WIDTH_IN, HEIGHT_IN), layout="constrained")
    axes = figure.subplots()
    for workers, points in _by_workers(record["points"]).items():
        sizes = [point["n_structures"] for point in points]
        _line(axes, workers, sizes, [point["peak_memory_mib"] for point in points])
    _from_zero(axes)
    axes.set(
        title="Peak memory of all processes together (shared pages counted in each)",
        ylabel="peak resident memory, MiB",
    )
    _sizes(axes, record)
    figure.legend(handles=axes.lines, loc="outside lower center", ncols=2)
    return figure


def _by_workers(points: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for point in sorted(points, key=lambda one: (one["workers"], one["n_structures"])):
        found.setdefault(point["workers"], []).append(point)
    return found


def _line(
    axes: Axes, workers: int, x: list[int], y: list[float], rest: str = "", **how: str
) -> None:
    color, marker = LOOKS[(workers - 1) % len(LOOKS)]
    label = f"{workers} worker{'s' if workers > 1 else ''}{rest}"
    axes.plot(x, y, color=color, marker=marker, label=label, **how)


def _from_zero(axes: Axes) -> None:
    axes.set_ylim(0, 1.1 * max(max(line.get_ydata()) for line in axes.lines))
    axes.yaxis.set_major_formatter(_thousands())


def _sizes(axes: Axes, record: Mapping[str, Any]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(sorted({point["n_structures"] for point in record["points"]}))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(_thousands())
    axes.set_xlabel("structures in the library")


def _thousands() -> FuncFormatter:
    return FuncFormatter(lambda value, _: f"{value:,.{0 if value >= 1 or not value else 1}f}")


def _save(figure: Figure, path: Path) -> None:
    # Without the version of the library, so that the same points give the same file.
    figure.savefig(path, dpi=DPI, metadata={"Software": None})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("points", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    draw(json.loads(options.points.read_text(encoding="utf-8")), options.folder)


if __name__ == "__main__":
    main()
