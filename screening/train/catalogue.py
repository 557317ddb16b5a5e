"""The catalogue of published tables, and reading one from a mirror folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from screening.core.errors import ConfigError, TrainingDataError
from screening.core.provenance import file_digest


class Upstream(BaseModel):
    """Where a table is published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: str
    commit: str
    path: str
    sha256: str | None

    def __str__(self) -> str:
        return f"{self.repository}@{self.commit}:{self.path}"


class TableEntry(BaseModel):
    """One table of the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    path: str
    sha256: str
    rows: int
    smiles_column: str
    upstream: Upstream
    licence: str
    redistributable: bool
    citation: str
    doi: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[TableEntry, ...]


def read_catalogue(path: Path) -> dict[str, TableEntry]:
    """Read the catalogue: table name to entry.

    Raises
    ------
    ConfigError : the file is missing or malformed.
    """
    try:
        content = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"{path}: not a catalogue of tables ({error})") from error
    return {entry.name: entry for entry in content.tables}


def read_table(entry: TableEntry, data: Path) -> pd.DataFrame:
    """Read one table from the mirror folder, every cell as text, after checking its SHA-256.

    Raises
    ------
    TrainingDataError : the file is missing or is not the one of the catalogue.
    """
    path = data / entry.path
    if not path.is_file():
        raise TrainingDataError(
            f"{path}: table {entry.name} is missing", f"it is published as {entry.upstream}"
        )
    found = file_digest(path)
    if found != entry.sha256:
        raise TrainingDataError(
            f"{path}: SHA-256 {found[:12]}… is not that of the catalogue ({entry.sha256[:12]}…)",
            f"fetch it again from {entry.upstream}",
        )
    return pd.read_csv(path, dtype=str, keep_default_na=False)
