"""Writes the report of a screened library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from screening.chem.drawing import Drawing, draw_structure
from screening.chem.problem import Problem
from screening.core.bundle import MANIFEST_NAME
from screening.core.config import ReportSettings, ScreenConfig
from screening.core.costs import stated_costs
from screening.core.partitions import write_text
from screening.core.prices import AccountingSettings
from screening.core.provenance import hardware, software
from screening.report.candidates import Candidate, read_candidates
from screening.report.changes import read_changes
from screening.report.domain import read_domain_cover
from screening.report.explanations import Explanations, read_explanations
from screening.report.language import catalogue
from screening.report.ledger import read_ledger
from screening.report.methods import gather_methods
from screening.report.models import UsedModel, read_used_models
from screening.report.neighbours import Surroundings, read_surroundings
from screening.report.page import render_page
from screening.report.plate import plate_of, read_pick
from screening.report.profile import Bar, profile_of
from screening.report.space import Shown, map_space
from screening.report.summary import best_candidates, count_tables, stage_costs
from screening.report.verdicts import Verdict, read_verdicts

# All drawings together, so that 500 giants cannot make a page that no browser opens.
DRAWINGS_BYTES = 8_000_000
# Larger pages are slow in browsers and refused by mail; half of the candidates then go.
PAGE_BYTES = 15_000_000
# Candidates that the chemical-space map names, besides the pick.
MAPPED = 60


@dataclass(frozen=True)
class Origin:
    """Where a screen's results come from.

    Parameters
    ----------
    library : its name.
    bundles : folders of model bundles; the cards of those that predicted are shown.
    config_digest : digest of the configuration; empty if unknown.
    date : day of the report (UTC); None: today.
    config : the configuration, for the methods; None if unknown.
    prices : by which the cost is told.
    """

    library: str
    bundles: tuple[Path, ...] = ()
    config_digest: str = ""
    date: date | None = None
    config: ScreenConfig | None = None
    prices: AccountingSettings = field(default_factory=AccountingSettings)


@dataclass(frozen=True)
class Row:
    """A candidate with all that its row shows.

    Parameters
    ----------
    candidate : from the ranking. drawing : its structure. bars : its profile.
    verdicts : by endpoint. pick : its row of the pick, or None.
    surroundings : its neighbours; None beyond the first candidates.
    """

    candidate: Candidate
    drawing: Drawing | Problem
    bars: tuple[Bar, ...]
    verdicts: Mapping[str, Verdict]
    pick: dict[str, Any] | None
    surroundings: Surroundings | None


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
        **stated_costs(stage_costs(folder), counts["n_compounds"], origin.prices),
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
    pick = read_pick(folder / "pick.parquet")
    context = {
        "facts": facts,
        "day": catalogue(settings.language).day(day),
        "ledger": ledger,
        "models": models,
        "pick": pick,
        "plate": plate_of(pick, origin.config.pick.plate if origin.config else None),
        **_sections(folder, origin, models, candidates, pick),
    }
    rows = _rows(folder, candidates, pick, settings)
    write_text(output, _page_within_limit(rows, context, settings))
    return facts


def _sections(
    folder: Path,
    origin: Origin,
    models: Sequence[UsedModel],
    candidates: Sequence[Candidate],
    pick: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What the page tells beside the candidates: domain, changes, chemical space, methods."""
    shares = {
        (part.column, part.over, part.group): part.share
        for one in candidates[:1]
        for part in one.contributions
    }
    return {
        "cover": read_domain_cover(folder / "predictions.parquet"),
        "changes": read_changes(folder / "changes.parquet"),
        "space": map_space(
            folder / "structures.parquet", _mapped(candidates, pick), _at_hand(origin.bundles)
        ),
        "methods": gather_methods(folder, origin.config, models, shares),
    }


def _at_hand(folders: Sequence[Path]) -> list[Path]:
    return [folder for folder in folders if (folder / MANIFEST_NAME).is_file()]


def _mapped(candidates: Sequence[Candidate], pick: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """Structures named on the map: the best, and the pick wherever it ranks."""
    picked = {row["structure_id"] for row in pick}
    best = [
        Shown(one.structure_id, one.smiles, one.name, one.rank, one.structure_id in picked)
        for one in candidates[:MAPPED]
    ]
    there = {one.structure_id for one in best}
    return best + [
        Shown(row["structure_id"], row["smiles"], row["name"], row["rank"], True)
        for row in pick
        if row["structure_id"] not in there
    ]


def _rows(
    folder: Path,
    candidates: Sequence[Candidate],
    pick: Sequence[dict[str, Any]],
    settings: ReportSettings,
) -> tuple[list[Row], Explanations]:
    """The rows of all candidates; drawings take no more than their share of the page."""
    ids = [candidate.structure_id for candidate in candidates]
    endpoints = {part.column for one in candidates for part in one.contributions}
    verdicts = read_verdicts(folder / "predictions.parquet", ids, endpoints)
    first = candidates[: settings.explained]
    surroundings = read_surroundings(first, verdicts, folder)
    explanations = read_explanations(folder / "explanations.parquet", ids)
    wells = {row["structure_id"]: row for row in pick}
    rows = [
        Row(
            one,
            drawing,
            profile_of(one.contributions),
            verdicts.get(one.structure_id, {}),
            wells.get(one.structure_id),
            surroundings.get(one.structure_id),
        )
        for one, drawing in zip(candidates, _drawings(candidates, explanations), strict=True)
    ]
    return rows, explanations


def _page_within_limit(
    made: tuple[Sequence[Row], Explanations],
    context: Mapping[str, Any],
    settings: ReportSettings,
) -> str:
    """The page with as many of the candidates as keep it under `PAGE_BYTES`."""
    shown, explanations = made
    while True:
        html = render_page(
            "report.html.j2",
            ("report.css",),
            "report.js",
            settings.language,
            **context,
            rows=shown,
            n_shown=len(shown),
            explanations=explanations,
        )
        if len(html.encode()) <= PAGE_BYTES or len(shown) <= 1:
            return html
        shown = shown[: len(shown) // 2]


def _drawings(
    candidates: Sequence[Candidate], explanations: Explanations
) -> Iterator[Drawing | Problem]:
    """The candidates' drawings, one at a time; one too large for the page is left out."""
    limit = DRAWINGS_BYTES // max(1, len(candidates))
    for candidate in candidates:
        atoms = explanations.of.get(candidate.structure_id, ())
        drawing = draw_structure(candidate.smiles, contributions=atoms)
        if isinstance(drawing, Drawing) and len(drawing.shapes) + len(drawing.halos) > limit:
            yield Problem("too_large", "too large to draw here; see its SMILES")
        else:
            yield drawing
