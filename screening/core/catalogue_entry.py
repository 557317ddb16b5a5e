"""One entry of the catalogue of published sources."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, model_validator

from screening.core.settings import Settings

_RAW_GITHUB = re.compile(r"https://raw\.githubusercontent\.com/([^/]+/[^/]+)/([0-9a-f]+)/(.+)")


def _inside_a_folder(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or not path.name:
        raise ValueError("must be a relative path below a folder")
    return text


def _of_the_web(text: str) -> str:
    """Plain http is safe enough: the checksum says whether the right bytes came."""
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("only https and http addresses are fetched")
    return text


_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Address = Annotated[str, AfterValidator(_of_the_web)]
_RelativePath = Annotated[str, AfterValidator(_inside_a_folder)]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]


class Published(Settings):
    """The file as its authors publish it."""

    url: _Address
    sha256: _Sha256


class Assembled(Settings):
    """Why a table has no single published file."""

    source: str
    why: str


class MirrorFile(Settings):
    """The file as a mirror folder holds it: the published bytes, or a reduced or converted form.

    `columns` gives the column of each role; for a table trained on, at least `smiles`.
    """

    path: _RelativePath
    sha256: _Sha256
    rows: int = Field(gt=0)
    columns: dict[str, str] = Field(min_length=1)


class Entry(Settings):
    """One published source: what it is, where it is, and on which terms."""

    name: _Name
    what: str
    published: Published | None
    assembled: Assembled | None = None
    mirror: MirrorFile
    licence: str
    non_commercial: bool = False
    redistributable: bool
    citation: str
    doi: str | None = None

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.published is None) == (self.assembled is None):
            raise ValueError("needs either `published` or, where that is null, `assembled`")
        return self

    @property
    def one_form(self) -> bool:
        """Whether a mirror folder holds the very bytes that are published."""
        return self.published is not None and self.published.sha256 == self.mirror.sha256

    @property
    def upstream(self) -> str:
        """Where it is published, short: ``owner/repository@commit:path`` or an address."""
        if self.published is None:
            assert self.assembled is not None
            return self.assembled.source
        found = _RAW_GITHUB.fullmatch(self.published.url)
        if found is None:
            return self.published.url
        repository, commit, path = found.groups()
        return f"{repository}@{commit}:{unquote(path)}"
