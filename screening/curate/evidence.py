"""The table EVIDENCE: for each compound where its organisms live, and their phylum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from screening.core.partitions import PartitionWriter, read_partitions
from screening.core.tables import COMPOUNDS, EVIDENCE
from screening.curate.marine import VERDICTS, Matcher

_COLUMNS = ("compound_id", "structure_id", "organisms", "phylum")


def write_evidence(compounds: Path, output: Path, matcher: Matcher) -> dict[str, int]:
    """Judge the organisms of every compound, in the order of the compounds.

    Parameters
    ----------
    compounds : table COMPOUNDS; streamed.
    output : table EVIDENCE to write.
    matcher : judges organisms.

    Returns
    -------
    Compounds with each verdict: `n_marine`, `n_marine_and_other`, `n_not_marine`, `n_unknown`.
    """
    verdicts: Counter[str] = Counter()
    with PartitionWriter(output, EVIDENCE.arrow()) as writer:
        for rows in _rows(compounds):
            judged = [_judged(row, matcher) for row in rows]
            verdicts.update(row["marine"] for row in judged)
            writer.write_rows(judged)
    return {f"n_{verdict.replace(' ', '_')}": verdicts[verdict] for verdict in VERDICTS}


def _rows(compounds: Path) -> Iterator[list[dict[str, Any]]]:
    for table in read_partitions(compounds, COMPOUNDS, _COLUMNS):
        yield table.to_pylist()


def _judged(row: Mapping[str, Any], matcher: Matcher) -> dict[str, Any]:
    habitat = matcher.judge(row["organisms"])
    stated = (row["phylum"] or "").strip()
    return {
        "compound_id": row["compound_id"],
        "structure_id": row["structure_id"],
        "marine": habitat.verdict,
        "aphia_ids": list(habitat.aphia_ids),
        "taxa": list(habitat.taxa),
        "phylum": stated or "; ".join(habitat.phyla) or None,
    }
