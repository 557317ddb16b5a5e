"""The delimiter of a text table, as the user states it."""

from __future__ import annotations

from screening.core.config import IngestSettings
from screening.core.errors import ConfigError


def delimiter_of(settings: IngestSettings) -> str | None:
    r"""The stated delimiter; a tab may be written `tab` or `\t`.

    Raises
    ------
    ConfigError : it is not one character that can part fields.
    """
    stated = settings.delimiter
    if stated is None:
        return None
    if stated.casefold() in ("tab", "\\t"):
        return "\t"
    if len(stated) != 1 or stated in '"\r\n':
        raise ConfigError("ingest.delimiter: is not one character", 'use one such as "," or tab')
    return stated
