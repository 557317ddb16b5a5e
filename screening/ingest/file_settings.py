"""The settings of each file: those of the library, and what is stated for the file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screening.core.config import IngestSettings
from screening.core.errors import ConfigError
from screening.core.settings import parse_settings
from screening.ingest.delimiter import delimiter_of
from screening.ingest.reading import Reading
from screening.ingest.roles import check_stated_roles, comparable, missing_column


@dataclass(frozen=True)
class FileSettings:
    """How each named file is read.

    Parameters
    ----------
    library : the settings of all files.
    own : named path → what is stated for it alone; columns are stated role by role.
    """

    library: IngestSettings
    own: Mapping[Path, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, named: Path) -> IngestSettings:
        """The settings of a file: its own ones, else those of the library.

        Raises
        ------
        ConfigError : a setting is unknown or wrong.
        """
        own = dict(self.own.get(named, {}))
        if not own:
            return self.library
        where = f"settings of {named}"
        stated = parse_settings(IngestSettings, own, where)  # names what is wrong with them alone
        values = self.library.model_dump() | stated.model_dump(include=stated.model_fields_set)
        values["columns"] = {**self.library.columns, **stated.columns}
        return parse_settings(IngestSettings, values, where)

    def check(self, inputs: Sequence[Path]) -> None:
        """Refuse settings that cannot be right before a file is opened.

        Raises
        ------
        ConfigError : a role or delimiter is not valid, or settings are of a file not named.
        """
        for path in self.own:
            if path not in inputs:
                raise ConfigError(f"settings are stated for {path}", "name it among the inputs")
        for path in inputs:
            settings = self.of(path)
            check_stated_roles(settings.columns)
            delimiter_of(settings)


class StatedColumns:
    """Checks that each stated column was found in one of the files that it is stated for."""

    def __init__(self, settings: FileSettings) -> None:
        self._settings = settings
        self._found: dict[tuple[str, str, str], bool] = {}
        self._names: dict[str, dict[str, None]] = {}

    def see(self, named: Path, reading: Reading) -> None:
        """Note the columns of a file that has been read."""
        own = self._settings.own.get(named, {}).get("columns", {})
        names = reading.columns()
        present = {comparable(name) for name in names}
        for role, column in self._settings.of(named).columns.items():
            where = str(named) if role in own else ""
            key = (where, role, column)
            self._found[key] = self._found.get(key, False) or comparable(column) in present
            self._names.setdefault(where, {}).update(dict.fromkeys(names[:1_000]))

    def require_found(self, inputs: Sequence[Path]) -> None:
        """Refuse a column that none of its files has.

        Raises
        ------
        InputError : names the column, the nearest one and those found.
        """
        for (where, role, column), found in self._found.items():
            if not found:
                files = where or ", ".join(str(path) for path in inputs)
                raise missing_column(files, role, column, list(self._names[where]))
