"""Rankings written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.partitions import PartitionWriter
from screening.core.tables import RANKING

# Unlike each other: no two share half of their environments.
UNLIKE = (
    "CCCCCCCCCC",
    "c1ccc2[nH]ccc2c1",
    "OC1CC(O)C(O)C(O)C1O",
    "NC(=N)NCCCC(N)C(=O)O",
    "BrC(I)C(Cl)(Cl)CN",
    "O=C1c2ccccc2C(=O)C=C1",
    "CC1=CCC(CC1)C(C)=C",
    "CCS(=O)(=O)CCO",
    "c1ccc(-c2nccs2)nc1",
    "CN1CCC[C@H]1c1cccnc1",
    "O=C(O)CCCCC#CC#CC=C",
    "FC(F)(F)c1cc(F)cc(F)c1",
)


def row(rank: int, **values: Any) -> dict[str, Any]:
    lists = {one.name: [] for one in RANKING.columns if pa.types.is_list(one.type)}
    score = 1 - rank / 1000
    return {
        **lists,
        "rank": rank,
        "structure_id": f"S{rank:04d}",
        "smiles": UNLIKE[(rank - 1) % len(UNLIKE)],
        "name": f"compound {rank}",
        "compound_ids": [f"c{rank}"],
        "marine": "unknown",
        "scaffold": "",
        "n_stereo_family": 0,
        "tier": "novel",
        "score": score,
        "score_mean": score,
        "domain_share": 0.5,
        "pareto": False,
        "why": "",
        **values,
    }


def write_ranking(
    path: Path, rows: Sequence[dict[str, Any]], decisions: Sequence[str | None] | None = None
) -> Path:
    schema = RANKING.arrow()
    given = [dict(one) for one in rows]
    if decisions is not None:
        for one, decision in zip(given, decisions, strict=True):
            one["decision"] = decision
    with PartitionWriter(path, schema, rows_per_partition=4) as writer:
        writer.write_rows(given)
    return path
