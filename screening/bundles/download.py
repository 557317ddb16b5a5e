"""Fetching a bundle over HTTP: a folder with `bundle.json`, whose files are fetched one by one.

No archive is unpacked: only files that the manifest names come, each under its own plain name, no
larger than allowed, and each with the SHA-256 that the manifest states. Redirects are followed
within the scheme: `https` never becomes `http`.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from screening import __version__
from screening.bundles.check import check_names
from screening.bundles.signature import MAX_BYTES as SIGNATURE_BYTES
from screening.core.addresses import public_uri
from screening.core.bundle import MANIFEST_NAME, SIGNATURE_NAME, read_manifest
from screening.core.disk import writing
from screening.core.errors import BundleError, InputError
from screening.core.one_line import one_line

MANIFEST_BYTES = 20_000_000
# Shipped bundles are 8 to 14 MB; one that keeps its structures may be ten times as large.
BUNDLE_BYTES = 1 << 30
MAX_FILES = 100
MAX_REDIRECTS = 5
# Longest silence, in seconds: until the connection stands, and until the next bytes come.
TIMEOUT_S = (10.0, 60.0)
_CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)


def download_bundle(address: str, folder: Path) -> None:
    """Fetch a bundle into an empty folder.

    Parameters
    ----------
    address : of the folder, or of its `bundle.json`.

    Raises
    ------
    InputError : the server does not answer, or has no bundle there.
    BundleError : it is no bundle, too large or altered.
    """
    base = address.removesuffix(MANIFEST_NAME).rstrip("/") + "/"
    shown = public_uri(base)
    with requests.Session() as session:
        # As they are: a compressed answer may become far larger than it was.
        session.headers.update(
            {"Accept-Encoding": "identity", "User-Agent": f"marine-screening/{__version__}"}
        )
        _fetch(session, base + MANIFEST_NAME, folder / MANIFEST_NAME, MANIFEST_BYTES)
        with suppress(FileNotFoundError):  # unsigned
            _fetch(session, base + SIGNATURE_NAME, folder / SIGNATURE_NAME, SIGNATURE_BYTES)
        manifest = read_manifest(folder)
        check_names(shown, manifest.files)
        if len(manifest.files) > MAX_FILES:
            raise BundleError(f"{shown}: names {len(manifest.files):,} files", "it is no bundle")
        left = BUNDLE_BYTES
        for name, expected in manifest.files.items():
            size, found = _fetch(session, base + name, folder / name, left)
            left -= size
            if found != expected:
                raise BundleError(
                    f"{shown}{name}: altered (SHA-256 {found[:12]}…, expected {expected[:12]}…)",
                    "fetch it again; if it stays so, do not use this bundle",
                )


def _fetch(session: requests.Session, url: str, path: Path, limit: int) -> tuple[int, str]:
    """Write a file; its size and SHA-256."""
    try:
        with _answer(session, url) as response:
            return _receive(response, url, path, limit)
    except (requests.RequestException, ValueError) as error:  # ValueError: no address at all
        raise InputError(
            f"{public_uri(url)}: cannot be fetched ({type(error).__name__})",
            "check address and network",
        ) from None


def _answer(session: requests.Session, url: str) -> requests.Response:
    scheme, shown = urlsplit(url).scheme, public_uri(url)
    place = url
    for _ in range(MAX_REDIRECTS + 1):
        response = session.get(place, stream=True, timeout=TIMEOUT_S, allow_redirects=False)
        if response.status_code not in _REDIRECTS:
            break
        response.close()
        place = urljoin(place, response.headers.get("Location", ""))
        if urlsplit(place).scheme != scheme:
            to = public_uri(place)[:200]
            raise InputError(f"{shown}: leads from {scheme} to {to!r}", "it is not followed")
    else:
        raise InputError(f"{shown}: leads on more than {MAX_REDIRECTS} times", "check the address")
    if response.status_code != 200:
        response.close()
        if response.status_code in _GONE and url.endswith(SIGNATURE_NAME):
            raise FileNotFoundError(url)
        answer = f"{response.status_code} {response.reason}"
        raise InputError(
            f"{shown}: the server answered {one_line(answer, 100)}",
            f"name the folder in which {MANIFEST_NAME} lies",
        )
    return response


def _receive(response: requests.Response, url: str, path: Path, limit: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as stream:
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise BundleError(
                    f"{public_uri(url)}: larger than {limit:,} bytes", "it is no bundle"
                )
            digest.update(chunk)
            with writing(path):  # and no more: errors of the network are errors of the system, too
                stream.write(chunk)
    return size, digest.hexdigest()
