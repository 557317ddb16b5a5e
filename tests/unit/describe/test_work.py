from __future__ import annotations

import pytest

from screening.chem.descriptors import descriptor_fields
from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.core.watchdog import Limits
from screening.describe.work import Task, describe_chunk

SETS = ("natural_product", "morgan")


def entries() -> list[Entry]:
    unread = Problem("bad_record", "3 fields where the header has 2")
    return [
        Entry(5, "CC(=O)O.[Na]O"),
        Entry(6, "C1CC"),
        Entry(7, "CCO", problem=unread),
        Entry(8, "NCCS(O)(=O)=O"),
    ]


def test_each_entry_has_one_outcome_in_order() -> None:
    done = describe_chunk(Task(SETS, standardised=False, limits=Limits(30)), entries())
    assert [entry.row for entry in done.entries] == [5, 8]
    assert done.table.num_rows == 2
    assert done.table.schema.names == [field.name for field in descriptor_fields(SETS)]
    assert {row: problem.code for row, problem in done.problems.items()} == {
        6: "bad_smiles",
        7: "bad_record",
    }


def test_the_parent_is_described_unless_the_input_is_one() -> None:
    salt = [Entry(0, "CC(=O)[O-].[Na+]"), Entry(1, "CC(=O)O")]
    done = describe_chunk(Task(("rdkit2d",), standardised=False, limits=Limits(30)), salt)
    assert done.table["MolWt"][0] == done.table["MolWt"][1]
    as_given = describe_chunk(Task(("rdkit2d",), standardised=True, limits=Limits(30)), salt)
    assert as_given.table["MolWt"][0].as_py() == pytest.approx(82.034, abs=0.001)


def test_a_parent_that_cannot_be_read_is_not_describable() -> None:
    done = describe_chunk(Task(SETS, standardised=True, limits=Limits(30)), [Entry(0, "C1CC", "K")])
    assert done.entries == []
    assert done.problems[0].code == "not_describable"
    assert "bad_smiles" in done.problems[0].detail
