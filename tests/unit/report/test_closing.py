from __future__ import annotations

from pathlib import Path
from typing import Any

from screening.report.closing import WIDTH, closing_text

FOLDER = Path("results/reef")


def summary(**changes: Any) -> dict[str, Any]:
    best = {
        "rank": 1,
        "name": "Salinosporamide A",
        "organism": "Salinispora tropica",
        "score": 0.8123,
        "why": "tumour panels 0.71 (+0.31), " * 8,
    }
    usual = {
        "library": "reef",
        "n_records": 1_204,
        "n_compounds": 1_200,
        "n_rejects": 4,
        "n_structures": 1_100,
        "n_ranked": 1_100,
        "best": [best, {**best, "rank": 2, "name": "\x1b[31m\u202eevil" * 40, "organism": ""}],
    }
    return {**usual, **changes}


def test_it_names_the_best_the_counts_and_the_files() -> None:
    text = closing_text(summary(), FOLDER)
    assert "1,204 records = 1,200 compounds + 4 rejects" in text
    assert "Salinosporamide A" in text
    assert "Salinispora tropica" in text
    assert "score 0.812" in text
    assert "tumour panels 0.71" in text
    assert "results/reef/report.html" in text
    assert "results/reef/curation.html" in text
    assert "results/reef/ranking.csv" in text


def test_lines_fit_a_terminal_and_names_cannot_steer_it() -> None:
    text = closing_text(summary(), FOLDER)
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_local_store_is_opened_by_a_command() -> None:
    text = closing_text(
        summary(mlflow_uri="sqlite:////x.db", mlflow_page="/#/experiments/1/runs?view"), FOLDER
    )
    assert "screening ui results" in text
    assert "http://127.0.0.1:5000/#/experiments/1/runs?view" in text


def test_a_server_is_named_by_its_address() -> None:
    facts = summary(mlflow_uri="http://lab:5000", mlflow_page="/#/experiments/7/runs?view")
    assert "http://lab:5000/#/experiments/7/runs?view" in closing_text(facts, FOLDER)
    assert "screening ui" not in closing_text(facts, FOLDER)


def test_a_library_without_candidates_is_told_so() -> None:
    assert "every record was rejected" in closing_text(summary(best=[]), FOLDER)
