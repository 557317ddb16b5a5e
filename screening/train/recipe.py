"""Recipes: everything that decides what a bundle becomes, in one checked model."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from screening.core.bundle import MOST_ENDPOINTS, MOST_LEAVES, Kind
from screening.core.errors import ConfigError
from screening.core.training import MOST_TESTED, SEED, Conflicts, SplitRule


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Scale = Literal["linear", "log10"]


class ColumnRef(_Strict):
    """A label column: `table:column`."""

    table: str
    column: str

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            table, separator, column = value.partition(":")
            if not separator:
                raise ValueError(f"{value!r} is not of the form table:column")
            return {"table": table, "column": column}
        return value


class EndpointRecipe(_Strict):
    """One endpoint: its meaning and the columns that label it."""

    id: str
    kind: Kind
    unit: str
    direction: str
    description: str = ""
    threshold: float | None = None
    sources: tuple[ColumnRef, ...] = Field(min_length=1)
    scale: Scale = "linear"
    """Regressions: `log10` learns the logarithm of a positive value that spans decades."""
    exclude: tuple[str, ...] = ()
    """Tables whose structures never label this endpoint (official test parts)."""


SplitMethod = SplitRule | Literal["column"]


class SplitRecipe(_Strict):
    """How structures are divided into a test part and folds.

    `column` reads the parts from a column of the table. `time` takes the latest structures, by a
    column of dates, for the test; their folds are by scaffold.
    """

    method: SplitMethod = "scaffold"
    folds: int = Field(5, ge=2, le=20)
    seed: int = 0
    column: str | None = None
    test_share: float = Field(0.0, ge=0, le=MOST_TESTED)
    """Share of the structures that nothing learns from; 0: folds alone measure."""

    @model_validator(mode="after")
    def _column_is_named(self) -> SplitRecipe:
        if self.method in ("column", "time") and not self.column:
            raise ValueError(f"split {self.method} needs the name of a column")
        if self.method == "time" and not self.test_share:
            raise ValueError("split time needs a test_share: the latest structures are the test")
        return self


class NetworkRecipe(_Strict):
    """Size of the network; the defaults are those that a search on Tox21 found (docs/search.md)."""

    hidden: int = Field(192, ge=8)
    layers: int = Field(3, ge=1)
    fingerprint_hidden: int = Field(155, ge=8)
    head_hidden: int = Field(507, ge=8)
    dropout: float = Field(0.401, ge=0, lt=1)


class TrainingRecipe(_Strict):
    """How the network is trained; the defaults are those of the same search."""

    epochs: int = Field(17, ge=1)
    batch_size: int = Field(128, ge=2)
    learning_rate: float = Field(5.59e-4, gt=0)
    weight_decay: float = Field(0.0845, ge=0)
    patience: int | None = Field(None, ge=1)
    """Epochs without gain, on structures watched for this, after which a network stops and takes
    the weights of its best epoch; null: all epochs."""
    members: int = Field(1, ge=1, description="networks of each fold")
    seed: int = SEED
    threads: int = Field(1, ge=1)


class TreesRecipe(_Strict):
    """Boosted trees beside the network, one model an endpoint.

    The search that found the network's defaults found no better trees than these.
    """

    rounds: int = Field(300, ge=1)
    leaves: int = Field(63, ge=2, le=MOST_LEAVES)
    learning_rate: float = Field(0.04, gt=0)
    smallest_weight: float = Field(1.0, ge=0)
    ridge: float = Field(2.0, ge=0)
    feature_share: float = Field(0.2, gt=0, le=1)
    row_share: float = Field(0.8, gt=0, le=1)


class BaselineRecipe(_Strict):
    """Random forest to compare with; large tables get fewer trees, never fewer rows."""

    trees: int = Field(100, ge=1)
    trees_large: int = Field(40, ge=1)
    large_rows: int = Field(15000, ge=1)
    all_folds_rows: int = Field(3000, ge=0)
    """Up to this many structures every fold is compared, above it the first alone."""


class Recipe(_Strict):
    """A whole bundle."""

    name: str
    version: str = "1.0.0"
    description: str = ""
    catalogue: str | None = None
    endpoints: tuple[EndpointRecipe, ...] = Field(min_length=1, max_length=MOST_ENDPOINTS)
    split: SplitRecipe = SplitRecipe()
    network: NetworkRecipe = NetworkRecipe()
    training: TrainingRecipe = TrainingRecipe()
    trees: TreesRecipe = TreesRecipe()
    baseline: BaselineRecipe = BaselineRecipe()
    conflicts: Conflicts = "majority"
    """Rows that give one structure, stereochemistry and all, both classes: by majority, ties
    dropped; or an error that names them."""
    marine_library: str | None = None

    @model_validator(mode="after")
    def _unique(self) -> Recipe:
        ids = [endpoint.id for endpoint in self.endpoints]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"endpoints declared twice: {', '.join(sorted(twice))}")
        return self

    def tables(self) -> list[str]:
        """Names of all tables, label tables first, each once."""
        names = [ref.table for endpoint in self.endpoints for ref in endpoint.sources]
        names += [name for endpoint in self.endpoints for name in endpoint.exclude]
        return list(dict.fromkeys(names))


class Found(_Strict):
    """What a search has found, or a user wishes, for a table."""

    network: NetworkRecipe = NetworkRecipe()
    training: TrainingRecipe = TrainingRecipe()
    trees: TreesRecipe = TreesRecipe()


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises
    ------
    ConfigError : the file is missing, no YAML, or has an unknown or wrong key.
    """
    return _read(path, Recipe)


def read_found(path: Path) -> Found:
    """Read a file with the sections network, training and trees of a recipe, any of them.

    Raises
    ------
    ConfigError : the file is missing, no YAML, or has an unknown or wrong key.
    """
    return _read(path, Found)


_Model = TypeVar("_Model", bound=_Strict)


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(
            f"{path}: {key}: {first['msg']}",
            f"valid keys: {', '.join(model.model_fields)}",
        ) from error
