"""The screens before: what is kept of a ranking, so that the next one can be compared with it.

`history/` in a library's folder holds two snapshots, `last` and `previous`. No rule declares them:
Snakemake removes declared outputs before a rule runs. A screen that is recorded anew without a
change finds itself in `last`, and is compared with `previous`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from screening.core.errors import InputError
from screening.core.partitions import partition_files, write_text
from screening.core.provenance import file_digest

STATE = "state.json"
RANKING_FILE = "ranking.parquet"


@dataclass(frozen=True)
class ScreenState:
    """What decided a ranking.

    Parameters
    ----------
    ranking : digest of the table RANKING.
    models : for each predicted column that is judged its model's `name`, `version` and `digest`.
    settings : settings of the ranking.
    date : day of the comparison (UTC), ISO 8601.
    run_id : MLflow run of the screen; empty where it is not recorded (yet).
    """

    ranking: str
    models: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    date: str = ""
    run_id: str = ""


def snapshots(folder: Path) -> tuple[Path, Path]:
    """Where the last and the previous snapshot of a library's folder are, if they are."""
    return folder / "history/last", folder / "history/previous"


def ranking_digest(ranking: Path) -> str:
    """SHA-256 over the digests of a ranking's partitions.

    Raises
    ------
    InputError : there is no such table.
    """
    digests = "".join(file_digest(file) for file in partition_files(ranking))
    return hashlib.sha256(digests.encode()).hexdigest()


def write_state(path: Path, state: ScreenState) -> None:
    """Write a state as JSON, atomically."""
    write_text(path, json.dumps(asdict(state), indent=2, ensure_ascii=False) + "\n")


def read_state(path: Path) -> ScreenState:
    """Read what `write_state` wrote.

    Raises
    ------
    InputError : it is missing or damaged.
    """
    try:
        return ScreenState(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise InputError(
            f"{path}: not the state of a screen", f"remove {path.parent}, and screen again"
        ) from None
