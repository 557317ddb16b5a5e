"""What a screen is recorded with, kept in its folder until, and after, it is recorded.

The token tells the run of this very screen among all: a recording that was killed, or that waits
for its server, is found again by it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from screening.core.errors import InputError
from screening.core.partitions import write_text
from screening.core.provenance import file_digest

REQUEST = "stages/track/request.json"
DRAFT = "stages/report/summary.json"


@dataclass(frozen=True)
class Request:
    """What to record a screen with.

    Parameters
    ----------
    token : of the screen: a digest of the report's summary, the configuration and the sources.
    started_ms : when it was first to be recorded, in milliseconds since 1970.
    sources : `name` and `sha256` of each file of the library.
    config_digest, config : digest and content of the configuration.
    """

    token: str
    started_ms: int
    sources: list[dict[str, str]]
    config_digest: str
    config: dict[str, Any]


def make_request(
    folder: Path, sources: Sequence[Path], config_digest: str, config: Mapping[str, Any]
) -> Request:
    """The request for a screened library, kept as `stages/track/request.json`.

    Raises
    ------
    InputError : the report has not been written, or a source is gone.
    """
    files = []
    draft = _draft(folder)
    for source in sources:
        try:
            files.append({"name": source.name, "sha256": file_digest(source)})
        except OSError:
            raise InputError(f"{source}: no such file", "screen the library again") from None
    token = _token(draft, config_digest, files)
    started_ms = time.time_ns() // 1_000_000
    path = folder / REQUEST
    if path.is_file():
        before = read_request(folder)
        # A recording that was killed is taken up again: it began when it first began.
        started_ms = before.started_ms if before.token == token else started_ms
    request = Request(token, started_ms, files, config_digest, dict(config))
    write_text(path, json.dumps(asdict(request), indent=2, ensure_ascii=False) + "\n")
    return request


def read_request(folder: Path) -> Request:
    """Read what `make_request` kept.

    Raises
    ------
    InputError : it is missing or damaged.
    """
    path = folder / REQUEST
    try:
        return Request(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise InputError(
            f"{path}: not a request to record", f"remove {path}, and run the screen again"
        ) from None


def check_unchanged(folder: Path, request: Request) -> None:
    """Make sure that the screen in the folder is still the one of the request.

    Raises
    ------
    InputError : it is being screened anew, or was and has not come to its end.
    """
    if _token(_draft(folder), request.config_digest, request.sources) != request.token:
        raise InputError(
            f"{folder}: has been screened anew since it was to be recorded",
            "let that screen come to its end first",
        )


def _draft(folder: Path) -> bytes:
    path = folder / DRAFT
    try:
        return path.read_bytes()
    except OSError:
        raise InputError(
            f"{path}: cannot be read", f"run `screening report {folder}` first"
        ) from None


def _token(draft: bytes, config_digest: str, sources: Sequence[Mapping[str, str]]) -> str:
    digest = hashlib.sha256(draft)
    digest.update(json.dumps([config_digest, [dict(one) for one in sources]]).encode())
    return digest.hexdigest()[:32]
