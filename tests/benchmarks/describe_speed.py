"""What descriptors cost, here and in other libraries, on one sample of CMNPD in one run.

    python tests/benchmarks/describe_speed.py --mirror FOLDER [--sample 2000] [--output TABLE.md]

FOLDER holds marine/cmnpd.csv. All times are milliseconds of processor time per compound on one
core, from SMILES, after a warm-up; where they come from several processes, wall time times
processes. The other libraries are installed into --environment (made at the first run) because
their pins contradict the project's.
"""

# ruff: noqa: E402  # the number of threads is set before NumPy reads it
from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import csv
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from describe_scaling import write_structures
from environments import installed
from rdkit import Chem, rdBase
from rdkit.Chem import Descriptors

from screening.chem.descriptors import describe_smiles, descriptor_set, descriptor_table
from screening.chem.molecule_facts import MoleculeFacts
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.describe.structures import describe_structures

HERE = Path(__file__).parent
ROUNDS = 3
TURN = 50  # compounds
SCALING_ROUNDS = 2
ENVIRONMENT = Path(tempfile.gettempdir()) / "describe-competitors"


def sample_smiles(mirror: Path, n: int) -> list[str]:
    """Canonical SMILES of a fixed random sample."""
    with (mirror / "marine" / "cmnpd.csv").open(encoding="utf-8", newline="") as stream:
        texts = [row["smiles"] for row in csv.DictReader(stream) if row["smiles"]]
    random.Random(7).shuffle(texts)
    found = []
    for text in texts:
        if molecule := Chem.MolFromSmiles(text):
            found.append(Chem.MolToSmiles(molecule))
        if len(found) == n:
            break
    return found


def ours_217(smiles: list[str]) -> None:
    compute = descriptor_set("rdkit2d").compute
    rows = [[compute(MoleculeFacts(Chem.MolFromSmiles(text)))] for text in smiles]
    descriptor_table(rows, ["rdkit2d"])


def rdkit_217(smiles: list[str]) -> int:
    rdBase.DisableLog("rdApp.*")
    return len([Descriptors.CalcMolDescriptors(Chem.MolFromSmiles(text)) for text in smiles])


def ours_full(smiles: list[str]) -> None:
    sets = DescribeSettings().sets
    descriptor_table([describe_smiles(text, sets) for text in smiles], sets)


def side_by_side_ms(
    functions: Sequence[Callable[[list[str]], object]], smiles: list[str]
) -> list[float]:
    """Milliseconds of processor time per compound of each function, in small turns.

    Of each turn the least of some rounds counts: what else runs on the machine only adds.
    """
    turns = [smiles[start : start + TURN] for start in range(0, len(smiles), TURN)]
    least = [[math.inf] * len(turns) for _ in functions]
    for place, turn in enumerate(turns):
        for _ in range(ROUNDS):
            for number, function in enumerate(functions):
                started = time.process_time()
                function(turn)
                spent = time.process_time() - started
                least[number][place] = min(least[number][place], spent)
    return [1000 * sum(spent) / len(smiles) for spent in least]


def rdkit_pool_ms(smiles: list[str], n_processes: int) -> float:
    chunks = [smiles[start : start + 100] for start in range(0, len(smiles), 100)]
    with ProcessPoolExecutor(n_processes) as pool:
        list(pool.map(rdkit_217, [smiles[:1]] * n_processes))
        started = time.perf_counter()
        list(pool.map(rdkit_217, chunks))
        return (time.perf_counter() - started) / len(smiles) * 1000 * n_processes


def stage_s(smiles: list[str], n_workers: int) -> float:
    """Wall seconds of the stage with an empty store, start and stop of the workers included."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        structures = write_structures(smiles, folder / "structures")
        compute = Compute(n_workers=n_workers, store=folder / "store")
        started = time.perf_counter()
        describe_structures(structures, folder / "descriptors", folder / "lost", compute=compute)
        return time.perf_counter() - started


def ceiling(smiles: list[str]) -> float:
    """How much more two bare processes get done than one on this machine, at the same work."""
    half = len(smiles) // 2
    seconds = []
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(ours_full, [smiles[:20]] * 2))
        for parts in ([smiles], [smiles[:half], smiles[half:]]):
            started = time.perf_counter()
            list(pool.map(ours_full, parts))
            seconds.append(time.perf_counter() - started)
    return seconds[0] / seconds[1]


def competitors(smiles: Path, environment: Path, few: int) -> dict[str, tuple[float, int]]:
    """Run describe_competitors.py in its own environment, which is made where it is missing."""
    python = installed(environment, "python", [f"-r {HERE / 'competitors.txt'}"])
    command = [python, HERE / "describe_competitors.py", smiles, str(few)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stderr, file=sys.stderr, end="")
    found: dict[str, tuple[float, int]] = json.loads(done.stdout.splitlines()[-1])
    return found


def scaling(smiles: list[str]) -> list[str]:
    """The stage with one and with two workers, in turn."""
    few, whole = smiles[:2], {1: [], 2: []}
    start = {n_workers: stage_s(few, n_workers) for n_workers in whole}
    for _ in range(SCALING_ROUNDS):
        for n_workers, seconds in whole.items():
            seconds.append(stage_s(smiles, n_workers))
            print(f"{n_workers} workers: {seconds[-1]:.1f} s", file=sys.stderr, flush=True)
    one, two = (min(whole[n_workers]) for n_workers in (1, 2))
    one_up, two_up = one - start[1], two - start[2]
    return [
        "",
        f"describe stage, default sets, {len(smiles):,} structures, best of {SCALING_ROUNDS}:",
        f"1 worker {one:.1f} s, 2 workers {two:.1f} s: {one / two:.2f} times as fast",
        f"without the start of the workers ({start[1]:.1f} and {start[2]:.1f} s): "
        f"{one_up:.1f} and {two_up:.1f} s, {one_up / two_up:.2f} times as fast",
        f"two bare processes of this machine against one, same work: {ceiling(smiles):.2f} times",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--few", type=int, default=100, help="compounds for the slow libraries")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    parser.add_argument("--only-own", action="store_true", help="leave other libraries out")
    parser.add_argument("--no-scaling", action="store_true")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    rdBase.DisableLog("rdApp.*")
    smiles = sample_smiles(options.mirror, options.sample)
    ours_full(smiles[:200])
    rdkit_217(smiles[:20])
    ours, rdkit, full = side_by_side_ms([ours_217, rdkit_217, ours_full], smiles)
    n_full = sum(len(descriptor_set(name).descriptors) for name in DescribeSettings().sets)
    table: list[tuple[str, int, float]] = [
        ("this project, set rdkit2d", 217, ours),
        (f"CalcMolDescriptors, RDKit {rdBase.rdkitVersion}, loop", 217, rdkit),
        ("CalcMolDescriptors, pool of 2 processes", 217, rdkit_pool_ms(smiles, 2)),
        ("this project, default sets", n_full, full),
    ]
    if not options.only_own:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as stream:
            stream.write("\n".join(smiles))
            stream.flush()
            found = competitors(Path(stream.name), options.environment, options.few)
        table += [(name, n_values, ms) for name, (ms, n_values) in found.items()]
    lines = [
        f"{len(smiles):,} compounds of CMNPD",
        "",
        "| what | values | ms a compound and core |",
        "| --- | --- | --- |",
        *(f"| {name} | {n_values:,} | {ms:.2f} |" for name, n_values, ms in table),
    ]
    lines += ["", f"set rdkit2d: {rdkit / ours:.2f} times as fast as CalcMolDescriptors"]
    if not options.no_scaling:
        lines += scaling(smiles)
    print("\n".join(lines))
    if options.output:
        options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
