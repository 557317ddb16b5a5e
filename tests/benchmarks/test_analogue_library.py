"""The generator of analogues, on the bundled library instead of CMNPD."""

from __future__ import annotations

import csv
import gzip
import random
from itertools import islice
from pathlib import Path

import pytest
from analogue_edits import Editable, edits
from analogue_library import HEADER, write_library
from analogues import Analogue, Exhausted, Parent, distinct_analogues
from rdkit import Chem

REFERENCE = Path(__file__).resolve().parents[2] / "data/marine_reference.csv"
# Edit, a molecule, and what may become of it.
EXAMPLES = (
    ("O-methylation", "C[C@H](O)CC", {"CC[C@H](C)OC"}),
    ("N-methylation", "CC(=O)NC", {"CC(=O)N(C)C"}),
    ("N-methylation of an azole", "c1cc[nH]c1", {"Cn1cccc1"}),
    ("aromatic bromination", "Oc1ccc(O)cc1", {"Oc1ccc(O)c(Br)c1"}),
    ("methylenedioxy ring opened", "c1ccc2c(c1)OCO2", {"Oc1ccccc1O"}),
    ("methyl ester hydrolysis", "COC(=O)c1ccccc1", {"O=C(O)c1ccccc1"}),
    ("O-deacetylation", "CC(=O)O[C@@H]1CCC=CC1", {"O[C@@H]1CCC=CC1"}),
    ("desulfation", "CCCOS(=O)(=O)O", {"CCCO"}),
    ("ketone to alcohol from one face", "CCC(C)=O", {"CC[C@H](C)O", "CC[C@@H](C)O"}),
    ("alcohol to ketone", "CC[C@H](C)O", {"CCC(C)=O"}),
    ("primary alcohol to acid", "CCCO", {"CCC(=O)O"}),
    ("hydroxylation", "CC", {"CCO"}),
    ("deoxygenation", "CC[C@H](C)O", {"CCCC"}),
    ("epoxidation", "C/C=C/C", {"CC1OC1C"}),
    ("epoxide opened", "CC1CO1", {"CC(O)CO"}),
    ("hydrogenation", "C/C=C/C", {"CCCC"}),
    ("dehydrogenation", "CC", {"C=C"}),
    ("glucoside", "CO", {"CO[C@@H]1O[C@H](CO)[C@@H](O)[C@H](O)[C@H]1O"}),
    ("hexose lost", "CCO[C@@H]1O[C@H](CO)[C@@H](O)[C@H](O)[C@H]1O", {"CCO"}),
    ("chain longer by CH2", "CCCCO", {"CCCCCO"}),
    ("glycine to alanine", "NCC(=O)O", {"C[C@H](N)C(=O)O"}),
    ("alanine to serine", "C[C@H](N)C(=O)O", {"N[C@@H](CO)C(=O)O"}),
    ("tyrosine to phenylalanine", "N[C@@H](Cc1ccc(O)cc1)C(=O)O", {"N[C@@H](Cc1ccccc1)C(=O)O"}),
    ("centre inverted", "C[C@H](N)C(=O)O", {"C[C@@H](N)C(=O)O"}),
)


@pytest.fixture(scope="module")
def parents() -> list[Parent]:
    with REFERENCE.open(newline="", encoding="utf-8") as stream:
        return [Parent(row["name"], row["smiles"]) for row in csv.DictReader(stream)]


@pytest.fixture(scope="module")
def analogues(parents: list[Parent]) -> list[Analogue]:
    return list(islice(distinct_analogues(parents, seed=1), 900))


@pytest.mark.parametrize(("name", "before", "after"), EXAMPLES)
def test_an_edit_does_what_its_name_says(name: str, before: str, after: set[str]) -> None:
    (edit,) = (edit for edit in edits()[0] if edit.name == name)
    made = Editable(before).edited_by(edit, random.Random(1))
    assert made is not None
    assert made.smiles in {Chem.CanonSmiles(smiles) for smiles in after}


def test_the_table_of_edits_is_sound() -> None:
    known, _ = edits()
    assert len({edit.name for edit in known}) == len(known)
    for edit in known:
        if edit.reaction is not None:
            assert edit.reaction.Validate(silent=True)[1] == 0, edit.name
            assert edit.reaction.GetNumReactantTemplates() == 1, edit.name
            assert edit.reaction.GetNumProductTemplates() == 1, edit.name


def test_analogues_are_distinct_molecules_of_one_fragment(analogues: list[Analogue]) -> None:
    read = [Chem.CanonSmiles(analogue.smiles) for analogue in analogues]
    assert read == [analogue.smiles for analogue in analogues]
    assert len(set(read)) == len(read)
    assert not any("." in smiles for smiles in read)
    assert {len(analogue.edits) for analogue in analogues} == {1, 2}


def test_a_run_is_the_beginning_of_a_longer_one(
    parents: list[Parent], analogues: list[Analogue]
) -> None:
    assert list(islice(distinct_analogues(parents, 1), 300)) == analogues[:300]
    assert list(islice(distinct_analogues(reversed(parents), 1, workers=2), 300)) == analogues[:300]
    assert list(islice(distinct_analogues(parents, 2), 300)) != analogues[:300]


def test_parents_that_have_no_more_end_the_run() -> None:
    with pytest.raises(Exhausted, match="no more than"):
        list(distinct_analogues([Parent("methane", "C"), Parent("a salt", "CCN.Cl")], seed=1))


def test_one_library_is_one_file(analogues: list[Analogue], tmp_path: Path) -> None:
    packed = [tmp_path / "one.csv.gz", tmp_path / "another.csv.gz"]
    assert [write_library(analogues, path) for path in packed] == [900, 900]
    assert packed[0].read_bytes() == packed[1].read_bytes()
    with gzip.open(packed[0], "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == HEADER
    assert [row["smiles"] for row in rows] == [analogue.smiles for analogue in analogues]
    assert rows[-1]["id"] == "A00000900"
