"""Which models there are in a folder, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.bundles.check import Wanted, check_manifest
from screening.bundles.signature import TrustedKey
from screening.core.bundle import MANIFEST_NAME, read_manifest
from screening.core.errors import BundleError
from screening.core.one_line import one_line
from screening.core.predictor_manifest import PREDICTOR_NAME, is_predictor, read_predictor
from screening.core.provenance import file_digest

COLUMNS = ("name", "version", "kind", "place", "digest", "aliases", "signature", "endpoints")
_CELL_CHARS = 200


@dataclass(frozen=True)
class Listed:
    """A model in a list.

    Parameters
    ----------
    kind : `bundle`, `predictor`, `registered`, or `broken`.
    place : its folder, or its address in a registry.
    digest : SHA-256 of its manifest.
    aliases : in a registry.
    signature : in words; for what is broken, what is wrong.
    endpoints : ids; empty where a list does not know them.
    """

    name: str
    version: str
    kind: str
    place: str
    digest: str
    signature: str
    endpoints: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def list_folder(folder: Path, trusted: Sequence[TrustedKey]) -> list[Listed]:
    """The model in a folder, or those in the folders in it; what is broken is listed as such.

    Only manifests are read: `screening models verify` checks the files.
    """
    places = [folder, *sorted(path for path in folder.glob("*") if path.is_dir())]
    models = [path for path in places if (path / MANIFEST_NAME).is_file() or is_predictor(path)]
    return [_listed(path, trusted) for path in models]


def _listed(folder: Path, trusted: Sequence[TrustedKey]) -> Listed:
    try:
        if is_predictor(folder):
            predictor = read_predictor(folder)
            return Listed(
                predictor.name,
                predictor.version,
                "predictor",
                str(folder),
                file_digest(folder / PREDICTOR_NAME),
                "runs code of its own",
                tuple(endpoint.id for endpoint in predictor.endpoints),
            )
        checked = check_manifest(folder, read_manifest(folder), Wanted(trusted=tuple(trusted)))
    except BundleError as error:
        return Listed(folder.name, "", "broken", str(folder), "", error.line())
    endpoints = tuple(endpoint.id for endpoint in checked.manifest.endpoints)
    manifest = checked.manifest
    told = checked.told()
    return Listed(
        manifest.name, manifest.version, "bundle", str(folder), checked.digest, told, endpoints
    )


def models_tsv(models: Sequence[Listed]) -> str:
    """The list as tab-separated text with a header."""
    lines = ["\t".join(COLUMNS)]
    for model in models:
        shown = {"aliases": ", ".join(model.aliases), "endpoints": ", ".join(model.endpoints)}
        cells = [shown.get(name, getattr(model, name)) for name in COLUMNS]
        lines.append("\t".join(one_line(cell, _CELL_CHARS) for cell in cells))
    return "\n".join(lines) + "\n"
