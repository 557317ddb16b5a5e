"""Text of others, to be shown on a line: on a terminal, in a table, in a log."""

from __future__ import annotations

import unicodedata


def one_line(text: str, limit: int) -> str:
    """The text on one line, cut, without control characters and marks that turn its direction."""
    shown = "".join(
        " " if unicodedata.category(character) == "Cc" else character
        for character in text[: 2 * limit]
        if unicodedata.category(character) not in ("Cf", "Cs")
    )
    line = " ".join(shown.split())
    return line if len(line) <= limit and len(text) <= 2 * limit else line[: limit - 1] + "…"
