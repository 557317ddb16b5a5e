"""Predictions a second: `screening predict` on all of CMNPD beside ADMET-AI, in one run.

    python tests/benchmarks/predict_speed.py --mirror FOLDER [--sample 1500] [--workers 2]

FOLDER holds marine/cmnpd.csv. Ours is the whole command: start, reading, standardising, all
endpoints with uncertainty and domain, and the table. ADMET-AI's (Swanson et al. 2024,
Bioinformatics 40:btae416) command predicts a random sample, once small and once whole, so that its
start can be taken off; it is installed into --environment, made at the first run, because its pins
contradict the project's. Both may use all cores.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environments import installed

from screening.core.config import PredictSettings
from screening.predict.models import open_models

ENVIRONMENT = Path(tempfile.gettempdir()) / "predict-competitors"
# A build of torch that this machine may have; ADMET-AI takes any.
REQUIREMENTS = ("torch==2.13.0", "torch==2.13.0 admet-ai==2.0.1")
SMALL = 100
N_ADMET_AI = 41


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=1500, help="structures for ADMET-AI")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    options = parser.parse_args()
    source = options.mirror / "marine" / "cmnpd.csv"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n_all, seconds = ours(source, folder, options.workers)
        n_endpoints = len(open_models(PredictSettings().models).endpoints)
        small, whole = (
            admet_ai(source, folder, n, options.environment) for n in (SMALL, options.sample)
        )
    rate = (options.sample - SMALL) / (whole - small)
    lines = [
        ("tool", "endpoints", "structures", "seconds", "structures a second", "times"),
        ("ADMET-AI 2.0.1, less its start", N_ADMET_AI, options.sample, whole, rate, 1.0),
        ("screening predict", n_endpoints, n_all, seconds, n_all / seconds, n_all / seconds / rate),
    ]
    for line in lines:
        cells = (f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in line)
        print("| " + " | ".join(cells) + " |")


def ours(source: Path, folder: Path, workers: int) -> tuple[int, float]:
    """Rows and wall seconds of the whole command on a whole library."""
    output = folder / "ours.csv"
    command = [str(Path(sys.executable).parent / "screening"), "predict", str(source)]
    command += ["--smiles-column", "smiles", "--output", str(output), "--workers", str(workers)]
    seconds = timed(command, dict(os.environ))
    with output.open(encoding="utf-8") as stream:
        return sum(1 for _ in stream) - 1, seconds


def admet_ai(source: Path, folder: Path, n: int, environment: Path) -> float:
    """Wall seconds of ADMET-AI's command on a random sample."""
    program = installed(environment, "admet_predict", REQUIREMENTS)
    with source.open(encoding="utf-8", newline="") as stream:
        texts = [row["smiles"] for row in csv.DictReader(stream) if row["smiles"]]
    random.Random(7).shuffle(texts)
    table = folder / f"sample{n}.csv"
    table.write_text("smiles\n" + "\n".join(texts[:n]) + "\n", encoding="utf-8")
    command = [str(program), "--data_path", str(table), "--save_path", str(folder / "theirs.csv")]
    return timed([*command, "--smiles_column", "smiles"], {"PATH": os.environ["PATH"]})


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of a command.

    Raises
    ------
    SystemExit : it failed.
    """
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
