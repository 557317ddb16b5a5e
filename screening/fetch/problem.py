"""The error of this stage."""

from __future__ import annotations

from screening.core.errors import ScreeningError


class FetchError(ScreeningError):
    """A published file cannot be had, or is not the one of the catalogue."""
