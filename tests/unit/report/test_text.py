from __future__ import annotations

import math

import pytest

from screening.report.text import clean, clipped, count, cut, doi_link, doi_url, number, value_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1021/np9903494", "https://doi.org/10.1021/np9903494"),
        ("doi:10.1002/anie.200390115", "https://doi.org/10.1002/anie.200390115"),
        ("https://doi.org/10.1021/x", "https://doi.org/10.1021/x"),
        ('10.1021/x"><b>', "https://doi.org/10.1021/x%22%3E%3Cb%3E"),
        ("javascript:alert(1)", None),
        ("10.1/x", None),
        ("10.1021/a b", None),
        ("", None),
    ],
)
def test_doi_url_takes_only_the_shape_of_a_doi(text: str, expected: str | None) -> None:
    assert doi_url(text) == expected


def test_doi_link_escapes_what_is_no_doi() -> None:
    assert "<b>" not in doi_link("<b>no</b>")
    assert "href" not in doi_link("<b>no</b>")


def test_clean_drops_controls_and_direction_marks() -> None:
    assert clean("a\x1b[31m\u202eb\u2066\n c") == "a [31mb c"


@pytest.mark.parametrize("text", ["short", "x" * 10])
def test_cut_leaves_what_fits(text: str) -> None:
    assert cut(text, 10) == text


def test_cut_never_exceeds_its_limit() -> None:
    assert cut("x" * 11, 10) == "x" * 9 + "…"
    assert len(cut(" " * 5_000 + "x" * 5_000, 10)) <= 10


def test_clipped_escapes_and_keeps_more_in_the_tooltip() -> None:
    html = clipped("<i>" + "a" * 100, 20)
    assert "<i>" not in html
    assert 'title="&lt;i&gt;' in html


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (0.12345, "0.123"),
        (7.0, "7.00"),
        (761.84, "762"),
        (1234.5, "1,234"),
        (2.5e7, "2.50e+07"),
        (-0.00001, "-1.00e-05"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_number_has_three_significant_digits(value: float | None, expected: str) -> None:
    assert number(value) == expected


def test_probabilities_have_two_decimals() -> None:
    assert value_text(0.123456, "probability") == "0.12"
    assert [value_text(value, "yes or no") for value in (1.0, 0.0, None)] == ["yes", "no", "–"]
    assert value_text(0.957, "-log10(mol/L)", 2) == "0.96"


def test_count_agrees_with_its_noun() -> None:
    assert [count(n, "record") for n in (0, 1, 1204)] == ["0 records", "1 record", "1,204 records"]
