"""Taking a file from a mirror folder in place of the network."""

from __future__ import annotations

from pathlib import Path

from screening.core.cache import Form, mirror_form, published_form
from screening.core.catalogue_entry import Entry
from screening.core.provenance import file_digest
from screening.fetch.problem import FetchError


def find_in_mirror(entry: Entry, mirror: Path) -> tuple[Path, Form] | None:
    """The entry's file in a mirror folder and the form it has there; None if it is not there.

    A mirror may hold the published bytes or the form that the catalogue describes: the checksum
    tells which.

    Raises
    ------
    FetchError : the folder is missing, or the file is neither form.
    """
    if not mirror.is_dir():
        raise FetchError(f"{mirror}: no such mirror folder", "name an existing one with --mirror")
    path = mirror / entry.mirror.path
    if not path.is_file():
        return None
    digest = file_digest(path)
    for form in (mirror_form(entry), published_form(entry)):
        if form is not None and form.sha256 == digest:
            return path, form
    raise FetchError(
        f"{path}: refused, its SHA-256 {digest[:12]}… is not that of the catalogue "
        f"({entry.mirror.sha256[:12]}…)",
        "copy the file into the mirror again, or fetch without --mirror",
    )
