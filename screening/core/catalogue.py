"""The catalogue of published libraries, taxa and training tables (``data/catalogue.yaml``)."""

from __future__ import annotations

import difflib
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import model_validator

from screening.core.catalogue_entry import Entry
from screening.core.errors import ConfigError
from screening.core.provenance import PROJECT
from screening.core.settings import Settings, parse_settings

CATALOGUE = PROJECT / "data" / "catalogue.yaml"
Kind = Literal["library", "taxa", "table"]


class Catalogue(Settings):
    """All entries, by what they are for."""

    libraries: tuple[Entry, ...] = ()
    taxa: tuple[Entry, ...] = ()
    tables: tuple[Entry, ...] = ()

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kind of each name."""
        sections: dict[Kind, tuple[Entry, ...]] = {
            "library": self.libraries,
            "taxa": self.taxa,
            "table": self.tables,
        }
        return {entry.name: kind for kind, entries in sections.items() for entry in entries}

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Name to entry, libraries first."""
        return {entry.name: entry for entry in (*self.libraries, *self.taxa, *self.tables)}

    def of_digest(self, sha256: str) -> Entry | None:
        """The entry that a file with this SHA-256 is, in any of its forms."""
        return self._by_digest.get(sha256)

    @cached_property
    def _by_digest(self) -> dict[str, Entry]:
        found = {entry.mirror.sha256: entry for entry in self.entries.values()}
        published = (entry for entry in self.entries.values() if entry.published)
        return found | {entry.published.sha256: entry for entry in published if entry.published}

    @model_validator(mode="after")
    def _names_stand_once(self) -> Self:
        if len(self.entries) < len(self.libraries) + len(self.taxa) + len(self.tables):
            raise ValueError("a name stands twice")
        return self

    def find(self, name: str) -> Entry:
        """The entry of a name.

        Raises
        ------
        ConfigError : there is none; the nearest names are given.
        """
        if name in self.entries:
            return self.entries[name]
        near = difflib.get_close_matches(name.lower(), self.entries, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "see `screening fetch --list`"
        raise ConfigError(f"the catalogue has no {name!r}", hint)


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read a catalogue file.

    Raises
    ------
    ConfigError : the file is missing, malformed, or holds an unknown key.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a catalogue ({error})") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: not a catalogue", "it needs libraries, taxa or tables")
    return parse_settings(Catalogue, values, str(path))
