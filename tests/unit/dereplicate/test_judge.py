from __future__ import annotations

import pytest

from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem
from screening.chem.scaffold import murcko_scaffold
from screening.chem.standardise import standardise
from screening.core.approved_drugs import APPROVED_DRUGS
from screening.core.marine_reference import MARINE_REFERENCE
from screening.core.provenance import PROJECT
from screening.dereplicate.compounds import (
    NamedCompound,
    approved_compounds,
    reference_compounds,
)
from screening.dereplicate.judge import Judge, Structure
from screening.estimators.training_actives import TrainingActive, read_training_actives

TERPENE = "CC1=CCC(CC1)C(C)CC(O)CC#N"


def structure(smiles: str) -> Structure:
    parent = standardise(smiles)
    assert not isinstance(parent, Problem)
    molecule = parse_smiles(parent.smiles)
    assert not isinstance(molecule, Problem)
    scaffold = murcko_scaffold(molecule)
    return Structure(parent.inchikey, parent.flat_key, parent.smiles, parent.stereo, scaffold)


@pytest.fixture(scope="module")
def compounds() -> list[NamedCompound]:
    return [*approved_compounds(APPROVED_DRUGS), *reference_compounds(MARINE_REFERENCE)]


@pytest.fixture(scope="module")
def actives() -> list[TrainingActive]:
    return read_training_actives([PROJECT / "models/activity"])


@pytest.fixture(scope="module")
def judge(compounds: list[NamedCompound], actives: list[TrainingActive]) -> Judge:
    return Judge(compounds, actives, analogue_similarity=0.6)


def test_a_drug_is_known_by_all_that_it_is_known_for(judge: Judge) -> None:
    found = judge.judge(structure("Nc1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@@H]2O)c(=O)n1"))
    assert found["tier"] == "known"
    assert found["known_as"] == [
        "cytarabine (approved drug)",
        "cytarabine (marine reference, approved)",
    ]
    assert (found["nearest_drug"], found["nearest_drug_similarity"]) == ("cytarabine", 1.0)


def test_a_training_active_is_known_by_its_endpoints(
    judge: Judge, actives: list[TrainingActive]
) -> None:
    zidovudine = judge.judge(structure("Cc1cn(C2CC(N=[N+]=[N-])C(CO)O2)c(=O)[nH]c1=O"))
    assert zidovudine["known_as"][-1] == "active in hiv (training data)"
    assert zidovudine["nearest_active_similarity"] == 1.0
    often = next(one for one in actives if len(one.endpoints) == 9)
    found = judge.judge(Structure(f"{often.flat_key}-X", often.flat_key, "C", None, ""))
    first = ", ".join(often.endpoints[:3])
    assert found["known_as"][-1] == f"active in {first} and 6 more (training data)"


@pytest.mark.parametrize(
    ("smiles", "told"),
    [
        # cytidine
        ("Nc1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@H]2O)c(=O)n1", "stereoisomer of cytarabine"),
        ("Nc1ccn(C2OC(CO)C(O)C2O)c(=O)n1", "cytarabine or a stereoisomer, not fully drawn"),
    ],
)
def test_stereo_twins_of_a_drug_are_known(judge: Judge, smiles: str, told: str) -> None:
    found = judge.judge(structure(smiles))
    assert found["tier"] == "known"
    assert found["known_as"][0] == f"{told} (approved drug)"


def test_the_structure_itself_comes_before_its_stereoisomers(
    judge: Judge, compounds: list[NamedCompound]
) -> None:
    (three,) = [one for one in compounds if one.name == "gonyautoxin 3"]
    found = judge.judge(structure(three.smiles))
    assert found["nearest_drug"] == "gonyautoxin 3"
    assert found["known_as"] == [
        "gonyautoxin 3 (marine reference, toxin)",
        "stereoisomer of gonyautoxin 2 (marine reference, toxin)",
    ]


def test_a_salt_does_not_hide_the_name_of_the_drug(compounds: list[NamedCompound]) -> None:
    keys = [one.inchikey for one in compounds if one.standing == "approved drug"]
    assert len(keys) == len(set(keys))
    names = {one.name for one in compounds}
    assert "erlotinib" in names
    assert "erlotinib hydrochloride" not in names


def test_an_analogue_is_near_a_lead(judge: Judge) -> None:
    """Dolastatin 10 without one of its N-methyl groups."""
    smiles = (
        "CC[C@H](C)[C@@H]([C@@H](CC(=O)N1CCC[C@H]1[C@H](OC)[C@@H](C)C(=O)N[C@@H]"
        "(Cc1ccccc1)c1nccs1)OC)N(C)C(=O)[C@@H](NC(=O)[C@H](C(C)C)NC)C(C)C"
    )
    found = judge.judge(structure(smiles))
    assert (found["tier"], found["known_as"]) == ("analogue", [])
    assert found["nearest_drug_similarity"] >= 0.6


def test_a_scaffold_of_a_drug_makes_an_analogue(judge: Judge) -> None:
    """An anthraquinone, whose scaffold is mitoxantrone's; a plain indole is nobody's kin."""
    anthraquinone = judge.judge(structure("CC(=O)CCCCCCc1cccc2c1C(=O)c1cccc(C(C)(C)C#N)c1C2=O"))
    assert anthraquinone["tier"] == "analogue"
    assert "mitoxantrone" in anthraquinone["drugs_of_scaffold"]
    assert anthraquinone["nearest_drug_similarity"] < 0.6
    indole = judge.judge(structure("BrC#CCCC(Br)(Br)c1c[nH]c2cc(I)c(I)cc12"))
    assert (indole["tier"], indole["drugs_of_scaffold"]) == ("novel", [])


def test_what_rdkit_cannot_read_has_no_neighbour_but_a_key(judge: Judge) -> None:
    key = "UHDGCWIWMRVCDJ-CCXZUQQUSA-N"
    found = judge.judge(Structure(key, key[:14], "C1CC", "none", ""))
    assert found["tier"] == "known"
    assert found["nearest_drug"] is None
    assert found["nearest_active_similarity"] is None


def test_without_actives_and_compounds_all_is_novel() -> None:
    found = Judge([], [], 0.6).judge(structure(TERPENE))
    assert (found["tier"], found["nearest_drug"], found["nearest_active"]) == ("novel", None, None)
