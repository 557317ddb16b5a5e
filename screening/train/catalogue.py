"""Label tables: where one comes from, and reading it from a mirror folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from screening.core.catalogue_entry import Entry
from screening.core.errors import ConfigError, TrainingDataError
from screening.core.provenance import file_digest


@dataclass(frozen=True)
class TableEntry:
    """A table to train on: of the catalogue, or the user's own.

    path : below the mirror folder. upstream : where it is published.
    """

    name: str
    path: str
    sha256: str
    smiles_column: str
    upstream: str
    licence: str
    redistributable: bool
    citation: str
    doi: str | None = None

    @classmethod
    def of_catalogue(cls, entry: Entry) -> Self:
        """The form of a catalogue's entry that mirror folders hold.

        Raises
        ------
        ConfigError : the catalogue gives no column with SMILES.
        """
        if "smiles" not in entry.mirror.columns:
            raise ConfigError(f"catalogue, {entry.name}: no column has the role smiles")
        return cls(
            name=entry.name,
            path=entry.mirror.path,
            sha256=entry.mirror.sha256,
            smiles_column=entry.mirror.columns["smiles"],
            upstream=entry.upstream,
            licence=entry.licence,
            redistributable=entry.redistributable,
            citation=entry.citation,
            doi=entry.doi,
        )


def read_table(entry: TableEntry, data: Path) -> pd.DataFrame:
    """Read one table from the mirror folder, every cell as text, after checking its SHA-256.

    Raises
    ------
    TrainingDataError : the file is missing or is not the one of the catalogue.
    """
    path = data / entry.path
    if not path.is_file():
        raise TrainingDataError(
            f"{path}: table {entry.name} is missing",
            f"get it with `screening fetch {entry.name} --mirror DIR` (source: {entry.upstream})",
        )
    found = file_digest(path)
    if found != entry.sha256:
        raise TrainingDataError(
            f"{path}: SHA-256 {found[:12]}… is not that of the catalogue ({entry.sha256[:12]}…)",
            f"fetch it again: `screening fetch {entry.name}`",
        )
    return pd.read_csv(path, dtype=str, keep_default_na=False)
