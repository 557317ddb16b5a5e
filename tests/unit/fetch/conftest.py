"""A real HTTP server on loopback whose answers can be made to go wrong."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from screening.core.catalogue_entry import Entry
from screening.fetch.limits import Limits

CONTENT = b"compound_id,smiles\n" + random.Random(7).randbytes(200_000)
ETAG = '"first"'


class Answer(BaseHTTPRequestHandler):
    """One request; the site's next behaviour answers it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        with site.lock:
            site.asked.append({name.lower(): value for name, value in self.headers.items()})
            behaviour = site.behaviours.pop(0) if len(site.behaviours) > 1 else site.behaviours[0]
        behaviour(self)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def begin(self, status: int, **headers: object) -> None:
        """Status line and headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    @property
    def offset(self) -> int:
        """Where the asked range begins; 0 without one, or if it is of another version."""
        if self.headers.get("If-Range", ETAG) != ETAG:
            return 0
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))


Behaviour = Callable[[Answer], None]


@dataclass
class Site:
    """A server with a script: one behaviour a request, the last one for all further ones."""

    url: str
    behaviours: list[Behaviour] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    content: bytes = CONTENT
    sha256: str = hashlib.sha256(CONTENT).hexdigest()

    def entry(self, **changes: object) -> Entry:
        """A catalogue entry that is published here, in other bytes than a mirror holds."""
        values: dict[str, object] = {
            "name": "corals",
            "what": "compounds of corals",
            "published": {"url": f"{self.url}/data/corals%20v1.csv", "sha256": self.sha256},
            "mirror": {
                "path": "marine/corals.csv",
                "sha256": "0" * 64,
                "rows": 3,
                "columns": {"smiles": "smiles"},
            },
            "licence": "CC BY 4.0",
            "redistributable": True,
            "citation": "Coral 2020",
            "doi": "10.1000/corals",
        }
        return Entry.model_validate(values | changes)

    def whole(self, answer: Answer) -> None:
        """The file, or the rest of it."""
        offset = answer.offset
        rest = CONTENT[offset:]
        span = f"bytes {offset}-{len(CONTENT) - 1}/{len(CONTENT)}"
        headers = {"Content_Range": span} if offset else {}
        answer.begin(206 if offset else 200, Content_Length=len(rest), ETag=ETAG, **headers)
        answer.wfile.write(rest)

    def cut(self, n_bytes: int, tag: str = ETAG, altered: bool = False) -> Behaviour:
        """Says how long the file is, and closes the connection after some bytes of it."""

        def behaviour(answer: Answer) -> None:
            answer.begin(200, Content_Length=len(CONTENT), ETag=tag)
            answer.wfile.write(b"?" * n_bytes if altered else CONTENT[:n_bytes])
            answer.close_connection = True

        return behaviour

    def silently_cut(self, answer: Answer) -> None:
        """Half of the file, without a word on its length: it looks whole."""
        answer.begin(200, Connection="close")
        answer.wfile.write(CONTENT[: len(CONTENT) // 2])
        answer.close_connection = True

    def ignoring_range(self, answer: Answer) -> None:
        """The whole file, whatever was asked for."""
        answer.begin(200, Content_Length=len(CONTENT))
        answer.wfile.write(CONTENT)

    def another_range(self, answer: Answer) -> None:
        """A range that was not asked for."""
        answer.begin(206, Content_Length=10, Content_Range=f"bytes 0-9/{len(CONTENT)}")
        answer.wfile.write(CONTENT[:10])

    def corrupt(self, answer: Answer) -> None:
        """One byte is another."""
        altered = bytearray(CONTENT)
        altered[100_000] ^= 1
        answer.begin(200, Content_Length=len(altered))
        answer.wfile.write(altered)

    def status(self, code: int, **headers: object) -> Behaviour:
        """An error page."""

        def behaviour(answer: Answer) -> None:
            page = b"<html>sorry</html>"
            answer.begin(code, Content_Length=len(page), **headers)
            answer.wfile.write(page)

        return behaviour

    def waiting(self, n_bytes: int, until: threading.Event) -> Behaviour:
        """Some bytes, and the rest only after an event."""

        def behaviour(answer: Answer) -> None:
            answer.begin(200, Content_Length=len(CONTENT), ETag=ETAG)
            answer.wfile.write(CONTENT[:n_bytes])
            answer.wfile.flush()
            until.wait(30)
            answer.close_connection = True

        return behaviour


@pytest.fixture
def site() -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    found = Site(f"http://127.0.0.1:{server.server_port}")
    server.site = found  # type: ignore[attr-defined]
    # Whoever went away in the middle of an answer is part of the play.
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def quick() -> Limits:
    """Limits that give up within a second."""
    return Limits(connect_s=2, read_s=0.3, attempts=3, wait_s=0.01, max_bytes=1_000_000)


@pytest.fixture
def kept() -> Callable[[Path], dict[str, int]]:
    """Files of a cache and their sizes, lock files aside."""

    def sizes(cache: Path) -> dict[str, int]:
        return {
            str(path.relative_to(cache)): path.stat().st_size
            for path in sorted(cache.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }

    return sizes
