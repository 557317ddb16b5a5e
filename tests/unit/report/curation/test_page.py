"""The curation page as a whole: safe, the same every time, and whole for any library."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from screening.core.errors import InputError

WriteLibrary = Callable[..., Path]
Page = Callable[[Path], str]

METHIONINE = {
    "name": "methionine",
    "smiles": "CSCC[C@H](N)C(=O)O",
    "input_smiles": "CSCC[C@H](N)C(=O)O",
    "stereo": "defined",
}


class Elements(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]

    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def test_user_text_never_becomes_markup(library: WriteLibrary, page: Page) -> None:
    elements = Elements(page(library()))
    assert not {"script", "img", "link", "iframe", "object", "base"} & set(elements.tags)
    assert not [name for name, _ in elements.attributes if name.startswith("on")]
    assert not elements.values("src")
    assert "<script>alert(1)</script>" in elements.texts
    assert "<img src=x onerror=alert(2)>" in elements.texts
    assert "reef <b>.csv" in elements.texts
    assert "海绵碱" in elements.text()


def test_it_runs_no_script_and_links_to_the_report_alone(library: WriteLibrary, page: Page) -> None:
    elements = Elements(page(library()))
    [policy] = [value for value in elements.values("content") if "default-src" in value]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    links = elements.values("href")
    assert {link for link in links if not link.startswith("#")} == {"report.html"}
    places = set(elements.values("id"))
    assert {link[1:] for link in links if link.startswith("#")} <= places
    assert len(elements.values("id")) == len(places)


def test_the_books_add_up(library: WriteLibrary, page: Page) -> None:
    text = Elements(page(library())).text()
    assert (
        "15 records were read: 8 compounds + 7 rejects. The compounds hold 7 distinct structures; "
        "1 compound has the structure of an earlier one"
    ) in text


def test_same_page_whatever_the_order_of_the_rows(
    library: WriteLibrary, page: Page, tmp_path: Path
) -> None:
    html = page(library())
    for table in ("compounds", "structures", "rejects", "families", "evidence"):
        parts = sorted((tmp_path / f"reef/{table}.parquet").iterdir())
        whole = pq.read_table(parts)
        turned = whole.take(list(range(len(whole)))[::-1])
        for part in parts:
            part.unlink()
        pq.write_table(turned, parts[0])
    assert page(tmp_path / "reef") == html


def test_one_record_without_any_finding(library: WriteLibrary, page: Page) -> None:
    text = Elements(page(library([METHIONINE], [], None))).text()
    assert "1 record was read: 1 compound + 0 rejects" in text
    assert "1 distinct structure; none had to be merged" in text
    assert "Not recorded beside these tables." in text
    assert "None: every record became a compound." in text
    assert "Nothing: every compound went through as read." in text
    assert "No two structures differ in stereochemistry alone." in text
    assert "nothing was merged" in text
    assert "No structure has a ring" in text
    assert "The library names no organism." in text
    assert "Within one record: 0 compounds" in text


def test_a_library_of_which_nothing_is_left(library: WriteLibrary, page: Page) -> None:
    text = Elements(page(library([]))).text()
    assert "7 records were read: 0 compounds + 7 rejects" in text
    assert "100 %) could not be used" in text


def test_nothing_at_all_is_a_page_too(library: WriteLibrary, page: Page) -> None:
    assert "0 records were read" in Elements(page(library([], []))).text()


@pytest.mark.parametrize("table", ["compounds", "structures", "rejects", "families", "evidence"])
def test_a_missing_table_is_named(library: WriteLibrary, page: Page, table: str) -> None:
    folder = library()
    (folder / f"{table}.parquet").rename(folder / "away")
    with pytest.raises(InputError, match=rf"{table}\.parquet: no such table"):
        page(folder)
    assert not (folder / "curation.html").exists()


def test_library_folders_may_hold_wildcards(
    library: WriteLibrary, page: Page, tmp_path: Path
) -> None:
    folder = library().rename(tmp_path / "reef [2]*")
    assert "8 compounds" in page(folder)


def test_long_and_right_to_left_names_are_tamed(library: WriteLibrary, page: Page) -> None:
    changes: dict[str, Any] = {
        "name": "\u202egnp" + "N" * 9_000,
        "organisms": ["O" * 9_000],
        "changes": ["K" * 9_000],
        "removed_names": ["F" * 9_000],
        "conflicts": ["C" * 9_000],
        "quarantine": ["Q" * 9_000],
    }
    html = page(library([{**METHIONINE, **changes}] * 2))
    assert "\u202e" not in html
    assert not re.search(r"([NOKFCQ])\1{400}", html)
