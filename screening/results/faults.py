"""What is wrong in a file of results, gathered so that all rows are told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from screening.core.errors import InputError

_TOLD = 5


@dataclass
class Faults:
    """The faults of a file, by line."""

    file: Path
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, what: str) -> None:
        """Note a fault, with what to do about it."""
        self.found.append((line, what))

    def check(self) -> None:
        """Stop if there is any.

        Raises
        ------
        InputError : names the first lines, and says how many there are.
        """
        if not self.found:
            return
        told = sorted(self.found)
        named = "; ".join(f"line {line}: {what}" for line, what in told[:_TOLD])
        more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
        raise InputError(
            f"{self.file}: {named}{more}", "nothing was imported: correct these and import again"
        )
