"""Ingest and standardise a hostile library, and compare each record with what it must become.

    python tests/benchmarks/hostile_run.py hostile.csv --output DIR --workers 2

Prints how often each kind of record had each outcome. Exit code 1: a record is lost, comes twice,
or became something else.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

COMPOUND = "compound"


def outcomes(tables: Path) -> Iterator[tuple[int, str]]:
    """Record number and outcome (`compound`, or the code of the reject) of all rows."""
    for folder in ("read/rejects.parquet", "made/rejects.parquet", "made/compounds.parquet"):
        for file in sorted((tables / folder).glob("*.parquet")):
            names = ["record_number"] if "compounds" in folder else ["record_number", "code"]
            table = pq.read_table(file, columns=names)
            numbers = table["record_number"].to_pylist()
            codes = table["code"].to_pylist() if len(names) == 2 else [COMPOUND] * len(numbers)
            yield from zip(numbers, codes, strict=True)


def compare(expected: Path, tables: Path) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Outcomes of each kind counted, and a line for each record that is not as expected."""
    found: dict[int, str] = {}
    wrong = []
    for number, outcome in outcomes(tables):
        if number in found:
            wrong.append(f"record {number}: comes twice, {found[number]} and {outcome}")
        found[number] = outcome
    counts: Counter[tuple[str, str]] = Counter()
    with expected.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            outcome = found.pop(int(row["record_number"]), "lost")
            counts[row["kind"], outcome] += 1
            allowed = row["codes"].split("|") if row["codes"] else [COMPOUND]
            if outcome not in allowed:
                number, kind = row["record_number"], row["kind"]
                wrong.append(f"record {number} ({kind}): {outcome}, not {' or '.join(allowed)}")
    wrong += [f"record {number}: not in the library" for number in found]
    return counts, wrong


def run(library: Path, output: Path, workers: int) -> None:
    """Run both stages with the command line."""
    screening = str(Path(sys.executable).with_name("screening"))
    commands = (
        ["ingest", str(library), "--output", str(output / "read")],
        [
            *("standardise", str(output / "read/records.parquet")),
            *("--output", str(output / "made"), "--workers", str(workers)),
        ],
    )
    for command in commands:
        started = time.monotonic()
        subprocess.run([screening, *command], check=True)
        print(f"{command[0]}: {time.monotonic() - started:.1f} s", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    run(options.library, options.output, options.workers)
    expected = options.library.with_name(options.library.name + ".expected.csv")
    counts, wrong = compare(expected, options.output)
    print(f"{'kind':24}{'outcome':20}{'records':>9}")
    for (kind, outcome), count in sorted(counts.items()):
        print(f"{kind:24}{outcome:20}{count:9,}")
    print(f"{'all':44}{sum(counts.values()):9,}")
    for line in wrong[:50]:
        print(line)
    print(f"{len(wrong):,} records are not what they must be")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
