"""However an HTTP server fails: the right file, or one line and nothing in the cache."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screening.fetch.fetch import fetch
from screening.fetch.limits import Limits
from screening.fetch.problem import FetchError

PLACE = "published/corals.csv"
Kept = Callable[[Path], dict[str, int]]


def fetched_bytes(site: Any, cache: Path, limits: Limits) -> bytes:
    found = fetch(site.entry(), cache, limits=limits)
    assert found.path == cache / PLACE
    assert found.form.kind == "published"
    return found.path.read_bytes()


def test_a_whole_answer_is_asked_for_once_and_kept(
    site: Any, tmp_path: Path, quick: Limits, kept: Kept
) -> None:
    site.behaviours = [site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert len(site.asked) == 1
    assert site.asked[0]["accept-encoding"] == "identity"
    assert kept(tmp_path) == {PLACE: len(site.content)}


def test_a_broken_connection_is_continued_where_it_broke(
    site: Any, tmp_path: Path, quick: Limits, kept: Kept
) -> None:
    site.behaviours = [site.cut(70_000), site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert "range" not in site.asked[0]
    # What the kernel had not handed over when the connection closed may be lost, never more.
    start = int(site.asked[1]["range"].removeprefix("bytes=").rstrip("-"))
    assert 0 < start <= 70_000
    assert site.asked[1]["if-range"] == '"first"'
    assert kept(tmp_path) == {PLACE: len(site.content)}


def test_a_server_that_ignores_range_is_read_from_the_beginning(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.cut(70_000, tag=""), site.ignoring_range]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert "range" in site.asked[1]
    assert "if-range" not in site.asked[1]


def test_a_file_that_changed_in_between_is_not_continued(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.cut(70_000, tag='"old"', altered=True), site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert site.asked[1]["if-range"] == '"old"'
    assert len(site.asked) == 2


def test_a_part_of_another_file_is_found_by_the_checksum(
    site: Any, tmp_path: Path, quick: Limits, kept: Kept
) -> None:
    # A server without entity tags continues what was another file; then it is fetched whole.
    site.behaviours = [site.cut(70_000, tag="", altered=True), site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert ["range" in asked for asked in site.asked] == [False, True, False]
    assert kept(tmp_path) == {PLACE: len(site.content)}


@pytest.mark.parametrize("second", ["another_range", "unsatisfiable"])
def test_an_unusable_range_is_followed_by_the_whole(
    site: Any, tmp_path: Path, quick: Limits, second: str
) -> None:
    answers = {
        "another_range": site.another_range,
        "unsatisfiable": site.status(416, Content_Range="bytes */5"),
    }
    site.behaviours = [site.cut(70_000), answers[second], site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert "range" not in site.asked[2]


def test_a_part_that_is_whole_already_needs_no_byte(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    part = tmp_path / ".incoming" / site.sha256[:16] / "part"
    part.parent.mkdir(parents=True)
    part.write_bytes(site.content)
    site.behaviours = [site.status(416, Content_Range=f"bytes */{len(site.content)}")]
    assert fetched_bytes(site, tmp_path, quick) == site.content


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_passing_error_of_the_server_is_tried_again(
    site: Any, tmp_path: Path, quick: Limits, code: int
) -> None:
    site.behaviours = [site.status(code), site.status(code), site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content


def test_slow_progress_is_progress(site: Any, tmp_path: Path, quick: Limits) -> None:
    # More broken connections than attempts, but each brings new bytes.
    never = threading.Event()
    pieces = [site.cut(n_bytes, tag="") for n_bytes in (10_000, 50_000, 90_000, 130_000)]
    site.behaviours = [*pieces, site.waiting(150_000, never), site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert len(site.asked) == 6
    never.set()


def fails(site: Any, cache: Path, limits: Limits) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(site.entry(), cache, limits=limits)
    assert "\n" not in caught.value.line()
    assert not (cache / PLACE).exists()
    return caught.value


@pytest.mark.parametrize("behaviour", ["corrupt", "silently_cut"])
def test_wrong_bytes_are_refused_and_nothing_is_kept(
    site: Any, tmp_path: Path, quick: Limits, kept: Kept, behaviour: str
) -> None:
    site.behaviours = [getattr(site, behaviour)]
    error = fails(site, tmp_path, quick)
    assert f"refused, its {len(site.content) if behaviour == 'corrupt' else 100_009:,} bytes" in (
        error.line()
    )
    assert site.sha256[:12] in error.line()
    assert kept(tmp_path) == {}
    assert len(site.asked) == 1


@pytest.mark.parametrize("code", [204, 403, 404, 500])
def test_an_error_page_is_never_the_file(
    site: Any, tmp_path: Path, quick: Limits, kept: Kept, code: int
) -> None:
    site.behaviours = [site.status(code)]
    assert f"the server answered {code} " in fails(site, tmp_path, quick).line()
    assert len(site.asked) == (quick.attempts if code == 500 else 1)
    assert kept(tmp_path) == {}


def test_a_silent_server_is_given_up(site: Any, tmp_path: Path, quick: Limits) -> None:
    over = threading.Event()
    site.behaviours = [lambda answer: over.wait(30)]
    assert "did not answer in time" in fails(site, tmp_path, quick).line()
    assert len(site.asked) == 3
    over.set()


def test_what_came_before_giving_up_is_used_by_the_next_call(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.cut(70_000), site.status(503)]
    assert "bytes are kept" in fails(site, tmp_path, quick).line()
    site.behaviours = [site.whole]
    assert fetched_bytes(site, tmp_path, quick) == site.content
    assert "range" in site.asked[-1]


def test_more_than_the_limit_is_refused_whether_announced_or_not(
    site: Any, tmp_path: Path, kept: Kept
) -> None:
    small = Limits(read_s=1, max_bytes=50_000)
    for behaviour in (site.whole, site.silently_cut):
        site.behaviours = [behaviour]
        assert "larger than 50,000 bytes" in fails(site, tmp_path, small).line()
        assert kept(tmp_path) == {}


def test_a_redirect_to_a_local_file_is_not_followed(
    site: Any, tmp_path: Path, quick: Limits
) -> None:
    site.behaviours = [site.status(302, Location="file:///etc/hostname")]
    assert "cannot be fetched" in fails(site, tmp_path, quick).line()


def test_a_server_that_is_not_there(site: Any, tmp_path: Path, quick: Limits) -> None:
    # Port 9 (discard) of loopback: nothing listens.
    entry = site.entry(published={"url": "http://127.0.0.1:9/x.csv", "sha256": site.sha256})
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch(entry, tmp_path, limits=quick)


def test_two_fetches_at_once_download_once(site: Any, tmp_path: Path, quick: Limits) -> None:
    site.behaviours = [site.whole]
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetched_bytes(site, tmp_path, quick)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [site.content] * 4
    assert len(site.asked) == 1
