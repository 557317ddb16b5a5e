"""A bundle of two small files, keys, and a real web server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from screening.core.bundle import BundleManifest, EndpointSpec, write_manifest
from screening.core.provenance import file_digest


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle; its files are none that a scorer could read, and nobody here does."""
    folder = tmp_path / "served" / "reef"
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(b"weights" * 1000)
    (folder / "CARD.md").write_text("# Reef\n\n| a | b |\n\x1b[2J\n")
    endpoint = EndpointSpec.model_validate(
        {
            "id": "reef_active",
            "kind": "classification",
            "unit": "probability",
            "direction": "higher is more active",
            "domain": {
                **dict.fromkeys(("similarity_in", "similarity_edge"), 0.5),
                **dict.fromkeys(("distance_in", "distance_edge"), 1.0),
                "reason": "chosen",
            },
            "sources": (),
            "licences": ("CC0-1.0",),
            "n_train": 1234,
            "n_held_out": 0,
            "n_test": 0,
            "metrics": {"joined": {"auroc": 0.8123, "auprc": None}},
        }
    )
    manifest = BundleManifest(
        name="reef",
        version="1.0",
        description="=cmd\t<script>",
        feature_version="f",
        architecture={},
        endpoints=(endpoint,),
        training={"digest": "d" * 64},
        versions={},
        files={path.name: file_digest(path) for path in folder.iterdir()},
    )
    write_manifest(folder, manifest)
    return folder


@pytest.fixture
def keys(tmp_path: Path) -> Callable[[str], tuple[Path, Path]]:
    """Writes a private and a public key, as `openssl` would."""

    def write(name: str) -> tuple[Path, Path]:
        private, public = tmp_path / f"{name}.key", tmp_path / f"{name}.pem"
        key = Ed25519PrivateKey.generate()
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public.write_bytes(
            key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        return private, public

    return write


class _Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved"))
            self.end_headers()
        elif self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/reef/bundle.json")
            self.end_headers()
        elif self.path.startswith("/crooked/"):
            self.send_response(302)
            self.send_header("Location", "http://[oops/")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site(bundle: Path) -> Iterator[str]:
    """The address of a web server that shows the folder around the bundle."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(bundle.parent)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
