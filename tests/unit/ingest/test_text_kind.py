"""A text is a table, a list of structures, or neither, by what stands in its first lines."""

from __future__ import annotations

import io

import pytest

from screening.core.config import IngestSettings
from screening.ingest.text_kind import head_lines, text_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SMILES\tname\nCCO\tethanol\n", "table"),
        ("CCO\nc1ccccc1 benzene\n[Na+].[Cl-]\n", "smiles"),
        ("SMILES\nCCO\n", "smiles"),
        ("InChI=1S/CH4/h1H4\n", "smiles"),
        ("CC(C\n# a note\nC/C=C\\C\nC%12CC%12\n", "smiles"),
        ("No structure is in here.\nThese plates came in 2014\n", None),
        ("In 2014\nwe dived\noff Palau\n", None),
        ("1\n2\n3\n", None),
        ("", None),
    ],
)
def test_what_a_text_holds(text: str, kind: str | None) -> None:
    assert text_kind(head_lines(io.BytesIO(text.encode()), "utf-8"), IngestSettings()) == kind


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (IngestSettings(columns={"smiles": "Drawing"}), "table"),
        (IngestSettings(columns={"smiles": "Drawing"}, delimiter=";"), "table"),
        (IngestSettings(columns={"smiles": "Sketch"}), None),
        (IngestSettings(), None),
    ],
)
def test_stated_columns_make_a_table(settings: IngestSettings, kind: str | None) -> None:
    lines = ["Plates of 2014", "Drawing;Plate", "CCO;1", "CCN;2"]
    assert text_kind(lines, settings) == kind


def test_only_the_beginning_is_read_and_no_line_is_cut() -> None:
    lines = head_lines(io.BytesIO(("C" * 999 + "\n").encode() * 100), "utf-8")
    assert {len(line) for line in lines} == {999}
    assert len(lines) == 65
