"""Pick, changes, neighbours, atoms and map: each from a table that a screen may lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.config import ReportSettings, ScreenConfig
from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter
from screening.core.plates import compound_wells
from screening.core.tables import (
    CHANGES,
    EXPLANATIONS,
    KNOWN,
    PICK,
    PREDICTIONS,
    Column,
    TableSchema,
)
from screening.report.changes import read_changes
from screening.report.plate import plate_of, read_pick
from screening.report.report import Origin, write_report
from screening.report.space import Shown, map_space

HOSTILE = "<script>alert(9)</script>"


def write(folder: Path, table: TableSchema, rows: list[dict[str, Any]]) -> None:
    with PartitionWriter(folder / f"{table.name}.parquet", table.arrow()) as writer:
        writer.write_rows(rows)


def page(folder: Path, **settings: Any) -> str:
    output = folder / "report.html"
    write_report(folder, output, ReportSettings(**settings), Origin("reef"))
    return output.read_text(encoding="utf-8")


def picked(number: int, well: str, **changes: Any) -> dict[str, Any]:
    return {
        "pick_number": number,
        "well": well,
        "structure_id": f"STRUCTURE-{number:05d}",
        "compound_id": f"MR{number:05d}",
        "name": HOSTILE,
        "smiles": "CCO",
        "organisms": ["Aplidium albicans"],
        "rank": number,
        "score": 0.5,
        "score_mean": 0.6,
        "chosen_for": "exploit" if number % 2 else "explore",
        "reason": "its score",
        "tier": "novel",
        "scaffold": "",
        **changes,
    }


def changed(number: int, change: str, **changes: Any) -> dict[str, Any]:
    return {
        "structure_id": f"STRUCTURE-{number:05d}",
        "name": HOSTILE,
        "change": change,
        "rank": number,
        "previous_rank": number + 3,
        "score": 0.5,
        "previous_score": 0.4,
        "causes": ["model"],
        "reason": "hERG block 0.2 → 0.1",
        **changes,
    }


def test_a_screen_without_them_has_a_page_without_their_sections(screen: Path) -> None:
    html = page(screen)
    assert '<section id="changes">' not in html
    for name in ("pick", "changes"):
        assert f'href="#{name}"' not in html
    assert "Nothing was picked" in html
    assert 'class="halos"' not in html
    assert 'id="atoms"' not in html


def test_the_pick_is_drawn_as_a_plate_and_listed(screen: Path) -> None:
    write(screen, PICK, [picked(2, "B11"), picked(1, "A1"), picked(3, "H12", rank=900)])
    html = page(screen)
    section = html.split('<section id="pick">')[1].split("</section>")[0]
    assert section.count('class="empty"') == 96 - 3
    assert section.count('id="p') == 3
    assert 'href="#c2"' in section
    assert 'href="#c900"' not in section  # not on the page
    assert 'href="pick.csv"' in section
    assert "2 for their score, 1 to explore" in section
    assert HOSTILE not in html
    assert html.count('data-pick="1"') == 3


@pytest.mark.parametrize(
    ("wells", "size"),
    [(["A1", "D6"], 96), (["A01", "H12"], 96), (["A1", "P24"], 384), (["A1", "A25"], None)],
)
def test_the_smallest_plate_that_holds_the_wells(wells: list[str], size: int | None) -> None:
    plate = plate_of([picked(number, well) for number, well in enumerate(wells, start=1)])
    assert (len(plate.wells) if plate else None) == size


def test_the_plate_that_was_asked_for_is_drawn() -> None:
    rows = [picked(number, well) for number, well in enumerate(compound_wells(384)[:4], start=1)]
    plate = plate_of(rows, 384)
    assert plate is not None
    assert len(plate.wells) == 384


@pytest.mark.parametrize("wells", [["A1", "A1"], ["<b>", "A1"], ["plate 2 A1"]])
def test_wells_of_no_plate_are_listed_alone(screen: Path, wells: list[str]) -> None:
    rows = [picked(number, well) for number, well in enumerate(wells, start=1)]
    assert plate_of(rows) is None
    write(screen, PICK, rows)
    html = page(screen)
    assert 'class="plate"' not in html
    assert html.count('<tr id="p') == len(wells)


def test_changes_are_counted_and_the_best_listed(screen: Path) -> None:
    rows = [changed(number, "up") for number in range(2, 100)]
    rows += [changed(1, "entered", previous_rank=None), changed(500, "same", previous_rank=500)]
    rows += [changed(777, "left", rank=None, previous_rank=2)]
    write(screen, CHANGES, rows)
    found = read_changes(screen / "changes.parquet")
    assert found is not None
    assert dict(found.counts) == {"up": 98, "entered": 1, "same": 1, "left": 1}
    assert found.n_moved == 100
    assert len(found.listed) == 60
    assert [row["rank"] for row in found.listed[:2]] == [1, 2]
    html = page(screen)
    section = html.split('<section id="changes">')[1].split("</section>")[0]
    assert "▲ 3" in section
    assert "entered" in section
    assert HOSTILE not in html


def test_nothing_moved(screen: Path) -> None:
    write(screen, CHANGES, [changed(1, "same", previous_rank=1)])
    assert "every rank is what it was" in page(screen)


@pytest.mark.parametrize("table", [PICK, CHANGES, KNOWN, EXPLANATIONS])
def test_a_damaged_table_is_named(screen: Path, table: TableSchema) -> None:
    place = screen / f"{table.name}.parquet"
    place.mkdir()
    (place / "part-00000.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match=f"{table.name}.parquet"):
        page(screen)


def test_atoms_are_marked_where_they_are_explained(screen: Path) -> None:
    explained = {
        "structure_id": "STRUCTURE-00004",
        "wish": "tumour panels",
        "endpoints": ["nci60_lung"],
        "scale": "log odds",
        "contributions": [0.5, -0.25, *[0.0] * 11],
    }
    write(screen, EXPLANATIONS, [explained])
    html = page(screen)
    assert html.count('<g class="halos">') == 1
    assert 'id="atoms"' in html
    assert "raise the prediction" in html


def test_contributions_of_another_structure_are_not_drawn(screen: Path) -> None:
    explained = {
        "structure_id": "STRUCTURE-00004",
        "wish": "x",
        "endpoints": [],
        "scale": "",
        "contributions": [0.5],
    }
    write(screen, EXPLANATIONS, [explained])
    assert '<g class="halos">' not in page(screen)


def with_neighbours(screen: Path) -> None:
    """Predictions that name neighbours: one of the library, an approved drug, and a stranger."""
    columns = [
        Column("herg", pa.float32(), "hERG block", "probability"),
        Column("herg__in_domain", pa.bool_(), "inside"),
        Column("herg__domain", pa.string(), "verdict"),
        Column("herg__similarity", pa.float32(), "similarity", "1"),
        Column("herg__neighbour", pa.string(), "key"),
        Column("herg__neighbour_label", pa.float32(), "label", "probability"),
    ]
    keys = ["STRUCTURE-0000", "AFCGFAGUEYAMAO", "ZZZZZZZZZZZZZZ", None, "STRUCTURE-0000"]
    rows = [
        {
            "structure_id": f"STRUCTURE-{number:05d}",
            "herg": 0.1,
            "herg__in_domain": False,
            "herg__domain": "edge",
            "herg__similarity": 0.42,
            "herg__neighbour": key,
            "herg__neighbour_label": 1.0 if number == 1 else None,
        }
        for number, key in enumerate(keys, start=1)
    ]
    with PartitionWriter(screen / "predictions.parquet", PREDICTIONS.arrow(columns)) as writer:
        writer.write_rows(rows)


def test_neighbours_are_drawn_named_or_keyed(screen: Path) -> None:
    with_neighbours(screen)
    html = page(screen)
    first, second, third, fourth, _ = html.split('<tbody class="one"')[1:]
    assert "◐ edge" in first
    assert "Training neighbour" in first
    assert "measured positive" in first
    assert first.count('class="neighbour"') == 1
    assert "acamprosate" in second
    assert "label may not be passed on" in second
    assert "ZZZZZZZZZZZZZZ" in third
    assert "structure not at hand" in third
    assert 'class="neighbour"' not in fourth


def test_neighbours_are_those_of_the_first_alone(screen: Path) -> None:
    with_neighbours(screen)
    assert page(screen, explained=1).count('class="neighbour"') == 1
    assert page(screen, explained=0).count('class="neighbour"') == 0


def test_the_nearest_drug_is_drawn(screen: Path) -> None:
    row = {
        "structure_id": "STRUCTURE-00001",
        "tier": "analogue",
        "known_as": [],
        "nearest_drug": HOSTILE,
        "nearest_drug_smiles": "CC(=O)Oc1ccccc1C(=O)O",
        "nearest_drug_similarity": 0.61,
        "drugs_of_scaffold": [],
    }
    write(screen, KNOWN, [row])
    html = page(screen)
    first = html.split('<tbody class="one"')[1]
    assert "Nearest drug" in first
    assert "0.61" in first
    assert HOSTILE not in html


def alkanes(n: int, first: int = 1) -> list[dict[str, Any]]:
    return [{"structure_id": f"K{k}", "smiles": "C" * k + "O"} for k in range(first, first + n)]


def structures(folder: Path, n: int) -> Path:
    path = folder / "structures.parquet"
    path.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(alkanes(n)), path / "part-00000.parquet")
    return path


def test_the_map_shows_library_and_candidates_and_is_the_same_each_time(tmp_path: Path) -> None:
    path = structures(tmp_path, 40)
    shown = [Shown("K1", "CO", "methanol", 1, False), Shown("K2", "CCO", "ethanol", 2, True)]
    first, second = map_space(path, shown, []), map_space(path, shown, [])
    assert first is not None
    assert first == second
    assert (first.n_training, first.n_library) == (0, 38)
    assert [spot.shown.name for spot in first.spots] == ["methanol", "ethanol"]
    assert first.library.count("h0") == 38
    assert 0.5 < first.trustworthiness <= 1


def test_a_few_structures_make_no_map(tmp_path: Path) -> None:
    assert map_space(structures(tmp_path, 5), [], []) is None


def test_methods_tell_the_settings_that_were_used(screen: Path) -> None:
    ranking = {"caution": 1.25, "objectives": [_objective()]}
    config = ScreenConfig.model_validate({"rank": ranking})
    output = screen / "report.html"
    write_report(screen, output, ReportSettings(), Origin("reef", config=config))
    html = output.read_text(encoding="utf-8")
    methods = html.split('<section id="methods">')[1]
    assert "caution = 1.25" in methods
    assert "&lt;b&gt;block" in methods
    assert "50.0 %" in methods  # the share that the ranking gave it
    assert "10.1080/00224065.1980.11980968" in methods


def _objective() -> dict[str, Any]:
    text = '{"column": "herg", "label": "<b>block", "worst": 1, "best": 0.1, "weight": 2}'
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_the_pick_is_read_in_its_order(tmp_path: Path) -> None:
    write(tmp_path, PICK, [picked(2, "A2"), picked(1, "A1")])
    assert [row["pick_number"] for row in read_pick(tmp_path / "pick.parquet")] == [1, 2]
    assert read_pick(tmp_path / "nothing.parquet") == []
