"""Predictors of third parties: a folder with `predictor.json`, which names a Python of its own.

The manifest says what is predicted and where the code lives. Reading it runs nothing; the code runs
only where a user names the folder among the models of a screen or of a command.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from screening.core.bundle import ENDPOINT_PATTERN, Kind
from screening.core.errors import PredictorError

PREDICTOR_NAME = "predictor.json"
ENTRY_POINTS = "marine_screening.predictors"
"""The group of entry points in which the interpreter is asked for the callable."""
# A manifest is written by hand; what is larger is something else.
MAX_BYTES = 1_000_000

# On one line and without control characters: names are told on terminals and in logs.
Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\p{Cc}\p{Cf}]+$"
    ),
]
Text = Annotated[str, StringConstraints(max_length=2_000)]


class PredictedEndpoint(BaseModel):
    """What one predicted column means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=ENDPOINT_PATTERN, max_length=200)
    kind: Kind
    unit: Line
    direction: Line = Field(description="such as `lower is safer`")
    description: Text = ""
    threshold: float | None = Field(
        default=None, description="value from which a compound counts as positive"
    )


class PredictorManifest(BaseModel):
    """`predictor.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format_version: Literal[1] = 1
    name: Line
    version: Line = Field(description="raise it with every change of the code or its models")
    description: Text = ""
    licence: Line
    citation: Line
    python: Line = Field(description="the interpreter; a relative path starts at the folder")
    entry_point: Line = Field(description=f"name in the group {ENTRY_POINTS}")
    batch: int = Field(default=64, ge=1, le=1024, description="structures it is given at once")
    endpoints: tuple[PredictedEndpoint, ...] = Field(min_length=1, max_length=500)

    def interpreter(self, folder: Path) -> Path:
        """Path of the interpreter; a virtual environment's is a link, and stays one."""
        return folder / Path(self.python).expanduser()


def is_predictor(folder: Path) -> bool:
    """Whether a folder holds a third party's predictor."""
    return (folder / PREDICTOR_NAME).is_file()


def read_predictor(folder: Path) -> PredictorManifest:
    """Read `predictor.json`.

    Raises
    ------
    PredictorError : it is missing or malformed, or its interpreter is not there.
    """
    path = folder / PREDICTOR_NAME
    try:
        with path.open("rb") as stream:
            manifest = PredictorManifest.model_validate_json(stream.read(MAX_BYTES))
    except OSError as error:
        raise PredictorError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(map(str, problem["loc"]))
        raise PredictorError(
            f"{path}: {key + ': ' if key else ''}{problem['msg']}", "see docs/predictors.md"
        ) from None
    _refuse_repeated(path, manifest)
    python = manifest.interpreter(folder)
    if not python.is_file():
        raise PredictorError(
            f"{path}: there is no interpreter {python}",
            "set up the predictor's environment, or correct `python`",
        )
    return manifest


def _refuse_repeated(path: Path, manifest: PredictorManifest) -> None:
    names = [endpoint.id for endpoint in manifest.endpoints]
    for name in names:
        if names.count(name) > 1:
            raise PredictorError(f"{path}: endpoint {name} is declared twice", "rename one")
