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

# No deadline: the first call of a compiled loop takes seconds, and machines differ.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@pytest.fixture(scope="session")
def workers() -> Iterator[Compute]:
    """Two workers that tests share, since each one that is started takes seconds to import."""
    with open_client(Compute(2)) as client:
        yield Compute(dask=client.scheduler.address)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests come first, so that no process is left alone with them at the end."""
    items.sort(key=lambda item: "workflow" not in item.path.parts)
