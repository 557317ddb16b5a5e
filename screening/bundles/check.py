"""What is checked of a bundle before it is used: digests of all files, and who signed it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.bundles.signature import Signer, TrustedKey, check_signature
from screening.core.bundle import MANIFEST_NAME, SIGNATURE_NAME, BundleManifest, read_bundle
from screening.core.errors import BundleError
from screening.core.predictor_manifest import PREDICTOR_NAME
from screening.core.provenance import file_digest

# File names of a bundle that comes from elsewhere: no folder, nothing hidden, nothing of ours.
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED = {name.casefold() for name in (MANIFEST_NAME, SIGNATURE_NAME, PREDICTOR_NAME)}


@dataclass(frozen=True)
class Wanted:
    """What a bundle must be.

    Parameters
    ----------
    sha256 : of `bundle.json`; empty: any.
    trusted : public keys that are trusted.
    signed : it must be signed with one of them.
    """

    sha256: str = ""
    trusted: tuple[TrustedKey, ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class Checked:
    """A bundle that holds what it promises.

    Parameters
    ----------
    digest : SHA-256 of `bundle.json`. signer : None if nobody signed it.
    """

    manifest: BundleManifest
    digest: str
    signer: Signer | None

    def told(self) -> str:
        """Who signed it, in words."""
        return self.signer.told() if self.signer else "unsigned"


def check_bundle(folder: Path, wanted: Wanted) -> Checked:
    """Check every digest, and the signature if there is one.

    Raises
    ------
    BundleError : a file is missing or altered, the manifest is not the one that is wanted, the
        signature does not fit, or there is none of a trusted key where one is wanted.
    """
    manifest = read_bundle(folder)
    check_names(folder, manifest.files)
    return check_manifest(folder, manifest, wanted)


def check_manifest(folder: Path, manifest: BundleManifest, wanted: Wanted) -> Checked:
    """Check digest and signature of the manifest alone.

    Raises
    ------
    BundleError : as `check_bundle`.
    """
    digest = file_digest(folder / MANIFEST_NAME)
    if wanted.sha256 and digest != wanted.sha256.lower():
        raise BundleError(
            f"{folder}: SHA-256 of {MANIFEST_NAME} is {digest}, not {wanted.sha256}",
            "this is another bundle or version than was asked for",
        )
    signer = check_signature(folder, wanted.trusted)
    if wanted.signed and (signer is None or not signer.trusted):
        raise BundleError(
            f"{folder}: {signer.told() if signer else 'unsigned'}",
            "name the signer's public key with --trusted-key if you trust it",
        )
    return Checked(manifest, digest, signer)


def check_names(place: object, names: Sequence[str] | dict[str, str]) -> None:
    """Refuse file names that are no plain names.

    Parameters
    ----------
    place : of the bundle, for the error.

    Raises
    ------
    BundleError : names the first that leaves the folder, is hidden, or is reserved.
    """
    for name in names:
        if not _SAFE_NAME.fullmatch(name) or name.casefold() in _RESERVED:
            raise BundleError(
                f"{place}: {name[:100]!r} is no file name for a bundle", "do not use this bundle"
            )
