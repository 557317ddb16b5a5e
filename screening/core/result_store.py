"""Results kept by key from screen to screen, so that only what is new is computed.

A store is a folder of immutable Parquet segments, one folder for each kind and version of result
(`STORE/describe/3f2a…/`). A segment's name is the SHA-256 of its bytes: a damaged or truncated one
is recognised, put out and computed again. Segments are written beside and renamed, and never
changed: any number of screens may read and add at once, and what two of them add twice does no
harm. A store may be deleted while no screen runs; it then fills again.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.partitions import remove
from screening.core.provenance import file_digest, value_digest
from screening.core.segments import SegmentFolder
from screening.core.stored_rows import AskedKeys, StoredRows

# No segment takes a day to write.
_LEFT_AFTER_S = 86_400


def version_folder(root: Path, kind: str, facts: Mapping[str, Any]) -> Path:
    """The folder of a kind of result at a version: one for each set of facts it depends on.

    Parameters
    ----------
    root : folder of all stores.
    kind : what the results are, as the stage that makes them is called.
    facts : digests, versions and settings that change a result.
    """
    return root / kind / value_digest(dict(facts))[:16]


class ResultStore:
    """The results of one kind and version.

    Parameters
    ----------
    folder : where its segments lie; made when it is first added to.
    schema : columns of a result, without the key.
    kind : what the results are; names the folder for passing files.
    """

    def __init__(self, folder: Path, schema: pa.Schema, kind: str = "results") -> None:
        self.folder = folder
        self.schema = schema
        self.kind = kind
        # A worker that adds to it may have been started in another folder.
        self.segment_folder = SegmentFolder(folder.absolute(), schema)
        self._sound: set[Path] = set()

    def segments(self) -> list[Path]:
        """The sound segments, each checked once; damaged ones are removed and named on stderr."""
        self._sweep()
        for file in sorted(self.folder.glob("*.parquet")):
            if file in self._sound:
                continue
            try:
                sound = file_digest(file) == file.stem
            except FileNotFoundError:  # another screen found it damaged and removed it
                continue
            if sound:
                self._sound.add(file)
            else:
                print(
                    f"[store] {file}: damaged, removed; its results are computed again",
                    file=sys.stderr,
                    flush=True,
                )
                remove(file)
        return sorted(self._sound)

    def _sweep(self) -> None:
        """Remove what killed screens left half written; others may be writing right now."""
        for file in self.folder.glob(".*.partial"):
            with suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > _LEFT_AFTER_S:
                    file.unlink()

    @contextmanager
    def rows_of(self, keys: Iterable[str], scratch: Path) -> Iterator[StoredRows]:
        """What the store holds of some keys, in their order.

        Parameters
        ----------
        keys : streamed; one may come more than once.
        scratch : folder for files that are removed at the end.
        """
        folder = scratch / f".{self.kind}.stored"
        remove(folder)  # of a screen that was killed
        folder.mkdir(parents=True)
        try:
            yield self.rows_asked(AskedKeys(keys, folder), folder)
        finally:
            remove(folder)

    def rows_asked(self, asked: AskedKeys, scratch: Path) -> StoredRows:
        """What the store holds of keys that other stores are asked for, too.

        Parameters
        ----------
        scratch : folder for files of this store alone; the caller removes it.
        """
        return StoredRows(asked, self.segments(), self.schema, scratch)


@contextmanager
def open_store(
    root: Path | None, kind: str, facts: Mapping[str, Any], schema: pa.Schema, scratch: Path
) -> Iterator[ResultStore]:
    """The store of a stage; without a root one that lasts as long as the stage.

    Parameters
    ----------
    root : folder of all stores, or None.
    kind : name of the stage.
    facts : what changes a result: digests, versions, settings.
    schema : columns of a result.
    scratch : folder for a store that does not last.
    """
    if root is not None:
        yield ResultStore(version_folder(root, kind, facts), schema, kind)
        return
    passing = scratch / f".{kind}.store"
    remove(passing)
    try:
        yield ResultStore(passing, schema, kind)
    finally:
        remove(passing)
