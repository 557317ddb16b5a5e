"""The catalogue as a table for the terminal."""

from __future__ import annotations

from pathlib import Path

from screening.core.cache import mirror_form, published_form
from screening.core.catalogue import Catalogue
from screening.core.catalogue_entry import Entry
from screening.fetch.store import cached

_HEADER = ("name", "kind", "rows", "cached", "licence")


def list_catalogue(catalogue: Catalogue, cache: Path) -> list[str]:
    """One line for each entry; `cached` counts only files whose checksum is right."""
    rows = [
        (name, catalogue.kinds[name], _rows(entry), _cached(entry, cache), _licence(entry))
        for name, entry in catalogue.entries.items()
    ]
    table = [_HEADER, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEADER) - 1)]
    return [
        f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {number:>{widths[2]}}  "
        f"{state:<{widths[3]}}  {licence}"
        for name, kind, number, state, licence in table
    ] + ["", "* rows of the form in mirror folders; the published file differs from it"]


def _rows(entry: Entry) -> str:
    return f"{entry.mirror.rows:,}{' ' if entry.one_form else '*'}"


def _cached(entry: Entry, cache: Path) -> str:
    forms = [form for form in (published_form(entry), mirror_form(entry)) if form is not None]
    here = [form.kind for form in forms if cached(cache, form) is not None]
    # Where both forms are the same bytes, one file stands for both.
    return "published" if entry.one_form and here else " and ".join(here) or "-"


def _licence(entry: Entry) -> str:
    return f"{entry.licence} [non-commercial]" if entry.non_commercial else entry.licence
