"""Every value against RDKit's own functions, on all bundled structures and on CMNPD's."""

from __future__ import annotations

import csv
import math
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rdkit import Chem, rdBase
from rdkit.Chem import Descriptors
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams
from rdkit.Contrib.NP_Score import npscorer
from rdkit.Contrib.SA_Score import sascorer
from threadpoolctl import threadpool_limits

from screening.chem.descriptors import descriptor_set
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.screened_patterns import ALERT_CATALOGUES

BUNDLED = Path(__file__).parents[3] / "data" / "marine_reference.csv"
MIRROR = os.environ.get("SCREENING_MIRROR")
# All 2,000 that describe_values.py compares take longer than a test should.
N_CMNPD = 500
RELATIVE = 1e-6


def smiles_of(table: Path) -> list[str]:
    with table.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        return [row.get("smiles") or row.get("SMILES") or "" for row in rows]


@pytest.fixture(scope="module", params=["bundled", "cmnpd"])
def molecules(request: pytest.FixtureRequest) -> Iterator[list[Chem.Mol]]:
    if request.param == "bundled":
        texts = smiles_of(BUNDLED)
    elif MIRROR:
        everything = smiles_of(Path(MIRROR) / "marine" / "cmnpd.csv")
        texts = random.Random(2010).sample(everything, N_CMNPD)
    else:
        pytest.skip("SCREENING_MIRROR names no folder with CMNPD")
    rdBase.DisableLog("rdApp.*")
    found = [molecule for text in texts if (molecule := Chem.MolFromSmiles(text))]
    assert len(found) > 0.9 * len(texts)
    with threadpool_limits(1):  # with several threads RDKit's own Ipc rounds differently
        yield found


def is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=RELATIVE)


def compared(
    molecules: list[Chem.Mol], name: str, expected: Callable[[Chem.Mol], dict[str, float]]
) -> list[tuple[str, str, float, float | None]]:
    """What differs: structure, descriptor, RDKit's value and ours."""
    chosen = descriptor_set(name)
    names = [one.name for one in chosen.descriptors]
    different = []
    for molecule in molecules:
        found = dict(zip(names, chosen.compute(MoleculeFacts(Chem.Mol(molecule))), strict=True))
        for key, value in expected(Chem.Mol(molecule)).items():
            if not is_same(value, found[key]):
                different.append((Chem.MolToSmiles(molecule), key, value, found[key]))
    return different


def test_rdkits_descriptors(molecules: list[Chem.Mol]) -> None:
    assert compared(molecules, "rdkit2d", Descriptors.CalcMolDescriptors) == []


def test_contributed_scores(molecules: list[Chem.Mol]) -> None:
    weights = npscorer.readNPModel()

    def expected(molecule: Chem.Mol) -> dict[str, float]:
        return {
            "np_likeness": npscorer.scoreMol(molecule, weights),
            "sa_score": sascorer.calculateScore(molecule),
        }

    assert compared(molecules, "natural_product", expected) == []


@pytest.mark.parametrize("catalogue", ALERT_CATALOGUES)
def test_alerts(molecules: list[Chem.Mol], catalogue: str) -> None:
    params = FilterCatalogParams()
    params.AddCatalog(getattr(FilterCatalogParams.FilterCatalogs, catalogue))
    filters = FilterCatalog(params)
    compute = descriptor_set("alerts").compute
    for molecule in molecules:
        expected = {f"{catalogue}: {m.GetDescription()}" for m in filters.GetMatches(molecule)}
        names = compute(MoleculeFacts(Chem.Mol(molecule)))[len(ALERT_CATALOGUES)]
        found = {name for name in names if name.startswith(f"{catalogue}: ")}
        assert found == expected, Chem.MolToSmiles(molecule)
