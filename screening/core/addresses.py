"""Addresses of servers and databases, as they may be shown."""

from __future__ import annotations

import re

# Scheme, then user and password up to the last @ before path, query or fragment.
_CREDENTIALS = re.compile(r"^([^:/?#]+://)[^/?#]*@")


def public_uri(uri: str) -> str:
    """The address without user and password; it need not be a valid one."""
    return _CREDENTIALS.sub(r"\1", uri)
