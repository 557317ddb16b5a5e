"""The lab lead's way: open the candidates, sort them, read the report, decide, screen again."""

from __future__ import annotations

import csv
from urllib.parse import urlsplit

import pytest

from screening.track.views import run_page
from tests.browser.mlflow_page import MlflowPage
from tests.browser.screened import HOSTILE, Screened

pytestmark = pytest.mark.slow


def test_candidates_open_in_order_and_sort_by_a_column(
    page: MlflowPage, screened: Screened
) -> None:
    picked = sorted(screened.rows("pick"), key=lambda row: row["rank"])

    page.open(screened.summary()["mlflow_page"])

    page.wait(lambda: len(page.run_names()) == len(picked), "not one run for each candidate")
    names = page.run_names()
    page.picture("candidates")
    page.sort_by("score_mean")
    first = max(picked, key=lambda row: row["score_mean"])["well"]
    ends = (0, -1)  # the first click may sort either way
    page.wait(lambda: first in {page.run_names()[end].split()[1] for end in ends}, "not sorted")
    page.picture("candidates_sorted")
    assert [name.split()[:2] for name in names] == [
        [f"{row['pick_number']:02d}", row["well"]] for row in picked
    ]


def test_report_is_read_inside_mlflow(page: MlflowPage, screened: Screened) -> None:
    summary = screened.summary()
    of_run = urlsplit(run_page(summary["mlflow_experiment_id"], summary["mlflow_run_id"]))
    page.open("/#" + of_run.fragment.replace("?", "/artifacts/report.html?"))

    text = page.framed_text()

    page.picture("report")
    assert "24" in text
    assert page.title() != "taken"


def test_names_are_shown_as_text(page: MlflowPage, screened: Screened) -> None:
    summary = screened.summary()
    page.open(run_page(summary["mlflow_experiment_id"], summary["mlflow_run_id"]))
    page.wait_for_text("Description")
    page.picture("screen")

    assert page.title() != "taken"
    shown = {row["name"] for row in screened.rows("ranking")}
    assert shown.issuperset(HOSTILE)


def test_a_decision_set_on_the_page_reaches_the_next_screen(
    page: MlflowPage, screened: Screened
) -> None:
    """What a screen makes of `decisions.csv` is tested with the workflow."""
    first = min(screened.rows("pick"), key=lambda row: row["rank"])
    page.open(screened.summary()["mlflow_page"])
    page.wait(page.run_names, "no candidates")

    page.follow(page.run_names()[0])
    page.wait_for_text("About this run")
    page.set_tag("decision", "reject")
    page.set_tag("note", "cytotoxic to everything")
    page.picture("decision")
    screened.screening("decisions", str(screened.output))

    with (screened.output / "decisions.csv").open(encoding="utf-8-sig", newline="") as stream:
        [row] = csv.DictReader(stream)
    assert (row["structure_id"], row["decision"]) == (first["structure_id"], "reject")
    assert row["note"] == "cytotoxic to everything"
