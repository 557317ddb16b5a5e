"""Writes the report of a screened library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from screening.chem.drawing import Drawing, draw_structure
from screening.chem.problem import Problem
from screening.core.config import ReportSettings
from screening.core.partitions import write_text
from screening.core.provenance import hardware, software
from screening.report.candidates import Candidate, read_candidates
from screening.report.domain import read_domain_cover
from screening.report.ledger import read_ledger
from screening.report.models import read_used_models
from screening.report.page import render_page
from screening.report.summary import best_candidates, count_tables, stage_costs

# All drawings together, so that 500 giants cannot make a page that no browser opens.
DRAWINGS_BYTES = 8_000_000
# Larger pages are slow in browsers and refused by mail; half of the candidates then go.
PAGE_BYTES = 15_000_000


@dataclass(frozen=True)
class Origin:
    """Where a screen's results come from.

    Parameters
    ----------
    library : its name.
    bundles : folders of model bundles; the cards of those that predicted are shown.
    config_digest : digest of the configuration; empty if unknown.
    date : day of the report (UTC); None: today.
    """

    library: str
    bundles: tuple[Path, ...] = ()
    config_digest: str = ""
    date: date | None = None


def write_report(
    folder: Path, output: Path, settings: ReportSettings, origin: Origin
) -> dict[str, Any]:
    """Write the report of a screened library as one HTML file.

    Parameters
    ----------
    folder : folder of the library with its final tables.
    output : the HTML file; written beside its place and moved there.
    settings : how many candidates are drawn.
    origin : library, models and configuration.

    Returns
    -------
    Facts of the screen, ready for `write_summary`.

    Raises
    ------
    InputError : a table is missing or lacks a column.
    BundleError : a model folder holds no bundle.
    """
    counts = count_tables(folder)
    candidates = read_candidates(folder / "ranking.parquet", settings.top)
    ledger = read_ledger(folder / "rejects.parquet")
    day = origin.date or datetime.now(UTC).date()
    facts: dict[str, Any] = {
        "library": origin.library,
        "date": day.isoformat(),
        **counts,
        "stages": stage_costs(folder),
        "best": best_candidates(candidates),
        "rejects_by_code": ledger.by_code(),
        "config_digest": origin.config_digest,
        "software": software(),
        "hardware": hardware(),
    }
    models = read_used_models(folder / "predictions.parquet", origin.bundles)
    facts["models"] = [
        {"name": model.name, "version": model.version, "digest": model.digest} for model in models
    ]
    context = {
        "facts": facts,
        "day": f"{day.day} {day:%B %Y}",
        "ledger": ledger,
        "cover": read_domain_cover(folder / "predictions.parquet"),
        "models": models,
    }
    write_text(output, _page_within_limit(candidates, context))
    return facts


def _page_within_limit(candidates: Sequence[Candidate], context: Mapping[str, Any]) -> str:
    """The page with as many of the candidates as keep it under `PAGE_BYTES`."""
    shown = candidates
    while True:
        rows = zip(shown, _drawings(shown), strict=True)
        html = render_page(
            "report.html.j2",
            ("report.css",),
            "report.js",
            **context,
            rows=rows,
            n_shown=len(shown),
        )
        if len(html.encode()) <= PAGE_BYTES or len(shown) <= 1:
            return html
        shown = shown[: len(shown) // 2]


def _drawings(candidates: Sequence[Candidate]) -> Iterator[Drawing | Problem]:
    """The candidates' drawings, one at a time; one too large for the page is left out."""
    limit = DRAWINGS_BYTES // max(1, len(candidates))
    for candidate in candidates:
        drawing = draw_structure(candidate.smiles)
        if isinstance(drawing, Drawing) and len(drawing.shapes) > limit:
            yield Problem("too_large", "too large to draw here; see its SMILES")
        else:
            yield drawing
