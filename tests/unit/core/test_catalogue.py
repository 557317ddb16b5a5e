"""The committed catalogue is whole, pinned and honest; a malformed one is one line."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import yaml

from screening.core.catalogue import CATALOGUE, read_catalogue
from screening.core.catalogue_entry import Entry
from screening.core.errors import ConfigError
from screening.core.provenance import PROJECT, file_digest
from screening.train.recipe import read_recipe

ENTRIES = read_catalogue().entries
PINNED = re.compile(r"https://raw\.githubusercontent\.com/[\w.-]+/[\w.-]+/[0-9a-f]{40}/\S+")


@pytest.mark.parametrize("recipe", sorted((PROJECT / "models" / "recipes").glob("*.yaml")))
def test_every_table_of_a_recipe_is_in_it(recipe: Path) -> None:
    names = read_recipe(recipe).tables()
    assert names
    assert set(names) <= set(ENTRIES)
    assert all("smiles" in ENTRIES[name].mirror.columns for name in names)


def test_the_libraries_and_taxa_are_in_it() -> None:
    kinds = read_catalogue().kinds
    assert {name for name, kind in kinds.items() if kind == "library"} == {"cmnpd", "cyanometdb"}
    assert kinds["worms"] == "taxa"


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_every_address_is_pinned_to_a_commit(entry: Entry) -> None:
    if entry.published is None:
        assert entry.assembled is not None
        # Abbreviated where the source is known no better; nothing is fetched from it.
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{10,40}:\S+", entry.assembled.source)
        return
    assert PINNED.fullmatch(entry.published.url)
    path = urlsplit(entry.published.url).path
    assert quote(unquote(path)) == path
    assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}:.+", entry.upstream)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_closed_terms_are_not_redistributable(entry: Entry) -> None:
    closed = ("not read", "type not checked", "BY-NC")
    if entry.non_commercial or any(word in entry.licence for word in closed):
        assert not entry.redistributable
    assert entry.non_commercial == ("BY-NC" in entry.licence)


@pytest.mark.skipif("SCREENING_MIRROR" not in os.environ, reason="needs a mirror folder")
@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_a_mirror_holds_what_the_catalogue_says(entry: Entry) -> None:
    path = Path(os.environ["SCREENING_MIRROR"]) / entry.mirror.path
    assert file_digest(path) == entry.mirror.sha256
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert len(rows) == entry.mirror.rows
    assert set(entry.mirror.columns.values()) <= {name.strip() for name in header}


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean cyanometdb"):
        read_catalogue().find("CyanometDB2020")
    with pytest.raises(ConfigError, match="--list"):
        read_catalogue().find("xyzzy")


def _with(values: dict[str, Any], *path: str | int, value: object) -> dict[str, Any]:
    inner: Any = values
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return values


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("licenze",), "MIT", "did you mean licence"),
        (("published", "url"), "file:///etc/passwd", "only https and http"),
        (("published", "url"), "ftp://example.org/x.csv", "only https and http"),
        (("published", "url"), "https:///x.csv", "only https and http"),
        (("published", "url"), "http://[", "Invalid IPv6"),
        (("published", "sha256"), "A" * 64, "published.sha256"),
        (("published",), None, "assembled"),
        (("mirror", "path"), "../escape.csv", "relative path"),
        (("mirror", "path"), "/etc/passwd", "relative path"),
        (("mirror", "rows"), 0, "mirror.rows"),
        (("name",), "../x", "name"),
        (("name",), "cyanometdb", "stands twice"),
    ],
)
def test_a_malformed_entry_is_one_line(
    tmp_path: Path, path: tuple[str, ...], value: object, message: str
) -> None:
    values = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    file = tmp_path / "catalogue.yaml"
    file.write_text(yaml.safe_dump(_with(values, "libraries", 0, *path, value=value)))
    with pytest.raises(ConfigError, match=message) as caught:
        read_catalogue(file)
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize("text", ["", "- 1", "tables: [", "table: []", "\xff"])
def test_what_is_no_catalogue_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"catalogue\.yaml") as caught:
        read_catalogue(file)
    assert "\n" not in caught.value.line()
