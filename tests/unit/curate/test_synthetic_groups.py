from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdkit import Chem

from screening.core.provenance import PROJECT
from screening.curate.synthetic_groups import synthetic_groups, synthetic_reasons

# Group → a structure that holds it and no other of the table.
EXAMPLES = {
    "Boc group": "CC(C)(C)OC(=O)N[C@@H](C)C(=O)O",
    "Fmoc group": "OC(=O)CNC(=O)OCC1c2ccccc2-c2ccccc12",
    "Cbz group": "OC(=O)CNC(=O)OCc1ccccc1",
    "tert-butyl ester": "CC(=O)OC(C)(C)C",
    "methoxymethyl (MOM) ether": "COCOC1CCCCC1",
    "trityl group": "CCOC(c1ccccc1)(c1ccccc1)c1ccc(OC)cc1",
    "tosyl group": "Cc1ccc(cc1)S(=O)(=O)OCC",
    "mesylate ester": "CS(=O)(=O)OCC",
    "carbon-silicon bond": "CC(C)(C)[Si](C)(C)OCC",
    "carbon-boron bond": "OB(O)c1ccccc1",
    "Mosher (MTPA) ester or amide": "CO[C@](C(F)(F)F)(c1ccccc1)C(=O)OCC",
    "methoxyphenylacetyl (MPA) ester or amide": "CO[C@H](c1ccccc1)C(=O)OCC",
    "4-bromobenzoate": "O=C(OCC)c1ccc(Br)cc1",
    "fluorine on an aromatic or double-bonded carbon": "O=c1[nH]cc(F)c(=O)[nH]1",
    "several fluorines on one carbon": "OCC(F)(F)F",
    "aryl sulfonamide": "NS(=O)(=O)c1ccc(N)cc1",
    "azide": "CCN=[N+]=[N-]",
    "acetonide": "CC1(C)OCC(CO)O1",
    "acetonide of a 1,3-diol": "CC1(C)OCCC(CO)O1",
    "dialkyl phthalate": "CCCCOC(=O)c1ccccc1C(=O)OCCCC",
}
# Marine natural products, and common ones, that hold what a careless table would flag.
NATURAL = {
    "fluoroacetic acid (marine Streptomyces)": "OC(=O)CF",
    "agelasine-like isothiocyanate": "CC1(C)CCCC2(C)C1CCC(C)(N=C=S)C2",
    "axisonitrile-type isonitrile": "CC(C)C1CCC(C)([N+]#[C-])C2CCCC12",
    "dichloroimine": "CC(C)=CCCC(C)=CCN=C(Cl)Cl",
    "taurine": "NCCS(O)(=O)=O",
    "saxitoxin": "NC(=O)OC[C@@H]1NC(=N)N2CCC(O)(O)[C@]23NC(=N)N[C@@H]13",
    "bromotyrosine nitrile": "N#CCC1(O)C=C(Br)C(=O)C(Br)=C1",
    "nitrobenzoate of insulicolides": "CCOC(=O)c1ccc(cc1)[N+](=O)[O-]",
    "methyl sulfone": "CCC(=O)NCCCS(C)(=O)=O",
    "benzyl glucoside": "OC[C@H]1O[C@@H](OCc2ccccc2)[C@H](O)[C@@H](O)[C@@H]1O",
    "methylenedioxy ring": "COc1cc2OCOc2cc1",
    "cyclic acetal of mycalamide": "COC1OCOC2C1OC(CO)C(C)(C)C2OC",
    "tryptamine mesyl amide of Flustra": "CN(CCc1c[nH]c2cc(Br)ccc12)S(C)(=O)=O",
}


def test_every_group_has_an_example() -> None:
    assert [group.name for group in synthetic_groups()] == list(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_group_is_found(name: str) -> None:
    reasons = synthetic_reasons(Chem.MolFromSmiles(EXAMPLES[name]))
    own = next(group.reason for group in synthetic_groups() if group.name == name)
    # The MTPA group is made of a trifluoromethyl group too.
    extra = {"likely synthetic: several fluorines on one carbon"} if "MTPA" in name else set()
    assert set(reasons) == {own} | extra


@pytest.mark.parametrize("name", NATURAL)
def test_natural_products_are_not_flagged(name: str) -> None:
    assert synthetic_reasons(Chem.MolFromSmiles(NATURAL[name])) == []


def test_every_row_has_a_source_with_a_doi() -> None:
    assert all("doi:10." in group.source for group in synthetic_groups())


def test_the_bundled_marine_compounds_are_spared() -> None:
    """Of 176 only fludarabine, which is synthetic."""
    with Path(PROJECT / "data/marine_reference.csv").open(encoding="utf-8", newline="") as stream:
        flagged = [
            row["name"]
            for row in csv.DictReader(stream)
            if synthetic_reasons(Chem.MolFromSmiles(row["smiles"]))
        ]
    assert flagged == ["fludarabine"]
