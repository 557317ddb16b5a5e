"""What must hold of any pick, whatever the ranking and the settings."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit.Chem import MolFromSmiles
from rdkit.DataStructs import TanimotoSimilarity

from screening.chem.fingerprints import morgan_vector
from screening.core.partitions import read_table
from screening.core.picking import PickSettings
from screening.core.tables import PICK
from screening.pick.library import pick_candidates
from tests.unit.pick.helpers import UNLIKE, row, write_ranking

# A busy machine is no failure.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
GENERA = ("Dysidea", "Salinispora", "Lyngbya")
Rows = list[dict[str, Any]]


@st.composite
def rankings(draw: st.DrawFn) -> Rows:
    """Rankings with many ties in score, scaffold, genus and structure."""
    scores = sorted(draw(st.lists(st.sampled_from([0.2, 0.5, 0.8]), max_size=25)), reverse=True)
    return [
        row(
            rank,
            score=score,
            score_mean=max(score, draw(st.sampled_from([0.2, 0.6, 0.9]))),
            smiles=draw(st.sampled_from([one + end for one in UNLIKE for end in ("", "C")])),
            scaffold=draw(st.sampled_from(["", "C1CC1", "c1ccccc1"])),
            organisms=[f"{one} sp." for one in draw(st.sets(st.sampled_from(GENERA)))],
            tier=draw(st.sampled_from(["known", "analogue", "novel"])),
            quarantine=draw(st.sampled_from([[], [], ["azide"]])),
        )
        for rank, score in enumerate(scores, 1)
    ]


some_settings = st.builds(
    PickSettings,
    size=st.integers(1, 12),
    explore=st.floats(0, 1),
    per_scaffold=st.integers(1, 3),
    per_genus=st.integers(1, 3),
    similarity=st.sampled_from([0.3, 0.5, 1.0]),
)


def picked(rows: Rows, rules: PickSettings) -> tuple[dict[str, int], Rows, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        ranking = write_ranking(Path(folder) / "ranking.parquet", rows)
        output = Path(folder) / "pick.parquet"
        counts = pick_candidates(ranking, output, rules)
        return (
            counts,
            read_table(output, PICK).to_pylist(),
            (Path(folder) / "pick.sdf").read_bytes(),
        )


def alike(one: dict[str, Any], other: dict[str, Any]) -> float:
    vectors = [morgan_vector(MolFromSmiles(structure["smiles"])) for structure in (one, other)]
    return float(TanimotoSimilarity(*vectors))


@unhurried
@given(rankings(), some_settings)
def test_caps_hold_and_nobody_is_lost(rows: Rows, rules: PickSettings) -> None:
    counts, picks, _ = picked(rows, rules)
    assert len({one["structure_id"] for one in picks}) == len(picks) <= rules.size
    by_id = {one["structure_id"]: one for one in rows}
    chosen = [by_id[one["structure_id"]] for one in picks]
    assert all(one["tier"] in rules.tiers and not one["quarantine"] for one in chosen)
    scaffolds = Counter(one["scaffold"] for one in chosen if one["scaffold"])
    genera = Counter(name for one in chosen for name in one["organisms"])
    assert max(scaffolds.values(), default=0) <= rules.per_scaffold
    assert max(genera.values(), default=0) <= rules.per_genus
    for place, one in enumerate(chosen):
        assert all(alike(one, other) < rules.similarity for other in chosen[:place])
    assert counts["n_ranked"] == len(rows)
    left_out = sum(n for name, n in counts.items() if name not in _TOTALS)
    assert len(picks) + left_out == len(rows)


_TOTALS = ("n_ranked", "n_picked", "n_exploit", "n_explore")


@unhurried
@given(rankings(), some_settings)
def test_places_stay_free_only_if_nobody_fits(rows: Rows, rules: PickSettings) -> None:
    counts, picks, _ = picked(rows, rules)
    if len(picks) == rules.size:
        return
    assert counts["n_behind"] == 0
    by_id = {one["structure_id"]: one for one in rows}
    chosen = [by_id[one["structure_id"]] for one in picks]
    for one in rows:
        if one in chosen or one["tier"] not in rules.tiers or one["quarantine"]:
            continue
        same = sum(other["scaffold"] == one["scaffold"] for other in chosen)
        full = one["scaffold"] and same >= rules.per_scaffold
        crowded = any(
            sum(name in other["organisms"] for other in chosen) >= rules.per_genus
            for name in one["organisms"]
        )
        assert full or crowded or any(alike(one, other) >= rules.similarity for other in chosen)


@unhurried
@given(rankings(), some_settings, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    rows: Rows, rules: PickSettings, chance: Any
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert picked(rows, rules) == picked(shuffled, rules)
