"""Every fixed text of the pages has a translation that keeps its placeholders and markup."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from jinja2 import nodes

from screening import report
from screening.core.config import ReportSettings
from screening.core.profiles import PROFILES
from screening.core.rejects import FIXES
from screening.report.language import catalogue, read_translations
from screening.report.page import open_templates
from screening.report.report import Origin, write_report
from screening.report.summary import STAGES

# The curation page is in English alone.
TEMPLATES = [
    path
    for path in sorted(Path(report.__file__).parent.glob("*.j2"))
    if path.name != "curation.html.j2"
]
ROWS = read_translations()
TEXTS = {row["en"]: row["zh"] for row in ROWS}
# What must be the same in both: values, tags and names of files and settings.
KEPT = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>")


def texts_of(template: Path) -> set[str]:
    """What a template asks the catalogue for."""
    environment = open_templates()
    source = template.read_text(encoding="utf-8")
    found: set[str] = set()
    for _, _, message in environment.extract_translations(source):
        found |= set(message if isinstance(message, tuple) else (message,)) - {None}
    for asked in environment.parse(source).find_all(nodes.Filter):
        if asked.name == "counted":
            found |= {one.value for one in asked.args if isinstance(one, nodes.Const)}
    return found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_text_of_a_template_lacks_a_translation(template: Path) -> None:
    assert texts_of(template) - set(TEXTS) == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["en"][:40])
def test_placeholders_and_markup_survive(row: dict[str, str]) -> None:
    assert row["zh"]
    assert Counter(KEPT.findall(row["en"])) == Counter(KEPT.findall(row["zh"]))


def test_no_text_is_translated_twice() -> None:
    assert len(TEXTS) == len(ROWS)


def test_words_of_other_stages_are_there() -> None:
    objectives = [one for profile in PROFILES.values() for one in profile.objectives]
    limits = [one for profile in PROFILES.values() for one in profile.limits]
    words = {word for one in objectives for word in (one.label, one.group, one.aim, one.reason)}
    words |= {one.reason for one in limits}
    words |= set(FIXES.values()) | set(STAGES)
    assert words - {""} - set(TEXTS) == set()


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("out of domain: 3 of 14 models", "适用域外：14 个模型中有 3 个"),
        ("structural alerts, 1: BRENK: phenol", "结构警示 1 个：BRENK: phenol"),
        ("Aplidium albicans", "Aplidium albicans"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_sentences_of_other_stages_are_known_and_users_words_stay(
    english: str, chinese: str
) -> None:
    assert catalogue("zh").known(english) == chinese
    assert catalogue("en").known(english) == english


def test_a_hostile_text_with_braces_is_no_template() -> None:
    text = "quarantine: {0.__class__} {reason}"
    assert catalogue("zh").known(text) == "存疑：{0.__class__} {reason}"


def test_numbers_and_days_are_told_in_the_language() -> None:
    assert catalogue("en").counted(1, "record") == "1 record"
    assert catalogue("en").counted(1_204, "record") == "1,204 records"
    assert catalogue("zh").counted(1_204, "record") == "1,204 条记录"
    assert catalogue("zh").day(date(2026, 11, 5)) == "2026 年 11 月 5 日"


def test_a_chinese_page_keeps_what_users_wrote(screen: Path) -> None:
    output = screen / "report.html"
    write_report(screen, output, ReportSettings(language="zh"), Origin("reef"))
    html = output.read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in html
    assert "候选化合物" in html
    assert "适用域" in html
    assert "Salinosporamide A" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "How to read a rank" not in html
