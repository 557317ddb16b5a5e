"""The cache, mirror folders and terms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screening.core.cache import mirror_of_cache, published_form
from screening.core.catalogue_entry import Entry
from screening.fetch.fetch import fetch
from screening.fetch.limits import Limits
from screening.fetch.problem import FetchError
from screening.fetch.terms import describe

REDUCED = b"id,smiles\n1,CCO\n2,C\n3,CC\n"
Kept = Callable[[Path], dict[str, int]]


def reduced(site: Any, **changes: object) -> Entry:
    """An entry whose mirror form is `REDUCED`."""
    entry: Entry = site.entry()
    mirror = entry.mirror.model_dump() | {"sha256": hashlib.sha256(REDUCED).hexdigest()}
    changed: Entry = site.entry(mirror=mirror, **changes)
    return changed


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    path = tmp_path / "mirror folder" / "marine" / "corals.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(REDUCED)
    return path.parents[1]


def test_a_mirror_comes_before_the_network(
    site: Any, tmp_path: Path, mirror: Path, kept: Kept
) -> None:
    found = fetch(reduced(site), tmp_path / "cache", mirror)
    assert found.form.kind == "mirror"
    assert found.path == mirror_of_cache(tmp_path / "cache") / "marine" / "corals.csv"
    assert found.path.read_bytes() == REDUCED
    assert site.asked == []
    assert kept(tmp_path / "cache") == {"mirror/marine/corals.csv": len(REDUCED)}


def test_both_forms_stand_beside_each_other(
    site: Any, tmp_path: Path, mirror: Path, quick: Limits
) -> None:
    site.behaviours = [site.whole]
    entry, cache = reduced(site), tmp_path / "cache"
    forms = [fetch(entry, cache, folder, limits=quick) for folder in (mirror, None, mirror)]
    assert [found.form.kind for found in forms] == ["mirror", "published", "mirror"]
    assert forms[1].path.read_bytes() == site.content
    assert forms[2].path.read_bytes() == REDUCED


def test_a_mirror_may_hold_the_published_bytes(site: Any, tmp_path: Path, mirror: Path) -> None:
    (mirror / "marine" / "corals.csv").write_bytes(site.content)
    found = fetch(reduced(site), tmp_path / "cache", mirror)
    assert found.form.kind == "published"
    assert found.path.read_bytes() == site.content
    assert site.asked == []


def test_a_mirror_without_the_file_leaves_the_network(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.whole]
    said: list[str] = []
    found = fetch(reduced(site), tmp_path / "cache", tmp_path, limits=quick, say=said.append)
    assert found.form.kind == "published"
    assert "this mirror has no marine/corals.csv" in said[0]


def test_an_altered_file_of_a_mirror_is_refused(
    site: Any, tmp_path: Path, mirror: Path, kept: Kept
) -> None:
    (mirror / "marine" / "corals.csv").write_bytes(REDUCED + b"4,CCC\n")
    with pytest.raises(FetchError, match="is not that of the catalogue"):
        fetch(reduced(site), tmp_path / "cache", mirror)
    assert site.asked == []
    assert kept(tmp_path / "cache") == {}


def test_a_missing_mirror_folder_is_named(site: Any, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no such mirror folder"):
        fetch(reduced(site), tmp_path / "cache", tmp_path / "absent")


def test_an_altered_cached_file_is_replaced(site: Any, tmp_path: Path, quick: Limits) -> None:
    site.behaviours = [site.whole]
    path = fetch(site.entry(), tmp_path, limits=quick).path
    path.write_bytes(b"altered")
    said: list[str] = []
    again = fetch(site.entry(), tmp_path, limits=quick, say=said.append)
    assert again.path.read_bytes() == site.content
    assert "was altered" in said[0]
    assert len(site.asked) == 2


def test_an_altered_cached_file_is_gone_even_without_network(
    site: Any, tmp_path: Path, quick: Limits, kept: Kept
) -> None:
    site.behaviours = [site.whole, site.status(404)]
    fetch(site.entry(), tmp_path, limits=quick).path.write_bytes(b"altered")
    with pytest.raises(FetchError, match="404"):
        fetch(site.entry(), tmp_path, limits=quick)
    assert kept(tmp_path) == {}


def test_equal_forms_share_one_place(site: Any, tmp_path: Path, quick: Limits) -> None:
    site.behaviours = [site.whole]
    mirror = site.entry().mirror.model_dump() | {"sha256": site.sha256}
    found = fetch(site.entry(mirror=mirror), tmp_path, limits=quick)
    assert found.path == mirror_of_cache(tmp_path) / "marine" / "corals.csv"


def test_without_a_published_file_only_a_mirror_has_it(
    site: Any, tmp_path: Path, mirror: Path
) -> None:
    entry = reduced(site, published=None, assembled={"source": "a@b:c*", "why": "two files"})
    with pytest.raises(FetchError, match=r"no single published file .*two files.*--mirror"):
        fetch(entry, tmp_path / "cache")
    first = fetch(entry, tmp_path / "cache", mirror)
    assert fetch(entry, tmp_path / "cache") == first


def test_non_commercial_terms_are_accepted_in_every_call(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.whole]
    entry = site.entry(licence="CC BY-NC 4.0", non_commercial=True)
    for _ in range(2):
        with pytest.raises(FetchError, match=r"non-commercial use only \(CC BY-NC 4.0\)"):
            fetch(entry, tmp_path, limits=quick)
        fetch(entry, tmp_path, None, True, limits=quick)
    assert len(site.asked) == 1


def test_a_cache_that_is_a_file_is_one_line(site: Any, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(FetchError, match="--cache") as caught:
        fetch(site.entry(), tmp_path / "cache")
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://x.org/data/2.organisms_marine.csv", "published/corals.csv"),
        ("https://x.org/screen.tsv.gz?raw=1", "published/corals.tsv.gz"),
        ("https://x.org/Acute%20Toxicity.xlsx", "published/corals.xlsx"),
        ("https://x.org/..%2F..%2Fevil", "published/corals"),
    ],
)
def test_a_published_file_is_named_after_its_entry(site: Any, address: str, place: str) -> None:
    form = published_form(site.entry(published={"url": address, "sha256": site.sha256}))
    assert form is not None
    assert form.place == place


def test_the_user_is_told_the_terms(site: Any, tmp_path: Path, mirror: Path) -> None:
    entry = reduced(site)
    found = fetch(entry, tmp_path / "cache", mirror)
    text = "\n".join(describe(entry, "library", found))
    for part in ("CC BY 4.0", "Coral 2020", "https://doi.org/10.1000/corals", "screening run "):
        assert part in text


def test_the_user_is_told_when_recipes_read_another_form(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.whole]
    entry = reduced(site)
    found = fetch(entry, tmp_path, limits=quick)
    assert "the recipes read another form" in "\n".join(describe(entry, "table", found))
