"""The tables that a ranking is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ScreenTables:
    """Tables of one screened library, by their names in `core.tables`."""

    structures: Path
    compounds: Path
    descriptors: Path
    predictions: Path
    evidence: Path
    families: Path
    known: Path
    decisions: Path | None = None
    """`decisions.csv` of earlier screens, if there is one."""
    assays: Path | None = None
    """Table ASSAYS of results imported before, if there is one."""

    @classmethod
    def of_screen(
        cls, folder: Path, decisions: Path | None = None, assays: Path | None = None
    ) -> ScreenTables:
        """The tables where a screen keeps them, in the folder of a library."""
        return cls(
            structures=folder / "structures.parquet",
            compounds=folder / "compounds.parquet",
            descriptors=folder / "descriptors.parquet",
            predictions=folder / "predictions.parquet",
            evidence=folder / "evidence.parquet",
            families=folder / "families.parquet",
            known=folder / "known.parquet",
            decisions=decisions,
            assays=assays,
        )
