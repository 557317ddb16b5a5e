"""The bundled reference library agrees with itself, and the check that says so can fail."""

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "data" / "verify_marine_reference.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_marine_reference", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up here while the script is being executed.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


verify = load_script()


@pytest.fixture
def nereistoxin() -> dict[str, str]:
    row: dict[str, str] = next(r for r in verify.read_reference() if r["name"] == "nereistoxin")
    return row


def test_the_bundled_library_passes() -> None:
    rows = verify.read_reference()
    assert len(rows) >= 120
    assert verify.faults_of(rows) == []
    assert {row["status"] for row in rows} == verify.STATUSES


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("formula", "C5H12NS2", "formula C5H12NS2 but the structure has C5H11NS2"),
        ("smiles", "CN(C)C1CSSC", "the structure does not parse"),
        ("smiles", "CN(C)C1CSCC1", "exact mass 149.0333 but the structure has"),
        ("exact_mass_da", "149.0350", "exact mass 149.0350 but the structure has 149.0333"),
        ("exact_mass_da", "nan", "exact mass nan"),
        ("exact_mass_da", "", "is not a number"),
        ("status", "withdrawn", "status 'withdrawn' is not one of"),
        ("phylum", "Vermes", "phylum 'Vermes' is not in the vocabulary"),
        ("organism", "sea worm", "organism 'sea worm' is not a binomial"),
        ("reference", "", "reference is empty"),
        ("doi", "https://doi.org/10.1271/x", "is not a DOI"),
    ],
)
def test_a_wrong_row_is_reported_by_name(
    nereistoxin: dict[str, str], column: str, value: str, fault: str
) -> None:
    faults = verify.faults_of([nereistoxin | {column: value}])
    assert any(line.startswith("nereistoxin: ") and fault in line for line in faults), faults


def test_a_name_and_a_structure_may_stand_once_only(nereistoxin: dict[str, str]) -> None:
    salt = nereistoxin | {
        "name": "nereistoxin hydrochloride",
        "smiles": nereistoxin["smiles"] + ".Cl",
        "formula": "C5H12ClNS2",
        "exact_mass_da": "185.0100",
    }
    assert verify.faults_of([nereistoxin, salt]) == [
        "nereistoxin hydrochloride: the same structure as nereistoxin"
    ]
    assert verify.faults_of([nereistoxin, nereistoxin]) == ["nereistoxin: the name stands twice"]


def test_the_command_fails_on_a_wrong_file(
    nereistoxin: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, verify.COLUMNS)
        writer.writeheader()
        writer.writerow(nereistoxin | {"formula": "C5H11NS3"})
    assert verify.main(["--file", str(path)]) == 1
    assert "FAULT nereistoxin: formula C5H11NS3" in capsys.readouterr().out


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "shifted.csv"
    path.write_text("smiles,name\nC,methane\n", encoding="utf-8")
    with pytest.raises(ValueError, match="the columns must be"):
        verify.read_reference(path)


def test_a_mirror_tells_full_matches_from_flat_ones(tmp_path: Path) -> None:
    rows = [
        {"name": "salt", "smiles": "C[C@@H](N)C(=O)O.Cl"},
        {"name": "flat", "smiles": "C[C@H](O)C(=O)O"},
        {"name": "absent", "smiles": "CCCCO"},
    ]
    folder = tmp_path / "marine"
    folder.mkdir()
    (folder / "cmnpd.csv").write_text(
        "compound_id,smiles\n1,C[C@@H]([NH3+])C(=O)[O-]\n2,not a structure\n", encoding="utf-8"
    )
    (folder / "cyanometdb_2020.csv").write_text(
        "Compound identifier ,SMILES (canonical or isomeric)\n1,CC(O)C(=O)O\n", encoding="utf-8-sig"
    )
    found = verify.confirm(rows, tmp_path)
    assert (found.full, found.first_block, found.neither) == (["salt"], ["flat"], ["absent"])
