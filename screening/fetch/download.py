"""Downloading a file so that a broken connection costs only what was not yet here."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from tqdm import tqdm

from screening import __version__
from screening.fetch.answer import Body, LostError, read_answer
from screening.fetch.limits import Limits
from screening.fetch.part import Part
from screening.fetch.problem import FetchError

_CHUNK = 1 << 16
# Compressed answers could not be continued at a byte of the file.
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"marine-screening/{__version__}"}


class ResumingDownload:
    """A downloader for pooch that goes on where an earlier one broke off.

    Attributes
    ----------
    resumed : whether any of it continued an earlier part. size : bytes of the whole, once it is
    there; None before.
    """

    def __init__(self, part: Path, limits: Limits, say: Callable[[str], None]) -> None:
        self.resumed = False
        self.size: int | None = None
        self._part = Part(part)
        self._limits = limits
        self._say = say

    def __call__(self, url: str, output_file: Any, pooch: Any, *, check_only: Any = None) -> None:
        """Write the file of `url` to `output_file`, as pooch asks of a downloader.

        Raises
        ------
        FetchError : it cannot be had; what has come so far is kept.
        """
        best, failures = self._part.size, 0
        while True:
            try:
                self._attempt(url)
                break
            except LostError as lost:
                # A new byte shows that the line works: only failures without one are counted.
                failures = 1 if self._part.size > best else failures + 1
                best = max(best, self._part.size)
                self._pause(url, str(lost), failures)
        self.size = self._part.size
        self._part.hand_over(Path(output_file))

    def _pause(self, url: str, reason: str, failures: int) -> None:
        if failures >= self._limits.attempts:
            kept = self._part.size
            raise FetchError(
                f"{url}: given up after {failures} attempts: {reason}",
                f"{kept:,} bytes are kept: try again and it goes on from there"
                if kept
                else "check the network, or take it from a mirror folder with --mirror",
            )
        wait = self._limits.wait_s * 2 ** (failures - 1)
        self._say(f"{reason}; trying again in {wait:g} s")
        time.sleep(wait)

    def _attempt(self, url: str) -> None:
        offset = self._part.size
        try:
            with requests.get(
                url,
                headers=_HEADERS | self._part.conditions(),
                stream=True,
                timeout=(self._limits.connect_s, self._limits.read_s),
            ) as response:
                self._receive(response, offset)
        except requests.exceptions.SSLError as error:
            raise FetchError(f"{url}: the server's certificate does not hold ({error})") from None
        except (requests.ConnectionError, requests.Timeout) as error:
            raise LostError(_reason(error)) from None
        except requests.exceptions.ChunkedEncodingError:
            raise LostError(f"the connection broke after {self._part.size:,} bytes") from None
        except requests.RequestException as error:
            raise FetchError(f"{url}: cannot be fetched ({error})") from None

    def _receive(self, response: requests.Response, offset: int) -> None:
        try:
            body = read_answer(response, offset)
        except LostError:
            if response.status_code in (206, 416):
                self._part.discard()
            raise
        if body is None:
            return
        self._refuse_over(body.total or 0, response.url)
        if body.start:
            self.resumed = True
        else:
            self._part.discard()
            self._part.begin(response.headers.get("ETag", ""))
        self._write(response, body)
        if body.total is not None and self._part.size < body.total:
            raise LostError(f"the connection broke after {self._part.size:,} bytes")

    def _write(self, response: requests.Response, body: Body) -> None:
        bar = tqdm(
            total=body.total,
            initial=body.start,
            unit="B",
            unit_scale=True,
            file=sys.stderr,
            disable=None,  # shown on a terminal only
            leave=False,
        )
        with bar, self._part.path.open("ab") as stream:
            for chunk in response.iter_content(_CHUNK):
                self._refuse_over(stream.tell() + len(chunk), response.url)
                stream.write(chunk)
                bar.update(len(chunk))

    def _refuse_over(self, size: int, url: str) -> None:
        if size > self._limits.max_bytes:
            self._part.discard()
            raise FetchError(
                f"{url}: larger than {self._limits.max_bytes:,} bytes",
                "this cannot be the file of the catalogue; take it from a mirror with --mirror",
            )


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "the server did not answer in time"
    return "the server cannot be reached, or closed the connection"
