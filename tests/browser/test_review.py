"""The lab lead's way: open the candidates, sort them, read the report, decide.

A name that became markup would open an alert, and then the driver refuses every further step.
"""

from __future__ import annotations

import csv
from urllib.parse import urlsplit

import pytest

from screening.track.views import run_page
from tests.browser.mlflow_page import MlflowPage
from tests.screens import Screen

pytestmark = pytest.mark.slow
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert('muscone')</script>")


def test_candidates_open_in_order_and_sort_by_a_column(page: MlflowPage, screen: Screen) -> None:
    picked = sorted(screen.table("dirty", "pick"), key=lambda row: row["rank"])

    page.open(screen.summary("dirty")["mlflow_page"])

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


def test_report_is_read_inside_mlflow(page: MlflowPage, screen: Screen) -> None:
    summary = screen.summary("dirty")
    of_run = urlsplit(run_page(summary["mlflow_experiment_id"], summary["mlflow_run_id"]))
    page.open("/#" + of_run.fragment.replace("?", "/artifacts/report.html?"))

    text = page.framed_text()

    page.picture("report")
    assert f"{summary['n_records']} records read" in text


def test_names_are_shown_as_text(page: MlflowPage, screen: Screen) -> None:
    summary = screen.summary("dirty")
    page.open(run_page(summary["mlflow_experiment_id"], summary["mlflow_run_id"]))
    page.wait_for_text("Description")
    page.picture("screen")

    shown = {row["name"] for row in screen.table("dirty", "ranking")}
    assert shown.issuperset(HOSTILE)


def test_a_decision_set_on_the_page_reaches_the_next_screen(
    page: MlflowPage, screen: Screen
) -> None:
    """What a screen makes of `decisions.csv` is tested with the workflow."""
    first = min(screen.table("dirty", "pick"), key=lambda row: row["rank"])
    page.open(screen.summary("dirty")["mlflow_page"])
    page.wait(page.run_names, "no candidates")

    page.follow(page.run_names()[0])
    page.wait_for_text("About this run")
    page.set_tag("decision", "reject")
    page.set_tag("note", "cytotoxic to everything")
    page.picture("decision")
    taken = screen.screening("decisions", str(screen.output))
    assert taken.returncode == 0, taken.stderr

    with (screen.output / "decisions.csv").open(encoding="utf-8-sig", newline="") as stream:
        decided = {row["structure_id"]: row for row in csv.DictReader(stream)}
    row = decided[first["structure_id"]]
    assert (row["decision"], row["note"]) == ("reject", "cytotoxic to everything")
