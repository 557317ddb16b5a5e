from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.fragment_names import fragment_name
from screening.chem.fragments import Chosen, choose_parent
from screening.chem.graph_smiles import flat_smiles
from screening.chem.problem import Problem
from screening.chem.source_table import read_source_table


def chosen(smiles: str) -> tuple[str, Chosen]:
    result = choose_parent(Chem.MolFromSmiles(smiles))
    assert isinstance(result, Chosen)
    return Chem.MolToSmiles(result.parent), result


def test_known_salt_former_is_not_the_parent_even_if_larger() -> None:
    parent, rest = chosen("CC(C)NC.OC(=O)CC(O)(CC(=O)O)C(=O)O")
    assert parent == "CNC(C)C"
    assert rest.removed == ("O=C(O)CC(O)(CC(=O)O)C(=O)O",)
    assert rest.removed_names == ("citric acid",)
    assert rest.mixed == ()


def test_mixtures_and_stereoisomers_are_told_apart() -> None:
    _, mixture = chosen("CCCCCCC(C)=O.CCc1ccccc1CCO")
    assert (mixture.mixed, mixture.isomers) == (("CCCCCCC(C)=O",), ())
    _, pair = chosen("C[C@H](O)CCCCC.C[C@@H](O)CCCCC.C[C@@H](O)CCCCC")
    assert (pair.mixed, pair.isomers) == ((), ("CCCCC[C@H](C)O",))


def test_most_heavy_atoms_wins() -> None:
    assert chosen("CCCCC.CCCCCC(C)C=C")[0] == "C=CC(C)CCCCC"


def test_equal_sizes_go_by_mass_then_by_name() -> None:
    assert chosen("CCCCCCCF.CCCCCCCBr")[0] == "CCCCCCCBr"
    assert chosen("CCCCCCCC.CCCCCC(C)C")[0] == chosen("CCCCCC(C)C.CCCCCCCC")[0]


def test_no_carbon() -> None:
    result = choose_parent(Chem.MolFromSmiles("O.[Na+].[Cl-]"))
    assert isinstance(result, Problem)
    assert result.code == "no_carbon"


@pytest.mark.parametrize(
    ("smiles", "name"),
    [
        ("[Na+]", "sodium"),
        ("[Cl-]", "chloride"),
        ("Cl", "hydrogen chloride"),
        ("O", "water"),
        ("[NH4+]", "ammonium"),
        ("O=C([O-])C(F)(F)F", "trifluoroacetic acid"),
        ("C[C@@H](O)C(=O)O", "lactic acid"),
        ("CCCCCCCCC", "C9H20"),
        ("O=[N+]([O-])[O-]", "nitrate"),
        ("[Cu+2]", "copper"),
    ],
)
def test_fragments_are_named(smiles: str, name: str) -> None:
    assert fragment_name(Chem.MolFromSmiles(smiles)) == name


def test_salt_table_is_sourced_parsable_and_without_repeats() -> None:
    rows = read_source_table("salts_solvents.tsv")
    molecules = [Chem.MolFromSmiles(row["smiles"]) for row in rows]
    assert all(molecules)
    assert all(row["source"] and row["name"] and row["role"] for row in rows)
    assert len({flat_smiles(molecule) for molecule in molecules}) == len(rows)


def test_a_group_drawn_apart_makes_a_mixture_however_small() -> None:
    _, rest = chosen("CC(=O)NC1CCCCC1O.CC=O")  # an acetyl group of unknown position
    assert rest.mixed == ("CC=O",)
    assert rest.removed_names == ("C2H4O",)
