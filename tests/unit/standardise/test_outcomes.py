from __future__ import annotations

from screening.core.watchdog import Limits
from screening.standardise.outcomes import OUTCOMES, Item, standardise_chunk

LIMITS = Limits(10.0)
ALANINE = "C[C@H](N)C(=O)O"
ALANINE_KEY = "QNAYBMKLOCPYGJ-REOHCLBHSA-N"


def test_each_item_has_a_structure_or_a_reason() -> None:
    items = [Item("CC(=O)[O-].[Na+]"), Item("C1CC"), Item(ALANINE)]
    table = standardise_chunk(items, LIMITS)
    assert table.schema == OUTCOMES
    rows = table.to_pylist()
    assert len(rows) == 3
    assert rows[0]["removed_fragments"] == ["[Na+]"]
    assert rows[0]["removed_names"] == ["sodium"]
    assert rows[0]["input_smiles"] == "CC(=O)[O-].[Na+]"
    told = {name: value for name, value in rows[1].items() if value is not None}
    assert told == {
        "code": "bad_smiles",
        "detail": "unclosed ring 1 at position 2",
    }
    assert rows[2]["structure_id"] == ALANINE_KEY
    assert rows[2]["changes"] == rows[2]["conflicts"] == []


def test_what_a_record_states_is_compared_with_its_structure() -> None:
    other = "smiles:CCO"
    item = Item(ALANINE, "smiles", [other], "QNAYBMKLOCPYGJ-UWTATZPHSA-N", "C3H8NO2")
    (row,) = standardise_chunk([item], LIMITS).to_pylist()
    assert row["conflicts"] == [
        "stated InChIKey QNAYBMKLOCPYGJ-UWTATZPHSA-N, the structure gives "
        f"{ALANINE_KEY} (the same skeleton: stereochemistry, isotopes or charge differ)",
        "stated formula C3H8NO2, the structure has C3H7NO2",
        "another column (SMILES) gives another structure: LFQSCWFLJHTTHZ-UHFFFAOYSA-N",
    ]


def test_another_column_stands_in_for_one_that_cannot_be_read() -> None:
    inchi = "inchi:InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1"
    (row,) = standardise_chunk([Item("C[C@H](N", "smiles", [inchi])], LIMITS).to_pylist()
    assert row["structure_id"] == ALANINE_KEY
    assert row["input_smiles"] == "C[C@H](N)C(=O)O"
    assert row["changes"] == [
        "structure taken from another column: '(' at position 7 is never closed"
    ]
