from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.inchi import inchikey, key_of_inchi, read_inchi
from screening.chem.problem import Problem
from screening.chem.reading import Reading

ETHANOL = "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"
ETHANOL_KEY = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"


@pytest.mark.parametrize("text", [ETHANOL, f"  {ETHANOL}\n", ETHANOL.replace("1S", "1")])
def test_structure(text: str) -> None:
    reading = read_inchi(text)
    assert isinstance(reading, Reading)
    assert reading.smiles == "CCO"
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        ("", "empty_structure", "the structure is empty"),
        ("CCO", "bad_inchi", "the text does not begin with 'InChI=1'"),
        (
            ETHANOL_KEY,
            "bad_inchi",
            "this is an InChIKey; no structure can be rebuilt from a key",
        ),
        (
            "InChI=1S/C2H6 O/c1-2-3",
            "bad_inchi",
            "character ' ' at position 14 is not of an InChI",
        ),
        (
            "InChI=1S/C3H9Cl/c1-4(2)3/h1-3H3",
            "bad_valence",
            "InChI rebuilt: Explicit valence for atom # 3 Cl, 3, is greater than permitted",
        ),
        (
            ETHANOL[:-8],
            "bad_inchi",
            "InChI: Syntax error (-2) in MOBILE_H_CONNECTIONS (1)",
        ),
    ],
)
def test_problem(text: str, code: str, detail: str) -> None:
    problem = read_inchi(text)
    assert isinstance(problem, Problem)
    assert problem.code == code
    if text != ETHANOL[:-8]:
        assert problem.detail == detail
    else:
        assert problem.detail.startswith("InChI: ")


def test_keys() -> None:
    assert key_of_inchi(ETHANOL) == inchikey(Chem.MolFromSmiles("CCO")) == ETHANOL_KEY
    assert key_of_inchi("no InChI") == ""
