"""`screening benchmark`: the methods of the project on public benchmarks."""

from __future__ import annotations

from pathlib import Path

import click

_PATH = click.Path(path_type=Path)


@click.group("benchmark")
def benchmark_command() -> None:
    """Measure the methods on public benchmarks."""


@benchmark_command.command("tdc")
@click.option("--data", required=True, type=_PATH, help="Folder with the sets of the ADMET group.")
@click.option("--output", required=True, type=_PATH, help="Folder for predictions and scores.")
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
def tdc_command(data: Path, output: Path, seeds: int, workers: int) -> None:
    """Train on each set of the TDC ADMET group and predict its test structures."""
    from screening.train.tdc.run import run_benchmark

    for score in run_benchmark(data, output, seeds, workers):
        line = f"{score.name:32} {score.metric:9} validation {_pm(score.validation)}"
        click.echo(line if score.test is None else f"{line}  test {_pm(score.test)}")
    click.echo(f"predictions written to {output}")


def _pm(spread: tuple[float, float]) -> str:
    return f"{spread[0]:.3f} ± {spread[1]:.3f}"
