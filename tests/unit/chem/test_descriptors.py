from __future__ import annotations

import csv
import math
import re
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors, rdFingerprintGenerator
from rdkit.Contrib.NP_Score import npscorer
from rdkit.Contrib.SA_Score import sascorer
from rdkit.DataStructs import CreateFromBinaryText, ExplicitBitVect
from threadpoolctl import threadpool_limits

from screening.chem.descriptors import (
    SETS,
    Row,
    describe_molecule,
    describe_smiles,
    descriptor_fields,
    descriptor_table,
)
from screening.chem.descriptors_drug_likeness import (
    n_lipinski_violations,
    n_oral_limits_broken,
    n_veber_violations,
    oral_space,
)
from screening.chem.descriptors_natural_product import (
    macrocycle_size,
    n_peptide_bonds,
    n_ring_systems,
    n_sugar_units,
)
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.morgan import morgan_bytes
from screening.chem.problem import Problem
from screening.core.config import DescribeSettings, DescriptorSetName
from screening.core.errors import ConfigError
from screening.core.settings import parse_settings

CYCLOSPORIN_A = (
    "CCC1NC(=O)C(C(O)C(C)CC=CC)N(C)C(=O)C(C(C)C)N(C)C(=O)C(CC(C)C)N(C)C(=O)C(CC(C)C)N(C)C(=O)C(C)"
    "NC(=O)C(C)NC(=O)C(CC(C)C)N(C)C(=O)C(C(C)C)NC(=O)C(CC(C)C)N(C)C(=O)CN(C)C1=O"
)


def marine_structures() -> list[dict[str, str]]:
    text = Path(__file__).with_name("marine_structures.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


MARINE = {row["name"]: row for row in marine_structures()}


def facts(smiles: str) -> MoleculeFacts:
    return MoleculeFacts(molecule(smiles))


def described(smiles: str, *sets: str) -> dict[str, Any]:
    """Values by column, as written to the table."""
    row = describe_smiles(smiles, sets)
    assert not isinstance(row, Problem)
    return descriptor_table([row], sets).to_pylist()[0]


def molecule(smiles: str) -> Chem.Mol:
    found = Chem.MolFromSmiles(smiles)
    assert found is not None, smiles
    return found


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-9)


@pytest.mark.parametrize("name", MARINE)
def test_rdkit2d_equals_rdkit(name: str) -> None:
    smiles = MARINE[name]["smiles"]
    with threadpool_limits(1):  # with several threads RDKit's own Ipc rounds differently
        expected = Descriptors.CalcMolDescriptors(molecule(smiles))
        found = described(smiles, "rdkit2d")
    assert list(found) == list(expected)
    assert [key for key in expected if not same(expected[key], found[key])] == []


# What the ways that share work leave to RDKit: explicit hydrogen, no hydrogen at all, small rings,
# elements without charge parameters, dative and zero-order bonds, several parts, no bonds, and
# what looks aromatic to QED.
UNUSUAL = [
    "C",
    "[2H]C([2H])([2H])O",
    "[H][H]",
    "C[As](C)(=O)CC(O)CO",
    "C1CC1C1CCC1",
    "C12C3C4C1C5C2C3C45",
    "[NH3]->[Cu]",
    "CCO.CC(=O)O",
    "[Na+].[Cl-]",
    "*CC*",
    "[CH3]",
    "[O-][N+](=O)c1ccccc1",
    "C[B-](C)(C)C",
    "F[P-](F)(F)(F)(F)F",
    "O=C1c2ccccc2C(=O)c2ccccc21",
    "C" * 60,
    "c1ccc2c(c1)ccc1c2ccc2c1ccc1c2cccc1",
    "N" + "CC(=O)N" * 16 + "CC(=O)O",
]


@pytest.mark.parametrize("smiles", UNUSUAL)
def test_rdkit2d_equals_rdkit_for_what_is_unusual(smiles: str) -> None:
    with threadpool_limits(1):
        expected = Descriptors.CalcMolDescriptors(molecule(smiles))
        values = describe_molecule(molecule(smiles), ["rdkit2d"])[0]
    assert [
        (key, expected[key], value)
        for key, value in zip(expected, values, strict=True)
        if not same(expected[key], value)
    ] == []


def test_rdkit2d_keeps_nan_of_elements_without_charge_parameters() -> None:
    # An arsenosugar-like fragment: Gasteiger has no parameters for arsenic.
    found = described("C[As](C)(=O)CC(O)CO", "rdkit2d")
    assert math.isnan(found["MaxPartialCharge"])


def test_null_and_nan_are_told_apart() -> None:
    row: Row = [[math.nan] + [None] + [1.0] * 215]
    table = descriptor_table([row, [[0.0] * 217]], ["rdkit2d"])
    assert [column.null_count for column in table.columns[:3]] == [0, 1, 0]
    assert math.isnan(table.column(0)[0].as_py())


def test_scores_equal_rdkits_contributed_code() -> None:
    weights = npscorer.readNPModel()
    for row in MARINE.values():
        found = described(row["smiles"], "natural_product")
        mol = molecule(row["smiles"])
        expected = npscorer.scoreMol(mol, weights)
        assert found["np_likeness"] == pytest.approx(expected, rel=1e-12), row["name"]
        assert found["sa_score"] == pytest.approx(sascorer.calculateScore(mol), rel=1e-12)


def test_np_likeness_tells_a_steroid_from_a_synthetic_drug() -> None:
    squalamine = described(MARINE["squalamine"]["smiles"], "natural_product")
    imatinib = described(
        "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(n1)-c1cccnc1", "natural_product"
    )
    assert squalamine["np_likeness"] > 1
    assert imatinib["np_likeness"] < 0


@pytest.mark.parametrize("name", MARINE)
def test_halogens_and_macrocycles_are_those_of_the_literature(name: str) -> None:
    row = MARINE[name]
    found = described(row["smiles"], "natural_product")
    counts = [found["n_chlorine"], found["n_bromine"], found["n_iodine"]]
    assert counts == [int(row["chlorine"]), int(row["bromine"]), int(row["iodine"])]
    assert (found["macrocycle_size"] > 0) == (row["macrocycle"] == "yes")


@pytest.mark.parametrize(
    ("smiles", "size"),
    [
        ("C1CCCCCCCCCC1", 0),  # eleven atoms: a medium ring
        ("C1CCCCCCCCCCC1", 12),
        (CYCLOSPORIN_A, 33),
        ("CCO", 0),
    ],
)
def test_macrocycle_size(smiles: str, size: int) -> None:
    assert macrocycle_size(facts(smiles)) == size


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("NCC(=O)NCC(=O)O", 1),  # glycylglycine
        ("NCC(=O)NCC(=O)NCC(=O)O", 2),
        ("O=C1CNC(=O)CN1", 2),  # a diketopiperazine is closed by two
        (CYCLOSPORIN_A, 11),
        ("NCCC(=O)NCC(=O)O", 0),  # beta-alanine is no alpha-amino acid
        ("NC(CCC(N)=O)C(=O)O", 0),  # the side chain of glutamine is no peptide bond
        ("CC(=O)NC", 0),
    ],
)
def test_peptide_bonds(smiles: str, count: int) -> None:
    assert n_peptide_bonds(facts(smiles)) == count


@pytest.mark.parametrize(
    ("name", "violations"), [("cytarabine", 0), ("microcystin-LR", 3), ("fucoxanthin", 2)]
)
def test_lipinski_violations(name: str, violations: int) -> None:
    assert n_lipinski_violations(facts(MARINE[name]["smiles"])) == violations


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("OCC1OC(O)C(O)C(O)C1O", 1),  # glucose
        ("OCC1OC(CO)(OC2OC(CO)C(O)C(O)C2O)C(O)C1O", 2),  # sucrose
        ("OCC(O)C(O)C(O)C(O)C=O", 0),  # an open chain
        ("C1CCOCC1", 0),  # no oxygen but its own
        ("O=C1OC(CO)C(O)C1O", 0),  # a lactone: its C=O counts no oxygen
        ("OC1=C(O)C(O)=COC1", 0),  # not saturated
    ],
)
def test_sugar_units(smiles: str, count: int) -> None:
    assert n_sugar_units(facts(smiles)) == count


@pytest.mark.parametrize(
    ("smiles", "count"),
    [("CCO", 0), ("C1CC2CCC1C2", 1), ("C1CCC2(CC1)CCCC2", 1), ("c1ccccc1-c1ccccc1", 2)],
)
def test_ring_systems(smiles: str, count: int) -> None:
    assert n_ring_systems(facts(smiles)) == count


@pytest.mark.parametrize(
    ("smiles", "veber", "oral", "space"),
    [
        ("CCO", 0, 0, "rule of 5"),
        ("C" * 14, 1, 0, "rule of 5"),  # eleven rotatable bonds, log P over 5
        # Broken: mass over 1000 Da, over 15 acceptors, polar surface over 250.
        (CYCLOSPORIN_A, 2, 3, "outside"),
        # Broken of Lipinski's rules: mass and acceptors, but no outer limit.
        ("CC(=O)OC" * 6 + "C(=O)OC(C)(C)C", 2, 0, "beyond rule of 5"),
    ],
)
def test_drug_likeness(smiles: str, veber: int, oral: int, space: str) -> None:
    found = facts(smiles)
    assert n_veber_violations(found) == veber
    assert n_oral_limits_broken(found) == oral
    assert oral_space(n_lipinski_violations(found), oral) == space


def test_morgan_bits_come_back_as_rdkits_fingerprint() -> None:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    for row in MARINE.values():
        mol = molecule(row["smiles"])
        packed = morgan_bytes(MoleculeFacts(mol))
        assert len(packed) == 256
        expected = generator.GetFingerprint(mol)
        assert CreateFromBinaryText(packed) == expected
        by_hand = ExplicitBitVect(2048)
        for bit in range(2048):
            if packed[bit // 8] >> bit % 8 & 1:
                by_hand.SetBit(bit)
        assert by_hand == expected


def test_morgan_does_not_see_stereochemistry() -> None:
    kainic = molecule(MARINE["kainic acid"]["smiles"])
    flat = Chem.Mol(kainic)
    Chem.RemoveStereochemistry(flat)
    assert morgan_bytes(MoleculeFacts(kainic)) == morgan_bytes(MoleculeFacts(flat))


def test_every_column_is_declared_with_unit_and_source_and_filled() -> None:
    fields = descriptor_fields(SETS)
    row = describe_smiles(MARINE["jaspamide"]["smiles"], SETS)
    assert not isinstance(row, Problem)
    table = descriptor_table([row], SETS)
    assert [field.name for field in fields] == table.column_names
    assert sum(column.null_count for column in table.columns) == 0
    for field in fields:
        assert field.metadata[b"description"], field.name
        assert field.metadata[b"source"], field.name
        assert b"RDKit" in field.metadata[b"version"], field.name
        is_number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        assert bool(field.metadata[b"unit"]) == is_number, field.name


def test_sets_are_those_of_the_settings() -> None:
    assert get_args(DescriptorSetName) == SETS
    assert set(DescribeSettings().sets) < set(SETS)


def test_names_differ_also_without_regard_to_case() -> None:
    names = [field.name.casefold() for field in descriptor_fields(SETS)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("MolWt", b"Da"),
        ("TPSA", b"angstrom^2"),
        ("EState_VSA1", b"angstrom^2"),
        ("VSA_EState1", b"1"),
        ("MaxPartialCharge", b"e"),
        ("MolMR", b"cm^3/mol"),
        ("fr_phenol", b"1"),
    ],
)
def test_units(name: str, unit: bytes) -> None:
    fields = {field.name: field for field in descriptor_fields(["rdkit2d"])}
    assert fields[name].metadata[b"unit"] == unit


def test_a_bad_structure_is_a_problem() -> None:
    found = describe_smiles("C1CC", SETS)
    assert isinstance(found, Problem)
    assert found.code == "bad_smiles"


def test_the_molecule_given_is_not_altered() -> None:
    mol = molecule(MARINE["oroidin"]["smiles"])
    before = (Chem.MolToSmiles(mol), sorted(vars(mol)), mol.GetPropsAsDict(True, False))
    describe_molecule(mol, SETS)
    assert (Chem.MolToSmiles(mol), sorted(vars(mol)), mol.GetPropsAsDict(True, False)) == before


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["rdkit2"], "did you mean rdkit2d"),
        (["alert"], "did you mean alerts"),
        (["natural product"], "did you mean natural_product"),
        (["xyzzy"], "there are rdkit2d, natural_product"),
        (["morgan", "morgan"], "named twice"),
    ],
)
def test_an_unknown_set_names_the_nearest(sets: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape("setting sets")) as caught:
        parse_settings(DescribeSettings, {"sets": sets}, "settings")
    assert message in str(caught.value)
