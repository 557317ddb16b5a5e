"""Records of a delimited text: quoted fields may run over several lines, a stray quote may not.

A quote that is opened and never closed would swallow the rest of the file. Here such a line is
given back alone, as damaged, and reading goes on with the line after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# A field with this many line ends is no field of a library but an unclosed quote.
MAX_RECORD_LINES = 200
_QUOTE = '"'
QuoteState = Literal["open", "closed", "broken"]


@dataclass(frozen=True, slots=True)
class TextRecord:
    """The text of one record, without its last line end, and whether its quotes are closed."""

    line: int
    text: str
    closed: bool


def split_records(lines: Iterator[tuple[int, str]], delimiter: str) -> Iterator[TextRecord]:
    """Group lines into records; lines of white space alone between records are skipped.

    Parameters
    ----------
    lines : (line number from 1, line with its end).
    delimiter : one character.
    """
    waiting: deque[tuple[int, str]] = deque()
    while True:
        first = _next_line(waiting, lines)
        if first is None:
            return
        if not first[1].strip(" \r\n\v\f"):
            continue
        taken = [first]
        state = quote_state(first[1], delimiter, inside=False)
        while state == "open" and len(taken) < MAX_RECORD_LINES:
            following = _next_line(waiting, lines)
            if following is None:
                break
            taken.append(following)
            state = quote_state(following[1], delimiter, inside=True)
        if state != "closed":
            waiting.extendleft(reversed(taken[1:]))
            taken = taken[:1]
        text = "".join(line for _, line in taken).rstrip("\r\n")
        yield TextRecord(first[0], text, closed=state == "closed")


def _next_line(
    waiting: deque[tuple[int, str]], lines: Iterator[tuple[int, str]]
) -> tuple[int, str] | None:
    return waiting.popleft() if waiting else next(lines, None)


def quote_state(line: str, delimiter: str, *, inside: bool) -> QuoteState:
    """State of the quotes at the end of a line, by the rules of Python's csv module.

    Parameters
    ----------
    line : one line of a record.
    delimiter : one character.
    inside : whether a quoted field was open at its beginning.

    Returns
    -------
    ``open``, ``closed``, or ``broken`` where the field that came from an earlier line is closed in
    the middle of a text: then the quote that opened it was a stray one.
    """
    if _QUOTE not in line:
        return "open" if inside else "closed"
    at, from_before = 0, inside
    while True:
        if not inside and line.startswith(_QUOTE, at):
            inside, at = True, at + 1
        if inside:
            closing = _closing_quote(line, at)
            if closing < 0:
                return "open"
            after = line[closing + 1 : closing + 2]
            if from_before and after not in ("", "\r", "\n", delimiter):
                return "broken"
            inside, from_before, at = False, False, closing + 1
        following = line.find(delimiter, at)
        if following < 0:
            return "closed"
        at = following + 1


def _closing_quote(line: str, at: int) -> int:
    """Position of the quote that closes a field, doubled ones passed over; -1 if there is none."""
    closing = line.find(_QUOTE, at)
    while closing >= 0 and line.startswith(_QUOTE, closing + 1):
        closing = line.find(_QUOTE, closing + 2)
    return closing
