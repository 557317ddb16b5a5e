"""Write a library of a million or more distinct molecules: analogues of CMNPD by small edits.

    python tests/benchmarks/analogue_library.py --mirror FOLDER --n 1000000 --seed 1 \
        --output FILE.csv.gz [--workers 2]

An analogue is a compound of FOLDER/marine/cmnpd.csv with one or two edits of analogue_edits.tsv.
The file has the columns `id`, `smiles` (canonical), `parent` and `edits` (names joined by `|`),
and the same bytes for the same seed. Memory: some 80 MB for each million, and 75 MB a process.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from analogues import Analogue, Exhausted, Parent, distinct_analogues
from marine_libraries import mirror_parser, structures

HEADER = ("id", "smiles", "parent", "edits")
TELL_EVERY = 50_000


def cmnpd(mirror: Path, sample: int = 0) -> list[Parent]:
    """The parents: all of CMNPD, or an evenly spaced sample."""
    return [Parent(*entry) for entry in structures(mirror, "CMNPD", sample)]


def write_library(analogues: Iterable[Analogue], output: Path) -> int:
    """Write analogues as CSV beside the output and move it there; returns how many."""
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f".{output.name}.partial")
    n = 0
    with _open_text(partial, packed=output.suffix == ".gz") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        for n, (smiles, parent, edits) in enumerate(analogues, start=1):
            writer.writerow((f"A{n:08d}", smiles, parent, "|".join(edits)))
    partial.replace(output)
    return n


@contextmanager
def _open_text(path: Path, *, packed: bool) -> Iterator[TextIO]:
    with path.open("wb") as file:
        if not packed:
            with io.TextIOWrapper(file, "utf-8", newline="") as stream:
                yield stream
            return
        # Neither name nor time in the header: the same library is the same file.
        with (
            gzip.GzipFile("", "wb", 6, file, mtime=0) as packer,
            io.TextIOWrapper(packer, "utf-8", newline="") as stream,
        ):
            yield stream


def told(analogues: Iterable[Analogue], n: int) -> Iterator[Analogue]:
    """The analogues, with a line of progress on stderr now and then."""
    started = time.monotonic()
    for done, analogue in enumerate(analogues, start=1):
        yield analogue
        if done % TELL_EVERY == 0 or done == n:
            seconds = time.monotonic() - started
            print(
                f"[analogues] {done:,} of {n:,}, {seconds:,.0f} s, {done / seconds:,.0f} a second",
                file=sys.stderr,
                flush=True,
            )


def main() -> None:
    """Command line."""
    parser = mirror_parser(__doc__ or "")
    parser.add_argument("--n", type=int, default=1_000_000, help="analogues to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="CSV file; .gz: packed")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    endless = distinct_analogues(
        cmnpd(options.mirror, options.sample), options.seed, options.workers
    )
    try:
        n = write_library(told(itertools.islice(endless, options.n), options.n), options.output)
    except Exhausted as end:
        sys.exit(f"error: {end}")
    print(f"{options.output}: {n:,} distinct analogues")


if __name__ == "__main__":
    main()
