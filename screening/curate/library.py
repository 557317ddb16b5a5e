"""The stage: compounds and structures to marine evidence and families."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from screening.core.approved_drugs import APPROVED_DRUGS
from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.config import CurateSettings
from screening.core.database import open_database
from screening.core.errors import InputError
from screening.core.partitions import count_rows, partition_files, remove
from screening.curate.approved_drugs import drugs_by_key
from screening.curate.conflicts import write_conflicts
from screening.curate.evidence import write_evidence
from screening.curate.examine import write_examined
from screening.curate.families import write_families
from screening.curate.marine import NO_TAXA, Matcher
from screening.curate.taxa import Taxa
from screening.curate.taxa_rows import read_taxa

STAGE = "curate"


def curate_library(
    compounds: Path,
    structures: Path,
    output: Path,
    settings: CurateSettings | None = None,
    compute: Compute | None = None,
    *,
    approved_drugs: Path = APPROVED_DRUGS,
) -> dict[str, int]:
    """Write `evidence.parquet` and `families.parquet` into a folder.

    Parameters
    ----------
    compounds, structures : the final tables of those names.
    output : folder of the tables to write.
    settings : table of taxa, and what one structure may take.
    compute : workers and Dask address.
    approved_drugs : list of approved drugs.

    Returns
    -------
    Counts: those of `write_evidence` (compounds by verdict) and `write_families` (structures),
    `n_compounds`, `n_taxa` (0 where no table of taxa is set) and `n_not_examined`.

    Raises
    ------
    InputError : a table is missing or damaged, the table of taxa cannot be read or has no taxa.
    ConfigError : the Dask scheduler does not answer.
    """
    settings, compute = settings or CurateSettings(), compute or Compute()
    for table in (compounds, structures):
        partition_files(table)  # a missing table is named before any work is begun
    drugs = drugs_by_key(approved_drugs)
    taxa = _read_taxa(settings)
    n_structures = count_rows(structures)
    with _scratch(output) as scratch:
        verdicts = write_evidence(compounds, output / "evidence.parquet", Matcher(taxa))
        examined, conflicts = scratch / "examined.parquet", scratch / "conflicts.parquet"
        with open_client(compute, n_structures) as client:
            n_lost = write_examined(client, structures, examined, drugs, settings.limits)
        with open_database(scratch) as connection:
            write_conflicts(connection, compounds, structures, conflicts, scratch)
            families = write_families(connection, examined, conflicts, output / "families.parquet")
    return {
        "n_compounds": sum(verdicts.values()),
        **verdicts,
        **families,
        "n_taxa": taxa.n_taxa if taxa else 0,
        "n_not_examined": n_lost,
    }


def _read_taxa(settings: CurateSettings) -> Taxa | None:
    if settings.taxa is None:
        print(f"[{STAGE}] marine evidence stays unknown: {NO_TAXA}", file=sys.stderr, flush=True)
        return None
    taxa = Taxa(read_taxa(Path(settings.taxa)))
    if not taxa.n_taxa:
        raise InputError(f"{settings.taxa}: holds no taxa", "give a table of WoRMS taxa")
    return taxa


@contextmanager
def _scratch(output: Path) -> Iterator[Path]:
    """A folder in the output for what lies between; removed in the end."""
    folder = output / ".curate"
    remove(folder)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        remove(folder)
