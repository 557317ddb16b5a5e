"""Settings of a retraining, and the arguments of `screening train` that they stand for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from screening.core.bundle import Kind
from screening.core.settings import Settings

SplitRule = Literal["scaffold", "cluster", "random", "time"]
Conflicts = Literal["refuse", "majority"]
MODEL_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
"""Names that can be registered: what the registry, its addresses and folders take as they are."""
SEED = 7
TEST_SHARE = 0.2
"""Share of the structures that a model is judged on, where nothing else is said."""
MOST_TESTED = 0.5
"""Share of the structures that a test may take: half of them are to be learned from."""


_OF_A_TABLE = (
    *("smiles_column", "targets", "kind", "split", "split_column", "time_column", "test_share"),
    *("conflicts", "marine", "seed"),
)


class TrainSettings(Settings):
    """Retraining (`snakemake train`): a table or recipe to a model, registered and judged."""

    name: str | None = Field(None, pattern=MODEL_NAME)
    """Name of the model in the registry, and of its folder in `models/` of the output; null:
    nothing is trained."""
    table: str | None = None
    """CSV or TSV with labels, or null for a recipe."""
    smiles_column: str = "smiles"
    """Column of the table with the structures."""
    targets: tuple[str, ...] = ()
    """Label columns of the table."""
    kind: Kind = "classification"
    """What the labels are: 0 and 1, or numbers."""
    recipe: str | None = None
    """Recipe file, in place of a table and of all that is said of one here: it states its own
    split, seed and marine library; without `split.test_share` a fifth of the structures is the
    test."""
    data: str | None = None
    """Mirror folder with the recipe's tables; null: what `screening fetch` has kept."""
    split: SplitRule = "scaffold"
    """What decides which structures of a table are held out."""
    split_column: str | None = None
    """Column that says train, validation or test, in place of `split`."""
    time_column: str | None = None
    """Column of dates, for `split: time`."""
    test_share: float = Field(TEST_SHARE, gt=0, le=MOST_TESTED)
    """Share of the structures that no version of the model learns from: on them it is judged."""
    conflicts: Conflicts = "refuse"
    """What to do with a compound that the table calls both active and inactive."""
    marine: str | None = None
    """Table with a column smiles of marine structures, on which a new version must not be worse;
    null: the bundled reference library."""
    search_minutes: float = Field(0.0, ge=0)
    """Minutes for a search of better settings of the model before it is trained; 0: none."""
    seed: int = SEED
    """Seed of everything that is drawn."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the networks are trained."""

    @model_validator(mode="after")
    def _one_source(self) -> TrainSettings:
        if self.name is None:
            return self
        if (self.table is None) == (self.recipe is None):
            raise ValueError("give either train.table or train.recipe")
        if self.table is not None and not self.targets:
            raise ValueError("train.targets names no label column of the table")
        if self.recipe is not None:
            fields = type(self).model_fields
            stated = [key for key in _OF_A_TABLE if getattr(self, key) != fields[key].default]
            if stated:
                raise ValueError(f"train.{stated[0]} is of a table; state it in the recipe")
        return self

    def arguments(self) -> list[str]:
        """What `screening train` is told, but for files and the work's place."""
        told = ["--name", str(self.name), "--device", self.device]
        if self.recipe is not None:
            return [*told, *_stated("--data", self.data)]
        told += ["--smiles-column", self.smiles_column, "--targets", ",".join(self.targets)]
        told += ["--kind", self.kind, "--conflicts", self.conflicts, "--seed", str(self.seed)]
        if self.split_column:
            return [*told, "--split-column", self.split_column]
        told += ["--split", self.split, "--test-share", str(self.test_share)]
        return [*told, *_stated("--time-column", self.time_column)]

    def searched(self) -> list[str]:
        """What `screening search` is told, but for files and the work's place."""
        told = self.arguments()
        pairs = zip(told[::2], told[1::2], strict=True)
        kept = [word for option, value in pairs if option != "--device" for word in (option, value)]
        return [*kept, "--minutes", str(self.search_minutes)]


def _stated(option: str, value: str | None) -> list[str]:
    return [] if value is None else [option, value]
