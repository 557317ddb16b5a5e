from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from screening.chem.alerts import CATALOGUES, alerts

QUINONE = "CC1=CC(=O)C=CC1=O"
SMILES = [
    QUINONE,
    "C=CC(=O)c1ccc(O)c(O)c1",
    "CCN=[N+]=[N-]",
    "O=C1CSC(=S)N1",
    "NC(Cc1cc(I)c(O)c(I)c1)C(O)=O",
    "CCO",
]


@pytest.mark.parametrize("smiles", SMILES)
@pytest.mark.parametrize("catalogue", [one.name for one in CATALOGUES])
def test_counts_and_names_equal_rdkits(smiles: str, catalogue: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    params = FilterCatalogParams()
    params.AddCatalog(getattr(FilterCatalogParams.FilterCatalogs, catalogue))
    expected = sorted({one.GetDescription() for one in FilterCatalog(params).GetMatches(mol)})
    found = alerts(mol)
    assert found[f"n_alerts_{catalogue.lower()}"] == len(expected)
    own = [name for name in found["alerts"] if name.startswith(f"{catalogue}: ")]
    assert own == [f"{catalogue}: {name}" for name in expected]


def test_a_quinone_is_a_pains_and_ethanol_is_clean() -> None:
    assert alerts(Chem.MolFromSmiles(QUINONE))["n_alerts_pains"] == 1
    clean = alerts(Chem.MolFromSmiles("CCO"))
    assert clean == {"n_alerts_pains": 0, "n_alerts_brenk": 0, "n_alerts_nih": 0, "alerts": []}


def test_names_do_not_depend_on_the_order_of_atoms() -> None:
    one = alerts(Chem.MolFromSmiles("C=CC(=O)c1ccc(O)c(O)c1"))
    other = alerts(Chem.MolFromSmiles("Oc1c(O)cc(C(=O)C=C)cc1"))
    assert one == other
    assert len(one["alerts"]) > 1
