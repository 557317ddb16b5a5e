"""Training chemprop with its defaults (2.3; Heid et al. 2024, J. Chem. Inf. Model. 64:9)."""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from environments import installed
from numpy.typing import NDArray

from screening.core.bundle import Kind

ENVIRONMENT = Path(tempfile.gettempdir()) / "predict-competitors"
REQUIREMENTS = ("torch==2.13.0", "torch==2.13.0 chemprop==2.3.0")


def chemprop(
    smiles: Sequence[str],
    labels: NDArray[np.float32],
    held_out: NDArray[np.bool_],
    kind: Kind,
    *,
    epochs: int = 30,
    threads: int,
    environment: Path,
) -> tuple[float, NDArray[np.float64]]:
    """Wall seconds of a training, and what it says of the structures held out.

    What is held out also chooses the epoch that is kept, which flatters it.

    Parameters
    ----------
    labels : (n, n_endpoints), NaN where unknown. held_out : (n,); the others are learned from.

    Returns
    -------
    Seconds, and (n_held_out, n_endpoints) probabilities or values.
    """
    program = installed(environment, "chemprop", REQUIREMENTS)
    names = [f"label{column}" for column in range(labels.shape[1])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "table.csv").open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["smiles", "split", *names])
            for text, row, aside in zip(smiles, labels, held_out, strict=True):
                cells = ["" if np.isnan(label) else f"{label:.7g}" for label in row]
                parts = ["val", "test"] if aside else ["train"]
                writer.writerows([text, part, *cells] for part in parts)
        command = [str(program), "train", "--data-path", str(folder / "table.csv")]
        command += ["--smiles-columns", "smiles", "--target-columns", *names]
        command += ["--splits-column", "split", "--task-type", kind]
        command += ["--epochs", str(epochs), "--num-workers", "0", "--accelerator", "cpu"]
        command += ["--output-dir", str(folder / "out")]
        limited = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=limited)
        seconds = time.perf_counter() - started
        found = sorted((folder / "out").rglob("test_predictions.csv"))
        if done.returncode or not found:
            raise SystemExit(f"{' '.join(command)}:\n{done.stderr[-2000:]}")
        with found[0].open(newline="") as stream:
            said = [[float(row[name]) for name in names] for row in csv.DictReader(stream)]
    return seconds, np.array(said)
