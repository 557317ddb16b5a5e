"""Model bundles: a folder of JSON, safetensors and Parquet that is read without running code.

`bundle.json` is the manifest. It names every other file of the folder with its SHA-256, so
that an altered or half-copied bundle is refused before a single weight is read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from screening.core.errors import BundleError
from screening.core.provenance import file_digest

MANIFEST_NAME = "bundle.json"
# Beside the manifest where somebody has signed it; see `screening.bundles.signature`.
SIGNATURE_NAME = f"{MANIFEST_NAME}.sig"
# The model card, where a bundle has one.
CARD_NAME = "CARD.md"
# How the address of a bundle in the MLflow registry begins, `models:/NAME@champion`.
REGISTRY = "models:/"
FORMAT_VERSION: Literal[3] = 3
Kind = Literal["classification", "regression"]
MOST_ENDPOINTS = 63
"""Endpoints of a bundle: which of them have a label of a structure is kept in an int64."""
MOST_LEAVES = 64
"""Leaves of a tree: a bit of a word for each."""
ENDPOINT_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
# Columns that tables of predictions have of their own, and what each endpoint adds to them.
STANDALONE_COLUMNS = ("row", "input_smiles", "status", "reason")
RESERVED_COLUMNS = (*STANDALONE_COLUMNS, "structure_id")
ENDPOINT_SUFFIXES = (
    "__std",
    "__low",
    "__high",
    "__in_domain",
    "__domain",
    "__similarity",
    "__neighbour",
    "__neighbour_label",
    "__distance",
)


class SourceSpec(BaseModel):
    """One column of one published table that labels an endpoint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    column: str
    upstream: str
    licence: str
    redistributable: bool
    citation: str
    doi: str | None = None
    sha256: str
    n_labels: int = Field(ge=0, description="distinct flat structures labelled by this column")


class DomainLimits(BaseModel):
    """From where on a prediction of an endpoint is in its domain, at its edge, or out of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    similarity_in: float = Field(ge=0, le=1, description="in from this similarity up")
    similarity_edge: float = Field(ge=0, le=1, description="out below this similarity")
    distance_in: float = Field(ge=0, description="in up to this distance in the model's space")
    distance_edge: float = Field(ge=0, description="out beyond this distance")
    reason: str = Field(description="where the limits come from")


class EndpointSpec(BaseModel):
    """What one predicted column means, and where its labels came from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=ENDPOINT_PATTERN)
    kind: Kind
    unit: str
    direction: str
    description: str = ""
    threshold: float | None = Field(
        default=None, description="value from which a compound counts as positive"
    )
    domain: DomainLimits
    sources: tuple[SourceSpec, ...]
    licences: tuple[str, ...]
    n_train: int = Field(description="labelled structures that some model has learned from")
    n_held_out: int = Field(description="of these, held out by one fold each to calibrate")
    n_test: int = Field(description="labelled structures kept aside altogether")
    positive_share: float | None = None
    metrics: dict[str, dict[str, float | None]] = Field(
        default_factory=dict,
        description="of `joined`, of its parts alone, of `forest`, and of the domain's verdicts",
    )


class BundleManifest(BaseModel):
    """`bundle.json`: everything about a bundle but its numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format_version: Literal[3] = FORMAT_VERSION
    name: str
    version: str
    description: str
    feature_version: str
    architecture: dict[str, Any]
    endpoints: tuple[EndpointSpec, ...] = Field(max_length=MOST_ENDPOINTS)
    training: dict[str, Any] = Field(description="digests, counts, split, seeds, settings")
    versions: dict[str, str]
    files: dict[str, str] = Field(description="file name: SHA-256")


def read_manifest(folder: Path) -> BundleManifest:
    """Read `bundle.json` without looking at the other files.

    Raises
    ------
    BundleError : the folder or manifest is missing or malformed, or of another format.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise BundleError(
            f"{folder}: no model bundle here ({MANIFEST_NAME} is missing)",
            "name a folder written by `screening train`",
        )
    try:
        text = path.read_text(encoding="utf-8")
        _check_format(path, json.loads(text))
        return BundleManifest.model_validate_json(text)
    except ValueError as error:
        first = " ".join(str(error).splitlines()[:3])
        raise BundleError(
            f"{path}: not a bundle's manifest ({first})",
            "copy the bundle again, or train it anew",
        ) from error


def _check_format(path: Path, content: object) -> None:
    found = content.get("format_version") if isinstance(content, dict) else None
    if not isinstance(found, int) or found == FORMAT_VERSION:
        return
    raise BundleError(
        f"{path}: a bundle of format {found}, and this version reads format {FORMAT_VERSION}",
        "train the bundle again with this version"
        if found < FORMAT_VERSION
        else "install the version of the project that wrote the bundle, or a later one",
    )


def read_bundle(folder: Path) -> BundleManifest:
    """Read the manifest and check the SHA-256 of every file it names.

    Raises
    ------
    BundleError : a file is missing, altered, or lies outside the folder.
    """
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        if Path(name).name != name:
            raise BundleError(f"{folder}: file name {name!r} leaves the bundle folder")
        path = folder / name
        if not path.is_file():
            raise BundleError(f"{path}: missing from the bundle", "copy the whole folder again")
        found = file_digest(path)
        if found != expected:
            raise BundleError(
                f"{path}: altered (SHA-256 {found[:12]}…, expected {expected[:12]}…)",
                "copy the bundle again or train it anew",
            )
    return manifest


def write_manifest(folder: Path, manifest: BundleManifest) -> None:
    """Write `bundle.json` into a folder."""
    text = manifest.model_dump_json(indent=1)
    (folder / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")
