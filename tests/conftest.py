"""What all tests share.

Hypothesis tries the same inputs in every run; HYPOTHESIS_PROFILE=explore looks for new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from screening.core.cluster import open_client
from screening.core.compute import Compute
from tests.screens import Screen, make_screen

settings.register_profile("repeat", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@pytest.fixture(scope="session")
def workers() -> Iterator[Compute]:
    """Two workers that tests share, since each one that is started takes seconds to import."""
    with open_client(Compute(2)) as client:
        yield Compute(dask=client.scheduler.address)


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    """A whole screen; the tests of the workflow, and then of the browser, work on its results."""
    return make_screen(tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("results"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process has all tests that share what is dear: those of a file, and of the screen."""
    for item in items:
        shared = "screen" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("screen" if shared else item.location[0]))
