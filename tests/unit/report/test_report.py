from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from screening import report
from screening.core.config import ReportSettings
from screening.core.errors import InputError
from screening.core.prices import AccountingSettings
from screening.report.report import Origin, write_report
from screening.report.summary import write_summary

DAY = date(2026, 11, 21)
CITATIONS = Path(report.__file__).parent / "citations.tsv"
ORIGIN = Origin("reef <b>", config_digest="c0ffee" * 10, date=DAY)


class Page(HTMLParser):
    """The elements of a page: tags, attributes, and the text inside each tag."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]


def make_page(folder: Path, top: int = 200) -> tuple[str, Page]:
    output = folder / "report.html"
    write_report(folder, output, ReportSettings(top=top), ORIGIN)
    html = output.read_text(encoding="utf-8")
    return html, Page(html)


def test_user_text_never_becomes_markup(screen: Path) -> None:
    _, page = make_page(screen)
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.texts
    assert "reef <b>" in page.texts


def test_nothing_is_loaded_and_links_lead_to_dois_and_taxa_only(screen: Path) -> None:
    _, page = make_page(screen)
    assert not page.values("src")
    assert not {"link", "iframe", "object", "embed", "img", "base"} & set(page.tags)
    links = {value for value in page.values("href") if not value.startswith("#")}
    cited = {
        row["doi"]
        for row in csv.DictReader(
            (line for line in CITATIONS.open(encoding="utf-8") if not line.startswith("#")),
            delimiter="\t",
        )
    }
    assert links - {f"https://doi.org/{doi}" for doi in cited} == {
        "curation.html",
        "curation.html#rejects",
        "https://doi.org/10.1002/anie.200390115",
        "https://doi.org/10.1021/np9903494%3F%3Cb%3E",
        "https://www.marinespecies.org/aphia.php?p=taxdetails&id=146420",
    }


def test_policy_allows_this_style_and_script_alone(screen: Path) -> None:
    html, page = make_page(screen)
    policy = next(value for value in page.values("content") if "default-src" in value)
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        assert found
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not page.values("style")


def test_long_and_right_to_left_names_are_tamed(screen: Path) -> None:
    html, _ = make_page(screen)
    assert "N" * 1_000 not in html
    assert "\u202e" not in html
    assert "gnp.exe" in html


def test_candidates_are_drawn_and_sortable(screen: Path) -> None:
    _, page = make_page(screen)
    assert page.values("data-rank") == ["1", "2", "3", "4", "5"]
    assert sum("Structure of" in label for label in page.values("aria-label")) == 5
    assert page.values("aria-sort") == ["ascending"]
    keys = {"rank", "name", "organism", "score", "domain", "flags"}
    assert set(page.values("data-key")) == keys
    assert page.tags.count("button") == len(keys)
    for key in keys:
        assert len(page.values(f"data-{key}")) == 5


def test_quarantine_shows_in_the_row(screen: Path) -> None:
    html, _ = make_page(screen)
    rows = html.split('<tbody class="one"')[1:]
    assert ["badge" in row for row in rows] == [False, False, True, False, False]
    assert 'title="synthetic group: &lt;b&gt;Boc">quarantine</span>' in rows[2]


def test_details_tell_evidence_conflicts_and_sources(screen: Path) -> None:
    html, _ = make_page(screen)
    _, first, second, *_ = html.split('<tbody class="one"')
    assert '<span class="sea">marine</span>' in first
    assert "AphiaID 146420" in first
    assert "2 other stereoisomers in this library" in first
    assert "Salinosporamide A (NPI-1)" in first
    assert "CC BY 4.0 &lt;i&gt;" in first
    assert "stated formula C2H6, the structure gives CH4" in second
    assert "sea" not in re.findall(r'class="(\w+)', second)


def test_values_carry_uncertainty_and_domain(screen: Path) -> None:
    _, page = make_page(screen)
    text = " ".join("".join(page.texts).split())
    assert "0.12 ± 0.05" in text
    assert "762 Da" in text
    assert "○ out" in text
    assert "80 % of all predictions for this library lie outside" in text


def test_every_bar_of_a_profile_says_its_value_effect_and_domain(screen: Path) -> None:
    html, _ = make_page(screen)
    row = html.split('<tbody class="one"')[1]
    bars = re.findall(r"<li>(.*?)</li>", row, re.S)
    assert len(bars) == 2
    for bar in bars:
        assert 'class="lab"' in bar
        assert re.search(r'class="dbar" role="img" aria-label="desirability 0\.\d\d"', bar)
        assert re.search(r'class="eff">[+−]\d', bar)
        assert re.search(r'class="dom \w+">(◐ edge|computed)<', bar)


def test_tier_pareto_and_decision_show_and_filter(screen: Path) -> None:
    html, page = make_page(screen)
    assert page.values("data-tier") == ["analogue", *["novel"] * 4]
    assert page.values("data-pareto") == ["1", "1", "0", "0", "0"]
    assert page.values("data-decision") == ["none", "hold", *["none"] * 3]
    assert {"tier", "pareto", "decision", "unflagged", "inside"} <= set(page.values("id"))
    assert "picked" not in page.values("id")  # no pick, nothing to filter by
    assert 'title="repeat &lt;i&gt;">hold</span>' in html
    assert "likest drug" in html
    assert "marizomib &lt;b&gt;" in html
    assert "stays on top in 90 %" in html
    assert 'title="=HDAC1 &lt;i&gt; IC50: pIC50 6.20 (n=3)">assayed</span>' in html


def test_costs_are_told_in_money_where_there_are_prices(screen: Path) -> None:
    told = "".join(make_page(screen)[1].texts)
    assert "not measurable here" in told
    assert "Cost, " not in told
    prices = AccountingSettings(currency="<b>¥", price_per_cpu_hour=400)
    facts = write_report(
        screen, screen / "priced.html", ReportSettings(), replace(ORIGIN, prices=prices)
    )
    html = (screen / "priced.html").read_text(encoding="utf-8")
    assert facts["costs"]["total"]["price"] == 1.0
    assert "Cost, &lt;b&gt;¥" in html
    assert '<td class="r">1.0000</td>' in html
    assert '<td class="r">200.0000</td>' in html  # of a thousand compounds


def test_rejects_are_counted_and_listed(screen: Path) -> None:
    html, page = make_page(screen)
    text = " ".join("".join(page.texts).split())
    assert "3 records of 8 could not be used" in text
    assert page.texts.count("bad_smiles") == 3  # once counted, twice listed
    assert page.texts.count("metal") == 2
    assert "ring 1 is not closed" in text
    assert "C" * 250 not in html


def test_only_the_top_is_shown_but_all_is_counted(screen: Path) -> None:
    _, page = make_page(screen, top=2)
    assert page.values("data-rank") == ["1", "2"]
    assert "The best 2 of 5 ranked structures" in "".join(page.texts)


def test_methods_name_model_digest_and_configuration(screen: Path) -> None:
    _, page = make_page(screen)
    text = "".join(page.texts)
    assert "Model bundle “toxicity”, version 1.2.0" in text
    assert ("d1" * 32)[:16] in text
    assert ORIGIN.config_digest[:16] in text
    assert "herg, ames" in text


def test_same_input_gives_the_same_page(screen: Path) -> None:
    assert make_page(screen)[0] == make_page(screen)[0]


def test_summary_holds_counts_costs_and_the_best(screen: Path) -> None:
    facts = write_report(screen, screen / "report.html", ReportSettings(), ORIGIN)
    write_summary(screen / "summary.json", facts)
    summary = json.loads((screen / "summary.json").read_text(encoding="utf-8"))
    assert summary["n_records"] == summary["n_compounds"] + summary["n_rejects"] == 8
    assert (summary["n_structures"], summary["n_ranked"]) == (5, 5)
    ingest = summary["stages"]["ingest"]
    assert (ingest["seconds"], ingest["peak_memory_mib"], ingest["cpu_seconds"]) == (1.25, 210.5, 9)
    assert (ingest["price"], summary["costs"]["prices"]["price_per_cpu_hour"]) == (None, None)
    assert summary["costs"]["per_thousand_compounds"]["cpu_seconds"] == 9 * 1000 / 5
    assert summary["rejects_by_code"] == {"bad_smiles": 2, "metal": 1}
    assert [one["rank"] for one in summary["best"]] == [1, 2, 3, 4, 5]
    assert summary["best"][0]["organism"] == "Salinispora tropica"
    assert summary["models"] == [{"name": "toxicity", "version": "1.2.0", "digest": "d1" * 32}]


def test_nothing_is_left_when_a_table_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"compounds\.parquet: no such table"):
        write_report(tmp_path, tmp_path / "report.html", ReportSettings(), ORIGIN)
    assert not list(tmp_path.iterdir())
