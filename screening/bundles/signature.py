"""Signatures of bundles: Ed25519 (RFC 8032) over the bytes of `bundle.json`, in a file beside it.

The manifest names the SHA-256 of every other file, so its signature covers the whole bundle. It
says who vouches for the bundle, not that the models are any good. The file `bundle.json.sig` holds
the signer's public key and the signature, each in base64 on a line. The key in it proves nothing:
it is the trusted keys, which came another way, that tell who signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from screening.core.bundle import MANIFEST_NAME, SIGNATURE_NAME
from screening.core.errors import BundleError, InputError
from screening.core.partitions import write_text

# Two lines of base64 take less.
MAX_BYTES = 1_000
_FINGERPRINT_CHARS = 16


@dataclass(frozen=True)
class TrustedKey:
    """A public key of somebody whose bundles are trusted.

    Parameters
    ----------
    name : of its file, without `.pem`.
    raw : its 32 bytes.
    """

    name: str
    raw: bytes


@dataclass(frozen=True)
class Signer:
    """Who signed a bundle.

    Parameters
    ----------
    fingerprint : of the key: the first 16 hexadecimal digits of its SHA-256.
    trusted : name of the trusted key that it is; empty if it is none.
    """

    fingerprint: str
    trusted: str

    def told(self) -> str:
        """In words."""
        if self.trusted:
            return f"signed by {self.trusted} (key {self.fingerprint})"
        return f"signed with a key that is not trusted ({self.fingerprint})"


def trusted_folder() -> Path:
    """Where trusted keys lie: `marine-screening/trusted-keys` among the user's settings."""
    settings = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / "marine-screening" / "trusted-keys"


def trusted_keys(files: Sequence[Path] = ()) -> list[TrustedKey]:
    """The public keys of some files, or without any those of the trusted folder.

    Raises
    ------
    InputError : a file holds no Ed25519 public key.
    """
    return [_trusted(file) for file in files or sorted(trusted_folder().glob("*.pem"))]


def sign(folder: Path, key: Path) -> str:
    """Sign a bundle's manifest; the fingerprint of the key.

    Parameters
    ----------
    folder : of the bundle, which the caller has checked.
    key : PEM file with an Ed25519 private key, without a passphrase.

    Raises
    ------
    InputError : it is no such key. OutputError : the folder is not writable.
    """
    try:
        private = load_pem_private_key(key.read_bytes(), None)
    except OSError as problem:
        raise InputError(f"{key}: cannot be read ({problem.strerror})") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError(
            f"{key}: no Ed25519 private key without a passphrase",
            "make one with `openssl genpkey -algorithm ed25519 -out key.pem`",
        )
    raw = private.public_key().public_bytes_raw()
    parts = (raw, private.sign((folder / MANIFEST_NAME).read_bytes()))
    lines = [base64.b64encode(part).decode() for part in parts]
    write_text(folder / SIGNATURE_NAME, "\n".join(lines) + "\n")
    return fingerprint(raw)


def check_signature(folder: Path, trusted: Sequence[TrustedKey]) -> Signer | None:
    """Who signed a bundle; None if nobody did.

    Raises
    ------
    BundleError : there is a signature, and it does not fit the manifest.
    """
    path = folder / SIGNATURE_NAME
    if not path.exists():
        return None
    try:
        with path.open("rb") as stream:
            raw, signature = (
                base64.b64decode(line, validate=True) for line in stream.read(MAX_BYTES).split()
            )
        Ed25519PublicKey.from_public_bytes(raw).verify(
            signature, (folder / MANIFEST_NAME).read_bytes()
        )
    except (OSError, ValueError, binascii.Error, InvalidSignature):
        raise BundleError(
            f"{path}: the signature does not fit {MANIFEST_NAME}",
            "the bundle was altered after it was signed: get it again from whom it is from",
        ) from None
    names = [one.name for one in trusted if one.raw == raw]
    return Signer(fingerprint(raw), names[0] if names else "")


def fingerprint(raw: bytes) -> str:
    """A short name of a public key."""
    return hashlib.sha256(raw).hexdigest()[:_FINGERPRINT_CHARS]


def _trusted(file: Path) -> TrustedKey:
    try:
        public = load_pem_public_key(file.read_bytes())
    except OSError as problem:
        raise InputError(f"{file}: cannot be read ({problem.strerror})") from None
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise InputError(
            f"{file}: no Ed25519 public key",
            "make it with `openssl pkey -in key.pem -pubout -out public.pem`",
        )
    return TrustedKey(file.stem, public.public_bytes_raw())
