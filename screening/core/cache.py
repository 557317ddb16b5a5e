"""Where fetched files are kept, and under which names.

``CACHE/mirror/PATH`` holds what is in the form of a mirror folder, so that this folder can itself
serve as one; ``CACHE/published/NAME.ending`` holds a published file that differs from that form;
``CACHE/registered/DIGEST/NAME`` is a model bundle that a screen took from the MLflow registry.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from screening.core.catalogue_entry import Entry

CACHE_VARIABLE = "SCREENING_CACHE"
MIRROR_VARIABLE = "SCREENING_MIRROR"
_PACKED = (".gz", ".zip")


@dataclass(frozen=True)
class Form:
    """One of the forms of an entry: its checksum and its place in a cache folder."""

    kind: Literal["published", "mirror"]
    sha256: str
    place: str


def cache_folder(stated: Path | None = None) -> Path:
    """The cache: as stated, or SCREENING_CACHE, or the user's cache folder (XDG on Linux)."""
    if stated is not None:
        return stated
    if variable := os.environ.get(CACHE_VARIABLE):
        return Path(variable)
    import pooch

    return Path(pooch.os_cache("marine-screening"))


def mirror_of_cache(cache: Path) -> Path:
    """The part of the cache that is laid out like a mirror folder."""
    return cache / "mirror"


def registered_place(cache: Path, digest: str, name: str) -> Path:
    """The folder of a registered bundle; digest : SHA-256 of its manifest."""
    return cache / "registered" / digest / name


def mirror_form(entry: Entry) -> Form:
    """The form that mirror folders hold and recipes read."""
    return Form("mirror", entry.mirror.sha256, f"mirror/{entry.mirror.path}")


def published_form(entry: Entry) -> Form | None:
    """The form that is published; None where no single file is."""
    if entry.published is None:
        return None
    if entry.one_form:
        return Form("published", entry.mirror.sha256, f"mirror/{entry.mirror.path}")
    # The entry's name, not the address's (which may be `test.csv`), tells libraries apart.
    endings = PurePosixPath(unquote(urlsplit(entry.published.url).path)).suffixes
    kept = endings[-2:] if endings and endings[-1] in _PACKED else endings[-1:]
    return Form("published", entry.published.sha256, f"published/{entry.name}{''.join(kept)}")
