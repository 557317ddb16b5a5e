"""Fuzz the readers of `screening ingest` with made and damaged files.

Call: `python -m tests.fuzz.fuzz_readers --inputs 100000 --seed 1`. Each input must end in records
and rejects, in the number that is known of it, or in an InputError or ConfigError. Anything else is
printed with its seed and ends the run with status 1. One input again: `--only NUMBER`.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from types import FrameType

import pyarrow as pa

from screening.core.config import IngestSettings
from screening.core.errors import ConfigError, InputError
from screening.core.tables import RECORDS, REJECTS
from screening.ingest.gather import gather_sources
from screening.ingest.library import ingest_library
from screening.ingest.reading import begin_reading, reading_lines
from screening.ingest.rows import RowMaker
from screening.ingest.source_reader import read_source
from tests.fuzz.grammar import MAKERS, Made
from tests.fuzz.mutate import mutated

HANG_S = 20
# Of so many inputs one goes through the whole stage, with its tables on disk.
WHOLE_STAGE_EVERY = 100
MUTATED_SHARE = 0.6


class Wrong(AssertionError):
    """An input whose result is not right."""


@dataclass
class PlainIds:
    """The ids given, without the list on disk."""

    given: set[str] = field(default_factory=set)

    def unique(self, wanted: str) -> str:
        name, copy = wanted, 2
        while name in self.given:
            name, copy = f"{wanted}-{copy}", copy + 1
        self.given.add(name)
        return name


def make_input(seed: int, number: int) -> tuple[Made, IngestSettings]:
    """The input of a number: the same for the same seed."""
    rng = random.Random(f"{seed}:{number}")
    makers, shares = zip(*MAKERS, strict=True)
    made = rng.choices(makers, shares)[0](rng)
    if rng.random() < MUTATED_SHARE:
        made = mutated(rng, made)
    if rng.random() < 0.9:
        return made, IngestSettings()
    made.n_records = None
    stated = {
        "encoding": rng.choice((None, "utf-8", "gb18030", "latin-1", "utf-16", "klingon")),
        "delimiter": rng.choice((None, ",", "tab", "\\t", "xx", '"')),
        "decimal": rng.choice((None, ".", ",")),
        "columns": rng.choice(({}, {"name": "lab note"}, {"smiles": "nowhere"}, {"doi": "DOI"})),
        "sheet": rng.choice((None, "Sheet")),
    }
    return made, IngestSettings.model_validate(stated)


def read_rows(path: Path, settings: IngestSettings) -> int:
    """Read a file as the stage does, and check its rows; their number."""
    ids, n_rows = PlainIds(), 0
    with gather_sources([path]) as gathered:
        for source in gathered.sources:
            reading = begin_reading(source, settings)
            maker = RowMaker("lib", source.label, f"lib-{source.stem}", settings, ids)  # type: ignore[arg-type]
            rows = [maker.row(record) for record in read_source(source, settings, reading)]
            kept = [row for row, is_reject in rows if not is_reject]
            rejects = [row for row, is_reject in rows if is_reject]
            check_rows(kept, rejects)
            if any(len(line.splitlines()) > 1 for line in reading_lines(reading)):
                raise Wrong("a line of the reading is broken")
            n_rows += len(rows)
    return n_rows


def check_rows(kept: list[dict[str, object]], rejects: list[dict[str, object]]) -> None:
    """The rows fit their tables, and are numbered without a gap."""
    for rows, schema in ((kept, RECORDS), (rejects, REJECTS)):
        table = pa.Table.from_pylist(rows, schema=schema.arrow())
        for column in schema.columns:
            if not column.nullable and table.column(column.name).null_count:
                raise Wrong(f"column {column.name} holds nulls")
    numbers = sorted(int(str(row["record_number"])) for row in (*kept, *rejects))
    if numbers != list(range(1, len(numbers) + 1)):
        raise Wrong(f"record numbers {numbers}")
    if any(not str(row["structure"]).strip() for row in kept):
        raise Wrong("a record without a structure is kept")


def run_one(seed: int, number: int, folder: Path) -> str:
    """Run one input; in a word, how it ended.

    Raises
    ------
    Exception : whatever it should not have ended in.
    """
    made, settings = make_input(seed, number)
    path = folder / made.name
    path.write_bytes(made.content)
    try:
        if number % WHOLE_STAGE_EVERY == 0:
            with redirect_stderr(StringIO()):
                n_rows = ingest_library([path], folder / "out", "lib", settings).n_read
        else:
            n_rows = read_rows(path, settings)
    except (InputError, ConfigError) as problem:
        refused = problem.line()
        if "\n" in refused or not problem.remedy:
            raise Wrong(f"no one-line error with a remedy: {refused!r}") from None
        if made.n_records and not expected_refusal(refused):
            raise Wrong(f"{made.n_records} records expected, refused: {refused}") from None
        return "refused"
    finally:
        path.unlink()
    if made.n_records is not None and n_rows != made.n_records:
        raise Wrong(f"{made.n_records} records expected, {n_rows} found")
    return "counted" if made.n_records is not None else "read"


def expected_refusal(line: str) -> bool:
    """Whether a file of known records may be refused: none is usable, or it is no text."""
    return any(
        words in line
        for words in ("has a structure that can be read", "NUL bytes", "holds no library file")
    )


def hang(_signal: int, _frame: FrameType | None) -> None:
    raise Wrong(f"not done after {HANG_S} s")


def fuzz(n_inputs: int, seed: int, only: int | None = None) -> tuple[Counter[str], list[int]]:
    """Run many inputs; how they ended, and the numbers of those that failed."""
    ends: Counter[str] = Counter()
    failed: list[int] = []
    signal.signal(signal.SIGALRM, hang)
    with tempfile.TemporaryDirectory() as name:
        for number in range(n_inputs) if only is None else (only,):
            signal.alarm(HANG_S)
            try:
                ends[run_one(seed, number, Path(name))] += 1
            except Exception:  # any: that is what is looked for, printed and counted
                failed.append(number)
                print(f"--- failure: --seed {seed} --only {number}\n{traceback.format_exc()}")
            finally:
                signal.alarm(0)
    return ends, failed


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run the input of this number alone")
    options = parser.parse_args()
    started = time.monotonic()
    ends, failed = fuzz(options.inputs, options.seed, options.only)
    seconds = time.monotonic() - started
    n_run = sum(ends.values()) + len(failed)
    print(
        f"{n_run:,} inputs, seed {options.seed}, {seconds:.0f} s: "
        f"{ends['counted']:,} with the number of records expected, "
        f"{ends['read']:,} read (number not known beforehand), "
        f"{ends['refused']:,} refused in one line, {len(failed):,} failed"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
