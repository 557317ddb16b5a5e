"""Fields of a structure column that say that there is no structure."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.ingest.structure_text import read_structure, says_nothing
from tests.unit.ingest.helpers import read_content, structure_of


@pytest.mark.parametrize("text", ["nan", "NA", "N/A", " - ", "none", "NULL", "#REF!", "#n/a"])
def test_says_nothing(text: str) -> None:
    assert says_nothing(text)
    assert read_structure("smiles", text) is None
    assert read_structure("inchi", text) is None


@pytest.mark.parametrize("text", ["N", "n", "NN", "[Na]", "O", "*", "NO", "I", "C-C"])
def test_a_smiles_is_never_taken_for_nothing(text: str) -> None:
    assert says_nothing(text) is None
    structure = read_structure("smiles", text)
    assert structure is not None
    assert structure.text == text


def test_rows_without_a_structure_say_what_stands_there(tmp_path: Path) -> None:
    text = "smiles,name\nnan,a\n#REF!,b\n,c\nN,d\n"
    records, _ = read_content(tmp_path, "lib.csv", text)
    problems = [record.problem for record in records]
    assert [problem and (problem.code, problem.detail) for problem in problems] == [
        ("empty_structure", "line 2: 'nan' stands for no structure"),
        ("empty_structure", "line 3: spreadsheet error value #REF!"),
        ("empty_structure", "line 4: no structure is given"),
        None,
    ]
    assert records[1].parted.extra == {"smiles": "#REF!"}


def test_the_next_structure_column_steps_in(tmp_path: Path) -> None:
    text = "smiles,InChI\nN/A,InChI=1S/CH4/h1H4\n"
    (record,), _ = read_content(tmp_path, "lib.csv", text)
    assert (structure_of(record), record.problem) == ("InChI=1S/CH4/h1H4", None)


def test_a_line_of_a_smiles_file(tmp_path: Path) -> None:
    records, _ = read_content(tmp_path, "lib.smi", "C methane\nnan nothing\n")
    problem = records[1].problem
    assert problem is not None
    assert (problem.code, problem.detail) == (
        "empty_structure",
        "line 2: 'nan' stands for no structure",
    )
    assert records[1].raw == "nan nothing"
