from __future__ import annotations

from screening.standardise.outcomes import OUTCOMES, standardise_chunk


def test_each_item_has_a_structure_or_a_reason() -> None:
    rows = standardise_chunk([(7, "CC(=O)[O-].[Na+]"), (8, "C1CC"), (9, "C[C@H](N)C(=O)O")], 10.0)
    assert [row["position"] for row in rows] == [7, 8, 9]
    assert rows[0]["removed_fragments"] == ["[Na+]"]
    assert rows[1] == {"position": 8, "code": "bad_smiles", "detail": "unclosed ring"}
    assert rows[2]["structure_id"] == "QNAYBMKLOCPYGJ-REOHCLBHSA-N"
    assert all(set(row) <= set(OUTCOMES.names) for row in rows)
