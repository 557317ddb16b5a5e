from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from screening.chem.alerts import alerts
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.screened_patterns import ALERT_CATALOGUES

QUINONE = "CC1=CC(=O)C=CC1=O"
SMILES = [
    QUINONE,
    "C=CC(=O)c1ccc(O)c(O)c1",
    "CCN=[N+]=[N-]",
    "O=C1CSC(=S)N1",
    "NC(Cc1cc(I)c(O)c(I)c1)C(O)=O",
    "OCC(O)C(O)C(O)C(O)C(O)C(O)CO",
    "ClC1(Cl)C(Cl)(Cl)C1(Cl)C(Cl)(Cl)Cl",
    "C=CC(=O)OS(=O)(=O)C(F)(F)F",
    "[NH3]->[Cu]",
    "CCO",
]


def found(smiles: str) -> dict[str, object]:
    names = [f"n_alerts_{one.lower()}" for one in ALERT_CATALOGUES]
    values = alerts(MoleculeFacts(Chem.MolFromSmiles(smiles)))
    return dict(zip([*names, "alerts", "alert_atoms"], values, strict=True))


@pytest.mark.parametrize("smiles", SMILES)
@pytest.mark.parametrize("catalogue", ALERT_CATALOGUES)
def test_counts_and_names_equal_rdkits(smiles: str, catalogue: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    params = FilterCatalogParams()
    params.AddCatalog(getattr(FilterCatalogParams.FilterCatalogs, catalogue))
    expected = sorted({one.GetDescription() for one in FilterCatalog(params).GetMatches(mol)})
    values = found(smiles)
    assert values[f"n_alerts_{catalogue.lower()}"] == len(expected)
    own = [name for name in values["alerts"] if name.startswith(f"{catalogue}: ")]
    assert own == [f"{catalogue}: {name}" for name in expected]


def test_a_quinone_is_a_pains_and_ethanol_is_clean() -> None:
    assert found(QUINONE)["n_alerts_pains"] == 1
    clean = {"n_alerts_pains": 0, "n_alerts_brenk": 0, "n_alerts_nih": 0}
    assert found("CCO") == {**clean, "alerts": [], "alert_atoms": []}


def test_atoms_are_those_that_match() -> None:
    values = found("CCCN=[N+]=[N-]")
    by_name = dict(zip(values["alerts"], values["alert_atoms"], strict=True))
    assert by_name["BRENK: Azido_group"] == [3, 4, 5]


def test_atoms_of_an_alert_for_many_groups_are_those_of_all() -> None:
    values = found("OCC(O)C(O)C(O)C(O)C(O)C(O)CO")
    by_name = dict(zip(values["alerts"], values["alert_atoms"], strict=True))
    assert by_name["NIH: gte_7_aliphatic_OH"] == list(range(16))


def test_names_do_not_depend_on_the_order_of_atoms() -> None:
    one, other = found("C=CC(=O)c1ccc(O)c(O)c1"), found("Oc1c(O)cc(C(=O)C=C)cc1")
    assert one["alerts"] == other["alerts"]
    assert len(one["alerts"]) > 1
    assert [len(atoms) for atoms in one["alert_atoms"]] == [
        len(atoms) for atoms in other["alert_atoms"]
    ]
