"""What an HTTP answer to a request with `Range` means for the part that is already here.

RFC 9110, sections 13.1.5 (If-Range), 14.2 (Range) and 15.5.17 (416).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import requests

from screening.fetch.problem import FetchError

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_UNSATISFIED = re.compile(r"bytes \*/(\d+)")
_MAY_PASS = (408, 425, 429, 500, 502, 503, 504)
_GONE = (401, 403, 404, 410, 451)


class LostError(Exception):
    """The answer broke off or did not come; worth another attempt."""


@dataclass(frozen=True)
class Body:
    """Where a body begins in the file, and the size of the whole file where it is told."""

    start: int
    total: int | None


def read_answer(response: requests.Response, offset: int) -> Body | None:
    """Decide where the body belongs.

    Parameters
    ----------
    response : the answer, its body not yet read.
    offset : bytes that are here already, and that the request asked to leave out.

    Returns
    -------
    None if the bytes that are here are all of them.

    Raises
    ------
    LostError : another attempt may do. FetchError : none will.
    """
    status = response.status_code
    length = response.headers.get("Content-Length", "")
    size = int(length) if length.isdecimal() else None
    if status == 200:
        return Body(0, size)
    if status == 206:
        found = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != offset:
            raise LostError("another range came than was asked for")
        return Body(offset, int(found[2]) if found[2] != "*" else None)
    if status == 416:
        found = _UNSATISFIED.match(response.headers.get("Content-Range", ""))
        if found is not None and int(found[1]) == offset:
            return None
        raise LostError("the part that is here does not fit the file")
    if status in _MAY_PASS:
        raise LostError(f"the server answered {status} {response.reason}")
    what = "is not there" if status in _GONE else "was not delivered"
    raise FetchError(
        f"{response.url}: {what}: the server answered {status} {response.reason}",
        "if it has moved, take it from a mirror folder with --mirror",
    )
