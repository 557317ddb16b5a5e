"""Where the cache is."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.core.cache import cache_folder, mirror_of_cache


def test_what_is_stated_comes_first_then_the_variable_then_the_users_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SCREENING_CACHE", str(tmp_path / "variable"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder(tmp_path / "stated") == tmp_path / "stated"
    assert cache_folder() == tmp_path / "variable"
    monkeypatch.delenv("SCREENING_CACHE")
    assert cache_folder().name == "marine-screening"
    assert mirror_of_cache(Path("cache")) == Path("cache/mirror")
