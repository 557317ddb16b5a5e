"""The stage: a ranking to the candidates for assay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from screening.core.database import open_database
from screening.core.partitions import working_folder
from screening.core.picking import PickSettings
from screening.core.plates import compound_wells
from screening.pick.candidates import Candidates
from screening.pick.choose import Chooser, Pick
from screening.pick.files import write_pick


def pick_candidates(
    ranking: Path, output: Path, settings: PickSettings | None = None
) -> dict[str, int]:
    """Choose candidates for assay and write table PICK, its plate map and its SD file.

    Parameters
    ----------
    ranking : table RANKING.
    output : table to write; `.csv` and `.sdf` of the same name go beside it.
    settings : size, share to explore, tiers, caps, plate.

    Returns
    -------
    Counts `n_ranked`, `n_picked`, of these `n_exploit` and `n_explore`, and of those left out, each
    once and for the first reason that holds: `n_rejected` and `n_advanced` (decided before),
    `n_assayed`, `n_quarantined`, `n_other_tier`, `n_capped` (scaffold or genus has its share),
    `n_alike` (too like a pick), `n_behind` (in rank). Picked and left out add up to the ranked.

    Raises
    ------
    InputError : the table is missing, damaged, or lacks a column.
    """
    settings = settings or PickSettings()
    with working_folder(output) as scratch, open_database(scratch) as connection:
        candidates = Candidates(connection, ranking, settings)
        verdicts = candidates.counts()
        chooser = Chooser(candidates, settings)
        chooser.choose()
    wells = compound_wells(settings.plate)
    rows = [
        _row(number, well, pick)
        for number, (well, pick) in enumerate(zip(wells, chooser.picks, strict=False), 1)
    ]
    write_pick(rows, output)
    n_explore = sum(pick.chosen_for == "explore" for pick in chooser.picks)
    n_ranked = sum(verdicts.values())
    del verdicts["eligible"]
    return {
        "n_ranked": n_ranked,
        "n_picked": len(rows),
        "n_exploit": len(rows) - n_explore,
        "n_explore": n_explore,
        **{f"n_{verdict}": n for verdict, n in verdicts.items()},
        "n_capped": chooser.n_capped,
        "n_alike": chooser.n_alike,
        "n_behind": chooser.n_behind,
    }


def _row(number: int, well: str, pick: Pick) -> dict[str, Any]:
    candidate = pick.candidate
    return {
        "pick_number": number,
        "well": well,
        "structure_id": candidate.structure_id,
        "compound_id": next(iter(candidate.compound_ids), candidate.structure_id),
        "name": candidate.name,
        "smiles": candidate.smiles,
        "organisms": candidate.organisms,
        "rank": candidate.rank,
        "score": candidate.score,
        "score_mean": candidate.score_mean,
        "chosen_for": pick.chosen_for,
        "reason": pick.reason,
        "tier": candidate.tier,
        "scaffold": candidate.scaffold,
    }
