"""The stage: structures and their scaffolds to what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from screening.core.approved_drugs import APPROVED_DRUGS
from screening.core.config import DereplicateSettings
from screening.core.database import open_database, sql_table, stream_query
from screening.core.marine_reference import MARINE_REFERENCE
from screening.core.partitions import PartitionWriter, count_rows, working_folder
from screening.core.progress import ProgressBar
from screening.core.tables import KNOWN
from screening.dereplicate.compounds import (
    approved_compounds,
    reference_compounds,
)
from screening.dereplicate.judge import Judge, Structure
from screening.estimators.training_actives import read_training_actives

# Structures between two signs of progress: half a second of work.
_BLOCK = 500


def dereplicate_library(
    structures: Path,
    families: Path,
    output: Path,
    settings: DereplicateSettings | None = None,
    *,
    models: Sequence[Path] = (),
    approved_drugs: Path = APPROVED_DRUGS,
    marine_reference: Path = MARINE_REFERENCE,
) -> dict[str, int]:
    """Write table KNOWN: for each structure its tier, what it is known as, and its nearest.

    Parameters
    ----------
    structures, families : the final tables of those names.
    output : table to write.
    settings : from which similarity on a structure counts as analogue.
    models : bundles whose training actives are known.
    approved_drugs, marine_reference : the bundled lists.

    Returns
    -------
    Counts `n_structures`, those by tier `n_known`, `n_analogue`, `n_novel`, and what they were held
    against: `n_drugs`, `n_reference`, `n_actives`.

    Raises
    ------
    InputError : a table or list is missing or damaged.
    BundleError : a bundle is missing, incomplete or altered.
    """
    settings = settings or DereplicateSettings()
    progress = ProgressBar("dereplicate", count_rows(structures), "structures")
    drugs, reference = approved_compounds(approved_drugs), reference_compounds(marine_reference)
    actives = read_training_actives(models)
    judge = Judge([*drugs, *reference], actives, settings.analogue_similarity)
    tiers = {"known": 0, "analogue": 0, "novel": 0}
    with working_folder(output) as scratch, PartitionWriter(output, KNOWN.arrow()) as writer:
        for block in _blocks(structures, families, scratch):
            rows = [judge.judge(structure) for structure in block]
            writer.write_rows(rows)
            for row in rows:
                tiers[row["tier"]] += 1
            progress.add(len(block))
    return {
        "n_structures": writer.n_rows,
        **{f"n_{tier}": n for tier, n in tiers.items()},
        "n_drugs": len(drugs),
        "n_reference": len(reference),
        "n_actives": len(actives),
    }


def _blocks(structures: Path, families: Path, scratch: Path) -> Iterator[list[Structure]]:
    query = (
        "SELECT s.structure_id, s.flat_key, s.smiles, s.stereo, coalesce(f.scaffold, '') "
        f"FROM {sql_table(structures)} s LEFT JOIN {sql_table(families)} f USING (structure_id) "
        "ORDER BY s.structure_id"
    )
    with open_database(scratch) as connection:
        for table in stream_query(connection, query):
            for start in range(0, table.num_rows, _BLOCK):
                columns = [column.to_pylist() for column in table.slice(start, _BLOCK).columns]
                yield [Structure(*row) for row in zip(*columns, strict=True)]
