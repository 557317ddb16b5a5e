"""One entry of the catalogue to a verified file in the cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from screening.core.cache import Form, mirror_form, published_form
from screening.core.catalogue_entry import Entry
from screening.core.lock import only_one
from screening.fetch.limits import Limits
from screening.fetch.mirror import find_in_mirror
from screening.fetch.problem import FetchError
from screening.fetch.store import cached, discard_altered, incoming, store_copy, store_download


@dataclass(frozen=True)
class Fetched:
    """A verified file, and which form of its source it is."""

    path: Path
    form: Form


def check_terms(entry: Entry, accept_non_commercial: bool) -> None:
    """Refuse a non-commercial source whose terms were not accepted in so many words.

    Raises
    ------
    FetchError : states the licence and what it means.
    """
    if entry.non_commercial and not accept_non_commercial:
        raise FetchError(
            f"{entry.name} is for non-commercial use only ({entry.licence}): results made with it "
            "may not be used for commercial purposes, and it may be passed on only as its licence "
            "says",
            "if that suits your work, say so with --accept-non-commercial",
        )


def fetch(
    entry: Entry,
    cache: Path,
    mirror: Path | None = None,
    accept_non_commercial: bool = False,
    *,
    limits: Limits | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Fetched:
    """Get an entry's file: from the cache, else from the mirror folder, else from its address.

    Parameters
    ----------
    entry : of the catalogue. cache : folder that keeps the file; made where it is missing.
    mirror : folder laid out as the catalogue says; its file is preferred to the published one.
    accept_non_commercial : needed for sources whose licence is non-commercial, in every call.
    limits : time-outs, attempts, largest size. say : told what takes time or goes wrong.

    Raises
    ------
    FetchError : terms not accepted, file not to be had, or not the one of the catalogue; the
        cache then holds no file under that name.
    """
    check_terms(entry, accept_non_commercial)
    try:
        form, source = _wanted(entry, mirror, say)
        path = cached(cache, form) or _get(entry, cache, (form, source), limits or Limits(), say)
    except OSError as problem:
        raise FetchError(
            f"{problem.filename or cache}: cannot be read or written ({problem.strerror})",
            "free space there or choose another folder with --cache",
        ) from None
    return Fetched(path, form)


def _wanted(
    entry: Entry, mirror: Path | None, say: Callable[[str], None]
) -> tuple[Form, Path | None]:
    """The form to get, and its file where a mirror folder has it."""
    if mirror is not None:
        found = find_in_mirror(entry, mirror)
        if found is not None:
            return found[1], found[0]
        say(f"{mirror}: this mirror has no {entry.mirror.path}")
    # Without a published file, one that an earlier fetch took from a mirror may still be there.
    return published_form(entry) or mirror_form(entry), None


def _get(
    entry: Entry,
    cache: Path,
    wanted: tuple[Form, Path | None],
    limits: Limits,
    say: Callable[[str], None],
) -> Path:
    form, source = wanted
    with only_one(incoming(cache, form).with_suffix(".lock"), say, "fetching this file"):
        discard_altered(cache, form, say)
        # Who held the lock before may have fetched it.
        if (path := cached(cache, form)) is not None:
            return path
        if source is not None:
            return store_copy(source, cache, form)
        if entry.published is not None:
            say(f"downloading {entry.published.url}")
            return store_download(entry.published.url, cache, form, limits, say)
    assert entry.assembled is not None
    raise FetchError(
        f"{entry.name}: there is no single published file of it ({entry.assembled.why}; "
        f"its parts: {entry.assembled.source})",
        f"name with --mirror a folder that holds {entry.mirror.path}",
    )
