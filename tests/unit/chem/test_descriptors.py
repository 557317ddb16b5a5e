from __future__ import annotations

import csv
import math
from pathlib import Path

import pyarrow as pa
import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors, rdFingerprintGenerator
from rdkit.Contrib.NP_Score import npscorer
from rdkit.Contrib.SA_Score import sascorer
from rdkit.DataStructs import CreateFromBinaryText, ExplicitBitVect
from threadpoolctl import threadpool_limits

from screening.chem.descriptors import describe_molecule, describe_smiles, descriptor_fields
from screening.chem.descriptors_natural_product import (
    macrocycle_size,
    n_lipinski_violations,
    n_peptide_bonds,
)
from screening.chem.morgan import morgan_bytes
from screening.chem.problem import Problem

ALL_SETS = ("rdkit2d", "natural_product", "alerts", "morgan")
CYCLOSPORIN_A = (
    "CCC1NC(=O)C(C(O)C(C)CC=CC)N(C)C(=O)C(C(C)C)N(C)C(=O)C(CC(C)C)N(C)C(=O)C(CC(C)C)N(C)C(=O)C(C)"
    "NC(=O)C(C)NC(=O)C(CC(C)C)N(C)C(=O)C(C(C)C)NC(=O)C(CC(C)C)N(C)C(=O)CN(C)C1=O"
)


def marine_structures() -> list[dict[str, str]]:
    text = Path(__file__).with_name("marine_structures.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


MARINE = {row["name"]: row for row in marine_structures()}


def molecule(smiles: str) -> Chem.Mol:
    found = Chem.MolFromSmiles(smiles)
    assert found is not None, smiles
    return found


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return (math.isnan(one) and math.isnan(other)) or one == other


@pytest.mark.parametrize("name", MARINE)
def test_rdkit2d_equals_rdkit(name: str) -> None:
    smiles = MARINE[name]["smiles"]
    with threadpool_limits(1):  # with several threads RDKit's own Ipc differs in the last bits
        expected = Descriptors.CalcMolDescriptors(molecule(smiles))
    found = describe_smiles(smiles, ["rdkit2d"])
    assert isinstance(found, dict)
    assert list(found) == list(expected)
    assert [key for key in expected if not same(expected[key], found[key])] == []


def test_rdkit2d_keeps_nan_of_elements_without_charge_parameters() -> None:
    # An arsenosugar-like fragment: Gasteiger has no parameters for arsenic.
    found = describe_smiles("C[As](C)(=O)CC(O)CO", ["rdkit2d"])
    expected = Descriptors.CalcMolDescriptors(molecule("C[As](C)(=O)CC(O)CO"))
    assert isinstance(found, dict)
    assert math.isnan(found["MaxPartialCharge"])
    assert math.isnan(expected["MaxPartialCharge"])


def test_scores_equal_rdkits_contributed_code() -> None:
    weights = npscorer.readNPModel()
    for row in MARINE.values():
        mol = molecule(row["smiles"])
        found = describe_molecule(mol, ["natural_product"])
        assert found["np_likeness"] == npscorer.scoreMol(mol, weights), row["name"]
        assert found["sa_score"] == sascorer.calculateScore(mol), row["name"]


def test_np_likeness_tells_a_steroid_from_a_synthetic_drug() -> None:
    squalamine = describe_smiles(MARINE["squalamine"]["smiles"], ["natural_product"])
    imatinib = describe_smiles(
        "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(n1)-c1cccnc1", ["natural_product"]
    )
    assert isinstance(squalamine, dict)
    assert isinstance(imatinib, dict)
    assert squalamine["np_likeness"] > 1
    assert imatinib["np_likeness"] < 0


@pytest.mark.parametrize("name", MARINE)
def test_halogens_and_macrocycles_are_those_of_the_literature(name: str) -> None:
    row = MARINE[name]
    found = describe_smiles(row["smiles"], ["natural_product"])
    assert isinstance(found, dict)
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
    assert macrocycle_size(molecule(smiles)) == size


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
    assert n_peptide_bonds(molecule(smiles)) == count


@pytest.mark.parametrize(
    ("name", "violations"), [("cytarabine", 0), ("microcystin-LR", 3), ("fucoxanthin", 2)]
)
def test_lipinski_violations(name: str, violations: int) -> None:
    assert n_lipinski_violations(molecule(MARINE[name]["smiles"])) == violations


def test_morgan_bits_come_back_as_rdkits_fingerprint() -> None:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    for row in MARINE.values():
        mol = molecule(row["smiles"])
        packed = morgan_bytes(mol)
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
    assert morgan_bytes(kainic) == morgan_bytes(flat)


def test_every_column_is_declared_with_unit_and_source_and_filled() -> None:
    fields = descriptor_fields(ALL_SETS)
    values = describe_smiles(MARINE["jaspamide"]["smiles"], ALL_SETS)
    assert isinstance(values, dict)
    assert [field.name for field in fields] == list(values)
    for field in fields:
        assert field.metadata[b"description"], field.name
        assert field.metadata[b"source"], field.name
        assert b"RDKit" in field.metadata[b"version"], field.name
        is_number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        assert bool(field.metadata[b"unit"]) == is_number, field.name


def test_names_differ_also_without_regard_to_case() -> None:
    names = [field.name.casefold() for field in descriptor_fields(ALL_SETS)]
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
    found = describe_smiles("C1CC", ALL_SETS)
    assert isinstance(found, Problem)
    assert found.code == "bad_smiles"


def test_the_molecule_given_is_not_altered() -> None:
    mol = molecule(MARINE["oroidin"]["smiles"])
    before = (Chem.MolToSmiles(mol), sorted(vars(mol)), mol.GetPropsAsDict(True, False))
    describe_molecule(mol, ALL_SETS)
    assert (Chem.MolToSmiles(mol), sorted(vars(mol)), mol.GetPropsAsDict(True, False)) == before
