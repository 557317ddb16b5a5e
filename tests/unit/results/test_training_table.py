from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.cli.results import results_group
from screening.core.errors import ConfigError, InputError, ScreeningError
from screening.results.import_results import import_results
from screening.results.training_table import TableRequest, write_training_table
from tests.unit.results.screens import ASPIRIN, CAFFEINE, ETHANOL, write_screen

UNKNOWN = "AAAAAAAAAAAAAA-BBBBBBBBBB-N"
BENCH = f"""structure_id,endpoint,value,unit,date
{ASPIRIN.key},HDAC1 IC50,1,µM,2026-11-02
{ASPIRIN.key},HDAC1 IC50,4,µM,2026-11-20
{CAFFEINE.key},HDAC1 IC50,>50,µM,
{ETHANOL.key},HDAC1 IC50,100,nM,
{ETHANOL.key},HDAC1 IC50,100,µM,
{UNKNOWN},HDAC1 IC50,1,µM,
{CAFFEINE.key},growth,-5,%,
{ASPIRIN.key},growth,>95,%,
{ASPIRIN.key},MIC,8,ug/mL,
"""


@pytest.fixture
def output(tmp_path: Path) -> Path:
    output = write_screen(tmp_path / "results", "reef", {"1": ASPIRIN, "2": CAFFEINE, "3": ETHANOL})
    file = tmp_path / "bench.csv"
    file.write_text(BENCH, encoding="utf-8")
    import_results(file, output)
    return output


def table_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["smiles"]: row for row in csv.DictReader(stream)}


def test_values_are_the_medians_of_what_is_known(output: Path) -> None:
    table = output / "train.csv"
    written = write_training_table(output, table, TableRequest("HDAC1 IC50"))
    assert written.left_out == {
        "censored, and the bound does not decide": 1,
        "replicates disagree": 1,
        "no structure known": 1,
    }
    assert table_of(table) == {
        ASPIRIN.smiles: {
            "smiles": ASPIRIN.smiles,
            "HDAC1_IC50": "5.69897",
            "structure_id": ASPIRIN.key,
            "date": "2026-11-20",
            "n_replicates": "2",
            "spread": "0.60206",
        }
    }


def test_a_threshold_makes_classes_where_bounds_decide(output: Path) -> None:
    table = output / "train.csv"
    written = write_training_table(output, table, TableRequest("HDAC1 IC50", "10 µM", "active"))
    assert {key: row["active"] for key, row in table_of(table).items()} == {
        ASPIRIN.smiles: "1",
        CAFFEINE.smiles: "0",
    }
    assert (written.n_active, written.left_out["replicates disagree"]) == (1, 1)
    stricter = write_training_table(output, table, TableRequest("HDAC1 IC50", "100 µM"))
    # Both replicates of ethanol are on the active side; the bound of caffeine decides no longer.
    assert set(table_of(table)) == {ASPIRIN.smiles, ETHANOL.smiles}
    assert stricter.left_out == {
        "censored, and the bound does not decide": 1,
        "no structure known": 1,
    }


def test_percent_and_mass_have_thresholds_of_their_own(output: Path) -> None:
    table = output / "train.csv"
    write_training_table(output, table, TableRequest("growth", "50 %"))
    assert {row["growth"] for row in table_of(table).values()} == {"0", "1"}
    write_training_table(output, table, TableRequest("MIC", "8 mg/L"))
    assert table_of(table)[ASPIRIN.smiles]["MIC"] == "1"


def test_a_previous_table_keeps_its_other_rows(output: Path) -> None:
    old, table = output / "old.csv", output / "train.csv"
    old.write_text(
        f'smiles,active,split,who\n{ASPIRIN.smiles},0,test,A\nCCN,1,train,"=x"\nnonsense,0,train,\n'
    )
    request = TableRequest("HDAC1 IC50", "10 µM", "active", old)
    written = write_training_table(output, table, request)
    rows = table_of(table)
    assert (written.n_rows, written.n_new, written.n_replaced) == (4, 2, 1)
    assert [(rows[key]["active"], rows[key]["split"]) for key in (ASPIRIN.smiles, "CCN")] == [
        ("1", "train"),
        ("1", "train"),
    ]
    assert rows["CCN"]["who"] == "'=x"
    again = write_training_table(
        output, output / "again.csv", TableRequest("HDAC1 IC50", "10 µM", "active", table)
    )
    assert (again.n_rows, again.n_replaced) == (4, 2)
    assert table_of(output / "again.csv") == rows


@pytest.mark.parametrize(
    ("request_", "error", "told"),
    [
        (TableRequest("HDAC"), InputError, "there are 'HDAC1 IC50', 'MIC', 'growth'"),
        (TableRequest("growth", "10 µM"), ConfigError, "is measured in %"),
        (TableRequest("MIC", "ten"), ConfigError, "write it as '10 µM'"),
        (TableRequest("MIC", "0 µM"), ConfigError, "does not fit"),
        (TableRequest("MIC", previous=Path("no.csv")), InputError, "cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_told(
    output: Path, request_: TableRequest, error: type[ScreeningError], told: str
) -> None:
    with pytest.raises(error) as caught:
        write_training_table(output, output / "train.csv", request_)
    assert told in caught.value.line()
    assert not (output / "train.csv").exists()


def test_the_commands_say_what_comes_next(output: Path) -> None:
    file = output.parent / "bench.csv"
    told = CliRunner().invoke(results_group, ["import", str(file), "--output", str(output)])
    assert "0 new, 9 there already" in told.stdout
    table = output / "train.csv"
    arguments = ["--endpoint", "growth", "--output", str(table), "--results", str(output)]
    made = CliRunner().invoke(results_group, ["table", *arguments, "--threshold", "50 %"])
    assert "2 rows, 2 measured (1 active)" in made.stdout
    assert f"screening train {table} --smiles-column smiles --targets growth" in made.stdout
