"""Putting a file into the cache: only whole, only with the right checksum."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pooch

from screening.core.cache import Form
from screening.core.provenance import file_digest
from screening.fetch.download import ResumingDownload
from screening.fetch.limits import Limits
from screening.fetch.problem import FetchError

# Pooch tells its users through a logger; here the command speaks.
pooch.get_logger().setLevel(logging.ERROR)


def cached(cache: Path, form: Form) -> Path | None:
    """The cached file of a form, if it is there and has its checksum."""
    path = cache / form.place
    return path if path.is_file() and file_digest(path) == form.sha256 else None


def discard_altered(cache: Path, form: Form, say: Callable[[str], None]) -> None:
    """Remove a cached file whose checksum is wrong, before anything can go on using it."""
    path = cache / form.place
    if path.is_file() and cached(cache, form) is None:
        say(f"{path}: the cached file was altered; it is removed and fetched anew")
        path.unlink()


def incoming(cache: Path, form: Form) -> Path:
    """Folder of a form while it is on its way; what a killed fetch leaves is found there."""
    return cache / ".incoming" / form.sha256[:16]


def store_download(
    url: str, cache: Path, form: Form, limits: Limits, say: Callable[[str], None]
) -> Path:
    """Download a file into the cache.

    Raises
    ------
    FetchError : it cannot be had, or its checksum is wrong; the cache then has no such file.
    """
    while True:
        download = ResumingDownload(incoming(cache, form) / "part", limits, say)
        try:
            return _store(url, cache, form, download)
        except ValueError:
            if download.size is None:  # not pooch's verdict on the checksum
                raise
            if not download.resumed:
                raise _wrong(url, download.size, form) from None
        # The part was of another file. It is gone now, and the next attempt begins from nothing.
        say("the continued file has a wrong checksum; fetching it from the beginning")


def store_copy(source: Path, cache: Path, form: Form) -> Path:
    """Copy a file of a mirror folder into the cache.

    Raises
    ------
    FetchError : it changed while it was copied.
    """

    def copy(url: str, output_file: Any, mirror: Any, *, check_only: Any = None) -> None:
        shutil.copyfile(source, output_file)

    try:
        return _store(str(source), cache, form, copy)
    except ValueError:
        raise _wrong(str(source), source.stat().st_size, form) from None


def _store(url: str, cache: Path, form: Form, downloader: Any) -> Path:
    folder, target = incoming(cache, form), cache / form.place
    folder.mkdir(parents=True, exist_ok=True)
    # Pooch's own temporary file, if an earlier fetch was killed. The caller holds the lock.
    for left in folder.glob("tmp*"):
        left.unlink()
    # Pooch writes in the folder, checks, and renames; a wrong file it deletes (ValueError).
    known = f"sha256:{form.sha256}"
    pooch.retrieve(url, known, fname="whole", path=folder, downloader=downloader)
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder / "whole").replace(target)
    shutil.rmtree(folder)
    return target


def _wrong(source: str, size: int, form: Form) -> FetchError:
    return FetchError(
        f"{source}: refused, its {size:,} bytes do not have the SHA-256 of the catalogue "
        f"({form.sha256[:12]}…)",
        "nothing was kept; try again, or take the file from a mirror folder with --mirror",
    )
