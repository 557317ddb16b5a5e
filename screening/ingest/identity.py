"""Stable, unique ids for the records of a library, in memory that does not grow with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

# The pages of ids kept in memory; the rest of the list lies on disk.
_CACHE_KIB = 32 * 1024


class IdRegister:
    """The ids given so far, on disk.

    Parameters
    ----------
    file : where the list lies while the library is read; removed at the end.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> Self:
        self._file.unlink(missing_ok=True)
        self._store = sqlite3.connect(self._file, isolation_level=None)
        # The list is worthless after a crash, so nothing is paid for its safety.
        self._store.execute("PRAGMA journal_mode = OFF")
        self._store.execute("PRAGMA synchronous = OFF")
        self._store.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._store.execute(
            "CREATE TABLE given (id TEXT PRIMARY KEY, copies INTEGER) WITHOUT ROWID"
        )
        self._store.execute("BEGIN")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.close()
        self._file.unlink(missing_ok=True)

    def unique(self, wanted: str) -> str:
        """The id wanted, or with the first free suffix (`-2`, `-3`, ...) if it is given already."""
        copies = self._claim(wanted)
        if copies == 1:
            return wanted
        while True:
            candidate = f"{wanted}-{copies}"
            if self._claim(candidate) == 1:
                return candidate
            copies = self._claim(wanted)

    def _claim(self, candidate: str) -> int:
        """Count one more use of an id; 1 means that it was free."""
        row = self._store.execute(
            "INSERT INTO given VALUES (?, 1) "
            "ON CONFLICT (id) DO UPDATE SET copies = copies + 1 RETURNING copies",
            (candidate,),
        ).fetchone()
        return int(row[0])
