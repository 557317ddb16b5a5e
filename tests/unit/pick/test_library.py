from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rdkit import Chem

from screening.cli.pick import pick_command
from screening.core.errors import ConfigError, InputError
from screening.core.partitions import PartitionWriter, read_table
from screening.core.picking import PickSettings
from screening.core.tables import PICK, RANKING
from screening.pick.library import pick_candidates
from tests.unit.pick.helpers import UNLIKE, row, write_ranking

REASONS = (
    "rejected",
    "advanced",
    "assayed",
    "quarantined",
    "other_tier",
    "capped",
    "alike",
    "behind",
)


def pick(
    folder: Path,
    rows: list[dict[str, Any]],
    decisions: list[str | None] | None = None,
    **settings: Any,
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    ranking = write_ranking(folder / "ranking.parquet", rows, decisions)
    counts = pick_candidates(ranking, folder / "pick.parquet", PickSettings(**settings))
    return counts, read_table(folder / "pick.parquet", PICK).to_pylist()


def test_the_best_come_first_on_their_wells(tmp_path: Path) -> None:
    counts, picks = pick(tmp_path, [row(rank) for rank in range(1, 13)], size=9, explore=0)
    assert [one["rank"] for one in picks] == list(range(1, 10))
    assert [one["pick_number"] for one in picks] == list(range(1, 10))
    assert [one["well"] for one in picks][-2:] == ["H02", "A03"]
    assert picks[0]["reason"] == "rank 1, score 1.00; novel"
    assert picks[1]["reason"].startswith("rank 2, score 1.00; novel; likest earlier pick: 1 (0.")
    assert (counts["n_ranked"], counts["n_picked"], counts["n_behind"]) == (12, 9, 3)


def test_nobody_is_left_out_without_a_reason(tmp_path: Path) -> None:
    rows = [
        row(1),
        row(2, smiles=UNLIKE[0]),  # as the first
        row(3, quarantine=["likely synthetic: azide"]),
        row(4, tier="known"),
        row(5),
        row(6),
        row(7, scaffold="C1CC1"),
        row(8, scaffold="C1CC1"),
        row(9),
        row(10),
        row(11, assayed=["HDAC1 IC50: pIC50 6.20 (n=3)"]),
    ]
    decisions = [None, None, None, None, "reject", "advance", "hold", None, "", None, None]
    counts, picks = pick(tmp_path, rows, decisions, size=3, explore=0, per_scaffold=1)
    assert [one["rank"] for one in picks] == [1, 7, 9]
    assert {reason: counts[f"n_{reason}"] for reason in REASONS} == {
        "rejected": 1,
        "advanced": 1,
        "assayed": 1,
        "quarantined": 1,
        "other_tier": 1,
        "capped": 1,
        "alike": 0,  # places ran out before it was looked at again
        "behind": 2,
    }
    assert counts["n_ranked"] == len(picks) + sum(counts[f"n_{reason}"] for reason in REASONS)


def test_what_is_like_a_pick_stays_out_though_places_are_free(tmp_path: Path) -> None:
    rows = [row(1), row(2, smiles=UNLIKE[0] + "C"), row(3)]
    counts, picks = pick(tmp_path, rows, size=3)
    assert [one["rank"] for one in picks] == [1, 3]
    assert (counts["n_picked"], counts["n_alike"]) == (2, 1)
    counts, _ = pick(tmp_path, rows, size=3, similarity=1.0)
    assert counts["n_picked"] == 3


def test_a_genus_has_its_share_however_it_is_written(tmp_path: Path) -> None:
    organisms = [
        ["Salinispora tropica CNB-392"],
        ["<i>Salinispora</i> arenicola"],
        ["Dysidea avara; SALINISPORA sp."],
        ["Dysidea avara"],
        ["unidentified sponge"],
        ["Unidentified alga"],
        [],
    ]
    rows = [row(rank, organisms=one) for rank, one in enumerate(organisms, 1)]
    counts, picks = pick(tmp_path, rows, per_genus=1, explore=0)
    assert [one["rank"] for one in picks] == [1, 4, 5, 6, 7]
    assert counts["n_capped"] == 2


def test_exploring_takes_what_only_caution_holds_back(tmp_path: Path) -> None:
    rows = [row(rank) for rank in range(1, 13)]
    rows[8] |= {"score_mean": 0.999, "score": 0.5, "domain_share": 0.2}
    rows[9] |= {"score_mean": 0.6, "score": 0.5}  # even at face value no match for the head
    rows[10] |= {"score_mean": 0.9975, "score": 0.4, "domain_share": None}
    rows[11] |= {"score": 0.3}
    counts, picks = pick(tmp_path, rows, size=4, explore=0.5)
    assert [(one["rank"], one["chosen_for"]) for one in picks[:2]] == [
        (1, "exploit"),
        (2, "exploit"),
    ]
    explored = {one["rank"]: one["reason"] for one in picks if one["chosen_for"] == "explore"}
    assert set(explored) == {9, 11}
    assert explored[9].startswith(
        "score 1.00 at face value, 0.50 with caution, 20 % of it inside the models' domain; novel"
    )
    assert "domain" not in explored[11]
    assert (counts["n_exploit"], counts["n_explore"]) == (2, 2)


def test_without_anything_to_explore_the_next_in_rank_take_the_places(tmp_path: Path) -> None:
    counts, picks = pick(tmp_path, [row(rank) for rank in range(1, 10)], size=5, explore=1)
    assert [one["rank"] for one in picks] == [1, 2, 3, 4, 5]
    assert (counts["n_exploit"], counts["n_explore"]) == (5, 0)


def test_analogues_name_their_nearest(tmp_path: Path) -> None:
    near = {"tier": "analogue", "nearest_drug": "eribulin", "nearest_drug_similarity": 0.666}
    _, picks = pick(tmp_path, [row(1, **near)])
    assert picks[0]["reason"].endswith("analogue, nearest drug or lead: eribulin (0.67)")


def test_known_ones_are_picked_where_they_are_admitted(tmp_path: Path) -> None:
    rows = [row(1, tier="known"), row(2, tier="analogue"), row(3)]
    _, picks = pick(tmp_path, rows, tiers=("known",))
    assert [one["rank"] for one in picks] == [1]


def test_an_empty_ranking_gives_empty_valid_files(tmp_path: Path) -> None:
    counts, picks = pick(tmp_path, [])
    assert (counts["n_ranked"], picks) == (0, [])
    text = (tmp_path / "pick.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("well,pick_number,compound_id,name,")
    assert text.count("\n") == 1
    assert (tmp_path / "pick.sdf").read_text() == ""


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    names = ("=cmd|' /C calc'!A0", "$$$$", "a\n$$$$\n> <rank>\n1", "\u202egnp", "N" * 10_000)
    rows = [
        row(rank, name=name, compound_ids=[name], organisms=[name])
        for rank, name in enumerate(names, 1)
    ]
    counts, _ = pick(tmp_path, rows, explore=0)
    assert counts["n_picked"] == len(names)
    with (tmp_path / "pick.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [one["name"] for one in table] == [f"'{names[0]}", *names[1:]]
    molecules = list(Chem.SDMolSupplier(str(tmp_path / "pick.sdf")))
    assert [one.GetProp("well") for one in molecules] == [one["well"] for one in table]
    assert [one.GetProp("rank") for one in molecules] == ["1", "2", "3", "4", "5"]
    assert molecules[0].GetProp("name") == names[0]
    for name in ("compound_id", "score", "reason", "chosen_for", "tier", "structure_id"):
        assert all(one.HasProp(name) for one in molecules)


def test_the_sd_file_holds_the_structures(tmp_path: Path) -> None:
    _, picks = pick(tmp_path, [row(rank) for rank in range(1, 13)])
    molecules = list(Chem.SDMolSupplier(str(tmp_path / "pick.sdf")))
    canonical = [Chem.CanonSmiles(one["smiles"]) for one in picks]
    assert [Chem.MolToSmiles(one) for one in molecules] == canonical


def test_a_ranking_of_an_older_version_is_one_line(tmp_path: Path) -> None:
    old = RANKING.arrow()
    old = old.remove(old.get_field_index("tier"))
    with PartitionWriter(tmp_path / "ranking.parquet", old):
        pass
    with pytest.raises(InputError, match="column tier of table ranking is missing"):
        pick_candidates(tmp_path / "ranking.parquet", tmp_path / "pick.parquet")


def test_the_command_says_when_there_are_too_few(tmp_path: Path) -> None:
    write_ranking(tmp_path / "ranking.parquet", [row(1), row(2, tier="known")])
    done = CliRunner().invoke(pick_command, [str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "only 1 of 30 picked of 2 ranked" in done.output
    assert "1 of a tier that pick.tiers does not admit" in done.output


def test_the_command_refuses_more_than_the_plate_holds(tmp_path: Path) -> None:
    write_ranking(tmp_path / "ranking.parquet", [row(1)])
    done = CliRunner().invoke(pick_command, [str(tmp_path), "--settings", '{"size": 100}'])
    assert isinstance(done.exception, ConfigError)
    assert "80 wells" in done.exception.line()
    assert not (tmp_path / "pick.parquet").exists()
