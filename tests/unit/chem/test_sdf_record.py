from __future__ import annotations

import csv
from io import BytesIO

import pytest
from rdkit import Chem

from screening.chem.problem import Problem
from screening.chem.sdf_record import MAX_TITLE, MAX_VALUE, sdf_record
from screening.chem.standardise import standardise
from screening.core.provenance import PROJECT

HOSTILE = (
    "$$$$",
    "two\nlines\r\n\r\n$$$$\n> <rank>\n1",
    ">  <rank>",
    "M  END",
    "\u202egnp.exe\u2028\x00\x1b[31m",
    "=cmd|' /C calc'!A0",
    "N" * 10_000,
    "海绵 Λίμνη",
    "",
)


def read(text: str) -> list[Chem.Mol]:
    return list(Chem.ForwardSDMolSupplier(BytesIO(text.encode("utf-8"))))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_record(text: str) -> None:
    record = sdf_record("CCO", text, {"name": text, "rank": "7"})
    molecules = read(record + sdf_record("CCN", "next", {"rank": "8"}))
    assert [Chem.MolToSmiles(one) for one in molecules] == ["CCO", "CCN"]
    assert [one.GetProp("rank") for one in molecules] == ["7", "8"]
    assert record.count("\n$$$$\n") == 1
    title, *lines = record.split("\n")
    assert len(title) <= MAX_TITLE
    assert all(len(line) <= MAX_VALUE for line in lines)


def test_harmless_text_is_kept() -> None:
    (molecule,) = read(sdf_record("CCO", "δ-conotoxin", {"name": "海绵", "cost": "$1 > $$$"}))
    assert molecule.GetProp("_Name") == "δ-conotoxin"
    assert (molecule.GetProp("name"), molecule.GetProp("cost")) == ("海绵", "$1 > $$$")


def test_text_that_is_a_mark_of_the_format_gets_an_apostrophe() -> None:
    (molecule,) = read(sdf_record("CCO", "$$$$", {"name": "> <x>"}))
    assert (molecule.GetProp("_Name"), molecule.GetProp("name")) == ("'$$$$", "'> <x>")


def test_an_unreadable_structure_leaves_a_record_without_atoms() -> None:
    first, second = read(sdf_record("C1CC", "a", {"rank": "1"}) + sdf_record("C", "b", {}))
    assert (first.GetNumAtoms(), first.GetProp("rank")) == (0, "1")
    assert second.GetNumAtoms() == 1


def test_marine_structures_come_back_with_their_stereochemistry() -> None:
    with (PROJECT / "data/marine_reference.csv").open(encoding="utf-8", newline="") as stream:
        parents = [standardise(row["smiles"]) for row in csv.DictReader(stream)]
    smiles = [one.smiles for one in parents if not isinstance(one, Problem)]
    read_back = read("".join(sdf_record(one, "x", {}) for one in smiles))
    assert [Chem.MolToSmiles(one) for one in read_back] == smiles
    assert all(not one.GetConformer().Is3D() for one in read_back)
