"""Writing predictions as CSV, one line per input row, in place only when complete."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from screening.core.bundle import STANDALONE_COLUMNS
from screening.core.errors import InputError
from screening.estimators.verdict import IN, UNKNOWN
from screening.predict.block import Block

# Shown beside each endpoint's value.
SHOWN_SUFFIXES = ("__std", "__in_domain")
# Characters for which some CSV reader needs quotes.
_NEEDS_QUOTES = frozenset(",;\t\"'\r\n\0 \x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def header_line(endpoints: Sequence[str]) -> str:
    """The header of the output."""
    columns = [name + suffix for name in endpoints for suffix in ("", *SHOWN_SUFFIXES)]
    return ",".join((*STANDALONE_COLUMNS, *columns)) + "\n"


def block_lines(block: Block) -> Iterator[str]:
    """The lines of a block, in input order; seven digits, which a float32 carries.

    What a third party's predictor does not tell is an empty cell.
    """
    n_endpoints = block.arrays["value"].shape[1]
    empty = "," * (n_endpoints * (1 + len(SHOWN_SUFFIXES)))
    value, std = block.arrays["value"].tolist(), block.arrays["std"].tolist()
    verdict = block.arrays["verdict"]
    inside = np.where(verdict == IN, "true", np.where(verdict == UNKNOWN, "", "false")).tolist()
    for place, (entry, problem) in enumerate(zip(block.entries, block.problems, strict=True)):
        start = f"{entry.row},{quoted(entry.smiles)}"
        if problem is not None:
            reason = " ".join(f"{problem.code}: {problem.detail}".split())
            yield f"{start},rejected,{quoted(reason)}{empty}\n"
            continue
        cells = zip(value[place], std[place], inside[place], strict=True)
        numbers = "".join(f",{_number(v)},{_number(s)},{told}" for v, s, told in cells)
        yield f"{start},ok,{numbers}\n"


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.7g}"


def quoted(text: str) -> str:
    """A CSV field; the text comes back unchanged from any reader of RFC 4180."""
    if _NEEDS_QUOTES.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


@contextmanager
def open_output(output: Path, source: Path) -> Iterator[TextIO]:
    """A text file that takes its place when the block ends well, and is removed otherwise.

    Raises
    ------
    InputError : the output cannot be written there.
    """
    if output.is_dir():
        raise InputError(f"{output}: is a folder", "name a file for the predictions")
    if output.exists() and source.exists() and output.samefile(source):
        raise InputError(f"{output}: is the input itself", "name another file")
    partial = output.with_name(f".{output.name}.partial")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        stream = partial.open("w", encoding="utf-8", newline="")
    except OSError as problem:
        raise InputError(
            f"{output}: cannot be written ({problem.strerror})", "name another place"
        ) from None
    try:
        with stream:
            yield stream
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
