"""Files of the report: text written whole or not at all, damaged tables named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from screening.core.errors import InputError


def write_text(path: Path, text: str) -> None:
    """Write beside the file's place, then move it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


@contextmanager
def naming_damage(table: Path) -> Iterator[None]:
    """Turn what Arrow says of an unreadable partition into one line that names the table."""
    try:
        yield
    except pa.ArrowInvalid as problem:
        raise InputError(
            f"{table}: not a readable table ({problem})", "remove it and run the screen again"
        ) from None
