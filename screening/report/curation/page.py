"""Gathers the parts of the curation page and writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from screening.core.partitions import write_text
from screening.report.curation import books
from screening.report.curation.changes import read_changes
from screening.report.curation.conflicts import read_conflicts
from screening.report.curation.identity import read_identity
from screening.report.curation.marine import read_marine
from screening.report.curation.quarantine import read_quarantine
from screening.report.curation.reading import read_reading
from screening.report.curation.rejects import read_reasons
from screening.report.curation.stereo import read_stereo
from screening.report.curation.tables import open_tables
from screening.report.language import catalogue
from screening.report.page import render_page

NAME = "curation.html"


def write_curation(folder: Path, report: Path, library: str, *, day: date | None = None) -> Path:
    """Write the curation page of a screened library beside its report.

    Parameters
    ----------
    folder : folder of the library with its final tables, evidence and families.
    report : the report's HTML file, to which the page links.
    library : its name.
    day : day of the page (UTC); None: today.

    Returns
    -------
    The page's file.

    Raises
    ------
    InputError : a table is missing, damaged or lacks a column.
    """
    shown = day or datetime.now(UTC).date()
    context = _gather(folder)
    html = render_page(
        "curation.html.j2",
        styles=("report.css", "curation.css"),
        library=library,
        day=catalogue("en").day(shown),
        report=quote(report.name),
        flow=(books.WIDTH, books.HEIGHT),
        **context,
    )
    output = report.with_name(NAME)
    write_text(output, html)
    return output


def _gather(folder: Path) -> dict[str, Any]:
    with open_tables(folder) as tables:
        return {
            "books": books.count_books(tables),
            "reading": read_reading(folder / "stages/ingest/reading.json"),
            "reasons": read_reasons(tables),
            "changes": read_changes(tables),
            "stereo": read_stereo(tables),
            "identity": read_identity(tables),
            "marine": read_marine(tables),
            "quarantine": read_quarantine(tables),
            "conflicts": read_conflicts(tables),
        }
