"""Lines of a library file, with their numbers, one at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator

from screening.core.errors import InputError
from screening.ingest.source import SourceFile

# No record of a library needs a line of this length; a file without line ends is no library.
MAX_LINE_CHARACTERS = 16 << 20


def read_lines(source: SourceFile, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line with its end) in bounded memory.

    Parameters
    ----------
    source : the file.
    encoding : a codec that has been checked to read all of it.

    Raises
    ------
    InputError : a line is longer than 16 million characters, or the packing is damaged.
    """
    with source.open() as stream:
        # newline="": \n, \r\n and \r all end a line and stay as they are.
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        number = 0
        while line := text.readline(MAX_LINE_CHARACTERS):
            number += 1
            if len(line) >= MAX_LINE_CHARACTERS:
                raise InputError(
                    f"{source.where}, line {number}: "
                    f"longer than {MAX_LINE_CHARACTERS:,} characters",
                    "check that this is a library of structures",
                )
            yield number, line
