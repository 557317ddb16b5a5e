from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from screening.core.corrections_table import record_digest
from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter, read_table
from screening.core.rejects import fix_for
from screening.core.tables import (
    COMPOUNDS,
    LOST_STRUCTURES,
    RECORDS,
    REJECTS,
    STRUCTURES,
    TableSchema,
)
from screening.ledger.close import LedgerCounts, StageTables, close_ledger

Rows = Sequence[dict[str, Any]]
# Columns that are lists and never null.
LISTS = ("synonyms", "organisms", "references", "dois")


def origin(number: int) -> dict[str, Any]:
    return {
        "compound_id": f"lib-{number}",
        "library": "lib",
        "source_file": "lib.csv",
        "record_number": number,
        "raw": f"raw text {number}",
        "name": f"compound {number}",
    }


def record(number: int) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in LISTS}
    return origin(number) | empty | {"structure": "C", "notation": "smiles", "alternatives": []}


def compound(number: int, structure: str) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in LISTS}
    return origin(number) | empty | {"input_smiles": "C", "structure_id": structure}


def reject(number: int, stage: str, code: str) -> dict[str, Any]:
    return origin(number) | {"stage": stage, "code": code, "detail": "why", "fix": fix_for(code)}


def structure(name: str, n_compounds: int) -> dict[str, Any]:
    return {"structure_id": name, "flat_key": name, "smiles": "C", "n_compounds": n_compounds}


def lost(name: str, stage: str, code: str = "timed_out") -> dict[str, Any]:
    return {"structure_id": name, "stage": stage, "code": code, "detail": "over the limit"}


# Records 1 to 7: 1 has no structure, 2 is a metal, the others share the structures A, B and C.
INGEST_REJECTS = [reject(1, "ingest", "empty_structure")]
STANDARDISE_REJECTS = [reject(2, "standardise", "metal")]
STANDARDISED = [compound(number, name) for number, name in enumerate("ABACB", start=3)]
FAMILIES = [structure("A", 2), structure("B", 2), structure("C", 1)]


def screen(
    folder: Path,
    *,
    describe: Rows = (),
    predict: Rows = (),
    compounds: Rows = STANDARDISED,
    structures: Rows = FAMILIES,
    n_records: int = 7,
) -> Path:
    """The tables of a screen up to the ledger."""
    tables: list[tuple[str, TableSchema, Rows]] = [
        ("ingest/records", RECORDS, [record(number) for number in range(2, n_records + 1)]),
        ("ingest/rejects", REJECTS, INGEST_REJECTS),
        ("standardise/compounds", COMPOUNDS, compounds),
        ("standardise/structures", STRUCTURES, structures),
        ("standardise/rejects", REJECTS, STANDARDISE_REJECTS),
        ("describe/lost", LOST_STRUCTURES, describe),
        ("predict/lost", LOST_STRUCTURES, predict),
    ]
    for name, schema, rows in tables:
        path = folder / f"stages/{name}.parquet"
        with PartitionWriter(path, schema.arrow(), rows_per_partition=2) as writer:
            writer.write_rows(rows)
    return folder


def close(folder: Path) -> LedgerCounts:
    return close_ledger(StageTables.of_screen(folder), folder)


def rows(folder: Path, schema: TableSchema) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_table(folder / f"{schema.name}.parquet", schema).to_pylist()
    return found


def test_nothing_lost_on_the_way(tmp_path: Path) -> None:
    counts = close(screen(tmp_path))
    assert counts == LedgerCounts(n_records=7, n_compounds=5, n_rejects=2, n_structures=3)
    assert [row["record_number"] for row in rows(tmp_path, COMPOUNDS)] == [3, 4, 5, 6, 7]
    assert [row["stage"] for row in rows(tmp_path, REJECTS)] == ["ingest", "standardise"]


def test_a_lost_structure_becomes_rejects_of_all_its_compounds(tmp_path: Path) -> None:
    counts = close(screen(tmp_path, describe=[lost("B", "describe")]))
    assert counts == LedgerCounts(n_records=7, n_compounds=3, n_rejects=4, n_structures=2)
    assert [row["structure_id"] for row in rows(tmp_path, STRUCTURES)] == ["A", "C"]
    rejected = {row["record_number"]: row for row in rows(tmp_path, REJECTS)}
    assert set(rejected) == {1, 2, 4, 7}
    assert rejected[7] == origin(7) | {
        "structure": "C",
        "stage": "describe",
        "code": "timed_out",
        "detail": "over the limit",
        "fix": fix_for("timed_out"),
    }


def test_the_first_stage_that_lost_a_structure_is_named(tmp_path: Path) -> None:
    both = screen(
        tmp_path, describe=[lost("C", "describe")], predict=[lost("C", "predict", "crashed")]
    )
    assert close(both).n_rejects == 3
    assert rows(tmp_path, REJECTS)[-1]["stage"] == "describe"


def test_rejects_stand_in_a_sheet_to_correct(tmp_path: Path) -> None:
    hostile = reject(1, "ingest", "bad_smiles") | {"name": "=cmd", "structure": "C1CC"}
    screen(tmp_path)
    with PartitionWriter(tmp_path / "stages/ingest/rejects.parquet", REJECTS.arrow()) as writer:
        writer.write_rows([hostile])
    close(tmp_path)
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        sheet = list(csv.DictReader(stream))
    assert [row["record_number"] for row in sheet] == ["1", "2"]
    assert sheet[0] == {
        "source_file": "lib.csv",
        "record_number": "1",
        "record_digest": record_digest("raw text 1"),
        "compound_id": "lib-1",
        "name": "'=cmd",
        "code": "bad_smiles",
        "detail": "why",
        "fix": fix_for("bad_smiles"),
        "structure": "C1CC",
        "corrected_structure": "",
    }


def fill_in(sheet: Path, corrections: dict[str, str], delimiter: str = ",") -> bytes:
    """Fill in the corrected structures of record numbers, as a spreadsheet would save them."""
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        filled = list(csv.DictReader(stream))
    for row in filled:
        row["corrected_structure"] = corrections.get(row["record_number"], "")
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, filled[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(filled)
    return sheet.read_bytes()


def filled_cells(sheet: Path) -> dict[str, str]:
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        return {row["record_number"]: row["corrected_structure"] for row in csv.DictReader(stream)}


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_what_the_user_filled_in_outlives_another_screen(tmp_path: Path, delimiter: str) -> None:
    close(screen(tmp_path))
    sheet = tmp_path / "rejects.csv"
    fill_in(sheet, {"1": "=O", "2": "CCO"}, delimiter)
    close(screen(tmp_path, describe=[lost("B", "describe")]))
    assert filled_cells(sheet) == {"1": "'=O", "2": "CCO", "4": "", "7": ""}
    close(screen(tmp_path))
    assert filled_cells(sheet) == {"1": "'=O", "2": "CCO"}
    assert not (tmp_path / "rejects.previous.csv").exists()


def test_a_filled_in_row_without_its_reject_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reject is mended, its record has another text now, or the sheet cannot be read."""
    sheet, previous = tmp_path / "rejects.csv", tmp_path / "rejects.previous.csv"
    close(screen(tmp_path, describe=[lost("B", "describe")]))
    mended = fill_in(sheet, {"1": "C", "4": "CCO"})
    close(screen(tmp_path))
    assert filled_cells(sheet) == {"1": "C", "2": ""}
    assert previous.read_bytes() == mended
    assert "is kept as rejects.previous.csv" in capsys.readouterr().err

    changed = fill_in(sheet, {"2": "CCC"}).replace(record_digest("raw text 2").encode(), b"r0")
    for saved in (changed, changed.decode().replace("why", "wäre").encode("cp1252")):
        sheet.write_bytes(saved)
        close(screen(tmp_path))
        assert filled_cells(sheet) == {"1": "", "2": ""}
        assert previous.read_bytes() == saved


def test_everything_may_be_lost(tmp_path: Path) -> None:
    counts = close(screen(tmp_path, predict=[lost(name, "predict") for name in "ABC"]))
    assert counts == LedgerCounts(n_records=7, n_compounds=0, n_rejects=7, n_structures=0)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"n_records": 8}, "neither compound nor reject"),
        ({"n_records": 6}, "never read"),
        ({"compounds": [*STANDARDISED, compound(3, "A")]}, "stand twice"),
        ({"compounds": [*STANDARDISED[:-1], compound(2, "B")]}, "neither compound nor reject"),
        ({"structures": FAMILIES[:2]}, "number of compounds is wrong"),
        ({"structures": [*FAMILIES, structure("D", 1)]}, "number of compounds is wrong"),
        ({"structures": [structure("A", 1), *FAMILIES[1:]]}, "number of compounds is wrong"),
    ],
)
def test_books_that_do_not_add_up_stop_the_run_and_write_nothing(
    tmp_path: Path, fault: dict[str, Any], message: str
) -> None:
    with pytest.raises(RuntimeError, match=message):
        close(screen(tmp_path, **fault))
    assert [path.name for path in tmp_path.iterdir()] == ["stages"]


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"describe/lost\.parquet: no such table"):
        close_ledger(StageTables.of_screen(tmp_path), tmp_path / "out")
