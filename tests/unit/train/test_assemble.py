from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from screening.core.errors import TrainingDataError
from screening.train.assemble import LabelledSet, RawTable, assemble
from screening.train.recipe import Recipe
from screening.train.structures import standardise_all

L_ALANINE, D_ALANINE = "C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"


def merge(
    rows: list[tuple[str, str]],
    kind: str = "classification",
    excluded: list[str] | None = None,
    public: bool = True,
) -> LabelledSet:
    tables = {"t": RawTable(pd.DataFrame(rows, columns=["smiles", "y"]), "smiles", public, public)}
    endpoint = {"id": "y", "kind": kind, "unit": "u", "direction": "d", "sources": ["t:y"]}
    if excluded is not None:
        tables["test"] = RawTable(pd.DataFrame({"smiles": excluded}), "smiles", True)
        endpoint["exclude"] = ["test"]
    recipe = Recipe.model_validate({"name": "r", "endpoints": [endpoint]})
    texts = [text for table in tables.values() for text in table.frame["smiles"]]
    return assemble(recipe, tables, standardise_all(texts))


def test_stereo_twins_become_one_row() -> None:
    merged = merge([(L_ALANINE, "1"), (D_ALANINE, "1"), ("CCO", "0")])
    assert len(merged.flat_keys) == len(set(merged.flat_keys)) == 2
    assert merged.counts["y"].merged_rows == 1


def test_a_tie_is_dropped_and_counted() -> None:
    merged = merge([(L_ALANINE, "1"), (D_ALANINE, "0"), ("CCO", "0")])
    assert merged.counts["y"].conflicts_dropped == 1
    assert merged.labels[:, 0].tolist() == [0.0]


def test_a_majority_wins() -> None:
    merged = merge([(L_ALANINE, "1"), (D_ALANINE, "0"), ("CC(N)C(=O)O", "1.0")])
    assert merged.labels[:, 0].tolist() == [1.0]
    assert merged.counts["y"].disagreements == 1


def test_measurements_become_their_median() -> None:
    rows = [(L_ALANINE, "1.0"), (D_ALANINE, "2.0"), ("CC(N)C(=O)O", "9.0"), ("CCO", "3")]
    merged = merge(rows, "regression")
    assert sorted(merged.labels[:, 0].tolist()) == [2.0, 3.0]
    assert merged.counts["y"].disagreements == 1
    assert merged.counts["y"].disagreeing_rows == ["1 and 3 (16.0 deviations)"]


def test_salts_and_parents_are_one_structure() -> None:
    merged = merge([("CC(=O)[O-].[Na+]", "1"), ("CC(=O)O", "1")])
    assert len(merged.flat_keys) == 1


def test_test_structures_never_label_their_endpoint() -> None:
    merged = merge([(L_ALANINE, "1"), ("CCO", "0")], excluded=[D_ALANINE])
    assert merged.counts["y"].excluded_rows == 1
    assert merged.labels[:, 0].tolist() == [0.0]


def test_blank_labels_and_bad_structures_are_counted() -> None:
    merged = merge([("CCO", ""), ("CCN", "1"), ("not a molecule", "1")])
    assert merged.counts["y"].rows == 2
    assert merged.counts["y"].rejected_rows == 1
    assert len(merged.flat_keys) == 1


def test_smiles_of_closed_tables_are_not_passed_on() -> None:
    merged = merge([("CCO", "1")], public=False)
    assert merged.public_smiles == [""]
    assert merged.smiles == ["CCO"]
    assert merged.public_endpoints.tolist() == [False]
    assert merge([("CCO", "1")], public=True).public_endpoints.tolist() == [True]


def test_labels_outside_zero_and_one_name_their_rows() -> None:
    with pytest.raises(TrainingDataError, match=r"outside 0 and 1, row 2 \('2'\)"):
        merge([("CCO", "1"), ("CCN", "2")])


@pytest.mark.parametrize("text", ["high", ">5", "inf"])
def test_text_among_numbers_names_its_row(text: str) -> None:
    with pytest.raises(TrainingDataError, match="row 2"):
        merge([("CCO", "1.5"), ("CCN", text)], "regression")


def test_a_missing_column_is_named() -> None:
    recipe = Recipe.model_validate(
        {
            "name": "r",
            "endpoints": [
                {"id": "y", "kind": "regression", "unit": "u", "direction": "d", "sources": ["t:z"]}
            ],
        }
    )
    table = RawTable(pd.DataFrame({"smiles": ["CCO"], "y": ["1"]}), "smiles", True)
    with pytest.raises(TrainingDataError, match="no column 'z'"):
        assemble(recipe, {"t": table}, standardise_all(["CCO"]))


def test_input_tables_are_not_altered() -> None:
    frame = pd.DataFrame([("CCO", "1"), ("CCN", "")], columns=["smiles", "y"])
    before = frame.copy()
    recipe = Recipe.model_validate(
        {
            "name": "r",
            "endpoints": [
                {"id": "y", "kind": "regression", "unit": "u", "direction": "d", "sources": ["t:y"]}
            ],
        }
    )
    merged = assemble(
        recipe, {"t": RawTable(frame, "smiles", True)}, standardise_all(["CCO", "CCN"])
    )
    pd.testing.assert_frame_equal(frame, before)
    assert np.isfinite(merged.labels).all()
