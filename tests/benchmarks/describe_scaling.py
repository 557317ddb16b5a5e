"""Time and memory of the whole describe stage over the size of the library.

    python tests/benchmarks/describe_scaling.py --mirror FOLDER [--sizes 1000,10000,100000]
        [--workers 1,2] [--library FILE.csv.gz] [--output FILE.json] [--pictures FOLDER]

The libraries are the first N analogues of CMNPD of analogue_library.py, made at the start or read
from FILE. For each size and number of workers `screening describe-structures` runs as a process of
its own with the default sets and an empty store, then once more with that store and a library
grown by one in a hundred. The points are written after each run, so that a run cut short keeps
what it has measured.

The table that the stage reads is written straight from the SMILES. Its structure ids are made up
(27 digits, as long as an InChIKey), since the stage only carries them and standardising a million
structures would take longer than describing them.

`seconds` is the stage as `--stats` counts it; `command_s` has the start of the command as well.
`cpu_s` is the processor time of all processes and `load` the machine's load beforehand: where the
load is not near 0, other work took part of the wall time.
Peak memory is that of `--stats`: resident memory summed over the process and all its children,
sampled four times a second. Pages that processes share (code of the libraries, mostly) are counted
in each of them, so the sum is an upper bound.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analogue_library import cmnpd, told, write_library
from analogues import distinct_analogues
from scaling_pictures import draw

from screening.core.partitions import PARTITION_ROWS, PartitionWriter, write_text
from screening.core.provenance import code_digest, hardware, software
from screening.core.tables import STRUCTURES

SEED = 1
GROWTH = 0.01


def write_structures(smiles: Sequence[str], folder: Path) -> Path:
    """The table STRUCTURES of some SMILES."""
    rows = (
        {
            "structure_id": f"{number:027d}",
            "flat_key": f"{number:014d}",
            "smiles": text,
            "stereo": "none",
            "n_compounds": 1,
        }
        for number, text in enumerate(smiles)
    )
    with PartitionWriter(folder, STRUCTURES.arrow()) as writer:
        while batch := list(itertools.islice(rows, PARTITION_ROWS)):
            writer.write_rows(batch)
    return folder


def describe(structures: Path, store: Path, workers: int) -> dict[str, Any]:
    """Run the stage in a process of its own; its cost and counts."""
    with tempfile.TemporaryDirectory(dir=store.parent) as name:
        folder = Path(name)
        stats = folder / "stats.json"
        load, cpu_before = os.getloadavg()[0], _children_cpu_s()
        started = time.perf_counter()
        subprocess.run(
            [
                *(sys.executable, "-m", "screening.cli.main", "describe-structures", structures),
                *("--output", folder / "descriptors.parquet", "--lost", folder / "lost.parquet"),
                *("--store", store, "--workers", str(workers), "--stats", stats),
            ],
            check=True,
        )
        command_s = round(time.perf_counter() - started, 3)
        cpu_s = round(_children_cpu_s() - cpu_before, 1)
        found: dict[str, Any] = json.loads(stats.read_text(encoding="utf-8"))
    return {**found, "workers": workers, "command_s": command_s, "cpu_s": cpu_s, "load": load}


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(smiles: Sequence[str], n: int, workers: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A full run on the first n, and a run on the library grown, with the store of the full run."""
    n_grown = grown(n)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = folder / "store"
        full = describe(write_structures(smiles[:n], folder / "full"), store, workers)
        more = describe(write_structures(smiles[:n_grown], folder / "grown"), store, workers)
    if full["n_known"] or more["n_known"] != full["n_described"]:
        raise SystemExit(f"the store knew {full['n_known']}, then {more['n_known']}")
    more["n_new"] = n_grown - n
    for cost in ("seconds", "command_s"):
        more[f"{cost}_share"] = round(more[cost] / full[cost], 4)
    return full, more


def grown(n: int) -> int:
    """The size of a library of n structures when it has grown."""
    return n + max(1, round(n * GROWTH))


def library_smiles(library: Path, n: int) -> list[str]:
    """The first n SMILES of a library of analogues."""
    opened = gzip.open if library.suffix == ".gz" else Path.open
    with opened(library, "rt", encoding="utf-8", newline="") as stream:
        found = [row["smiles"] for row in itertools.islice(csv.DictReader(stream), n)]
    if len(found) < n:
        raise SystemExit(f"error: {library}: {len(found):,} analogues, {n:,} needed")
    return found


def made_smiles(mirror: Path, n: int) -> list[str]:
    """The first n analogues, made now."""
    endless = distinct_analogues(cmnpd(mirror), SEED, workers=len(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "analogues.csv.gz"
        write_library(told(itertools.islice(endless, n), n), library)
        return library_smiles(library, n)


def told_points(
    smiles: Sequence[str], sizes: Sequence[int], workers: Sequence[int]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """All measurements, each told on stdout."""
    for n, n_workers in itertools.product(sizes, workers):
        full, more = measure(smiles, n, n_workers)
        print(
            f"{n:>9,} structures, {n_workers} workers: {full['seconds']:8.1f} s "
            f"{n / full['seconds']:7,.0f}/s  peak {full['peak_memory_mib']:6,.0f} MiB; "
            f"{more['n_new']:,} more: {more['seconds']:.1f} s, {more['seconds_share']:.1%}",
            flush=True,
        )
        yield full, more


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True, help="folder with marine/cmnpd.csv")
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=_numbers, default=[1, 2])
    parser.add_argument("--library", type=Path, help="analogues made before, instead of new ones")
    parser.add_argument("--output", type=Path, default=Path("results/describe_scaling.json"))
    parser.add_argument("--pictures", type=Path, help="folder for the pictures")
    options = parser.parse_args()
    n = grown(max(options.sizes))
    smiles = (
        library_smiles(options.library, n) if options.library else made_smiles(options.mirror, n)
    )
    record: dict[str, Any] = {
        "machine": hardware(),
        "software": software(),
        "code": code_digest("describe"),
        "seed": SEED,
        "points": [],
        "grown": [],
    }
    for full, more in told_points(smiles, options.sizes, options.workers):
        record["points"].append(full)
        record["grown"].append(more)
        write_text(options.output, json.dumps(record, indent=2) + "\n")
    if options.pictures:
        draw(record, options.pictures)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
