"""Ingest and standardise CMNPD through the stages, against a plain loop of the ChEMBL pipeline.

    python tests/benchmarks/ingest_standardise.py --mirror FOLDER [--sample N] [--tenfold]

Each measurement is a process of its own. The loop reads the CSV file, standardises with
`chembl_structure_pipeline`, takes the parent, and computes its canonical SMILES and InChIKey. Ours
is what `screening ingest` and `screening standardise` call, with the start of the workers, the
guards of each structure and the writing of all tables. Memory is the sum over the process and all
its children, unshared pages only (USS), sampled ten times a second.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from marine_libraries import library_path, mirror_parser

COPIES = 10


def chembl_loop(source: Path) -> dict[str, Any]:
    """The plain loop; returns seconds and compounds."""
    from chembl_structure_pipeline import standardizer
    from rdkit import Chem, RDLogger

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    started = time.perf_counter()
    n = 0
    with source.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            molecule = Chem.MolFromSmiles(row["smiles"])
            parent, _ = standardizer.get_parent_mol(standardizer.standardize_mol(molecule))
            Chem.MolToSmiles(parent)
            Chem.MolToInchiKey(parent)
            n += 1
    return {"n": n, "seconds": time.perf_counter() - started}


def our_stages(source: Path, workers: int) -> dict[str, Any]:
    """Both stages; returns seconds and compounds."""
    from screening.core.compute import Compute
    from screening.core.config import IngestSettings, StandardiseSettings
    from screening.ingest.library import ingest_library
    from screening.standardise.stage import standardise_records

    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        started = time.perf_counter()
        ingest_library([source], output / "ingest", "cmnpd", IngestSettings())
        ingested = time.perf_counter()
        counts = standardise_records(
            output / "ingest/records.parquet",
            output / "standardise",
            StandardiseSettings(),
            Compute(n_workers=workers),
        )
        ended = time.perf_counter()
    return {
        "n": counts.n_records,
        "seconds": ended - started,
        "ingest_s": ingested - started,
        "standardise_s": ended - ingested,
        "rejects": counts.n_rejects,
    }


def _cpu() -> dict[str, float]:
    """CPU seconds of this process and of its children that have ended."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "own_cpu_s": own.ru_utime + own.ru_stime,
        "workers_cpu_s": children.ru_utime + children.ru_stime,
    }


def measure(kind: str, source: Path, workers: int = 1) -> dict[str, Any]:
    """Run one measurement in a process of its own and watch its memory."""
    command = [sys.executable, __file__, "--mirror", ".", "--child", kind, str(source)]
    process = subprocess.Popen([*command, str(workers)], stdout=subprocess.PIPE, text=True)
    peak, watched = 0, psutil.Process(process.pid)
    while process.poll() is None:
        peak = max(peak, _tree_memory(watched))
        time.sleep(0.1)
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{kind} failed")
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return {**result, "peak_mib": peak / 2**20}


def _tree_memory(root: psutil.Process) -> int:
    total = 0
    try:
        for process in (root, *root.children(recursive=True)):
            total += process.memory_full_info().uss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return total
    return total


def copies(source: Path, target: Path, n: int, sample: int = 0) -> Path:
    """The library, or its first records, n times over; each copy with ids of its own."""
    with (
        source.open(encoding="utf-8", newline="") as stream,
        target.open("w", encoding="utf-8", newline="") as written,
    ):
        rows = list(csv.DictReader(stream))
        step = max(1, len(rows) // sample) if sample else 1
        writer = csv.DictWriter(written, rows[0].keys())
        writer.writeheader()
        for copy in range(n):
            for row in rows[::step]:
                identifier = f"{row['compound_id']}-{copy}" if copy else row["compound_id"]
                writer.writerow({**row, "compound_id": identifier})
    return target


def _line(name: str, result: dict[str, Any]) -> None:
    rate = result["n"] / result["seconds"]
    stages = (
        f" (ingest {result['ingest_s']:.1f} s, standardise {result['standardise_s']:.1f} s)"
        if "ingest_s" in result
        else ""
    )
    print(
        f"{name:24} {result['n']:>8,} compounds {result['seconds']:8.1f} s "
        f"{rate:8,.0f} compounds/s  CPU {result['own_cpu_s']:.1f} + {result['workers_cpu_s']:.1f} s"
        f"  peak {result['peak_mib']:,.0f} MiB{stages}",
        flush=True,
    )


def main() -> None:
    parser = mirror_parser(__doc__ or "")
    parser.add_argument("--tenfold", action="store_true", help="also CMNPD repeated tenfold")
    parser.add_argument("--child", nargs=3, help="used by the benchmark itself")
    options = parser.parse_args()
    if options.child:
        kind, path, workers = options.child
        source = Path(path)
        result = chembl_loop(source) if kind == "chembl" else our_stages(source, int(workers))
        print(json.dumps({**result, **_cpu()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        published = library_path(options.mirror, "CMNPD")
        source = copies(published, Path(folder) / "cmnpd.csv", 1, options.sample)
        one = measure("ours", source, 1)
        _line("ours, 1 worker", one)
        two = measure("ours", source, 2)
        _line("ours, 2 workers", two)
        chembl = measure("chembl", source)
        _line("ChEMBL loop, 1 process", chembl)
        per_core = (one["n"] / one["seconds"]) / (chembl["n"] / chembl["seconds"])
        scaling = one["seconds"] / two["seconds"]
        print(f"per core: {per_core:.2f} times the ChEMBL loop (aim 3)")
        print(f"2 workers: {scaling:.2f} times 1 worker (aim 1.8)")
        if options.tenfold:
            tenfold = copies(published, Path(folder) / "tenfold.csv", COPIES, options.sample)
            many = measure("ours", tenfold, 2)
            _line("ours, tenfold, 2 workers", many)
            ratio = many["peak_mib"] / two["peak_mib"]
            print(f"memory: tenfold takes {ratio:.2f} times the peak of CMNPD (aim 1.25)")


if __name__ == "__main__":
    main()
