"""Damaged tables are named to the reader of the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from screening.core.errors import InputError


@contextmanager
def naming_damage(table: Path) -> Iterator[None]:
    """Turn what Arrow says of an unreadable partition into one line that names the table."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as problem:
        raise InputError(
            f"{table}: not a readable table ({problem})", "remove it and run the screen again"
        ) from None
