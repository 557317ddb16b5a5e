from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem, RDConfig
from rdkit.Chem import rdMolDescriptors

from screening.chem import crippen
from screening.chem.molecule_facts import MoleculeFacts

SMILES = [
    "CCO",
    "CC(=O)O",
    "CC(=O)[O-]",
    "O=CC",
    "O=Cc1ccccc1",
    "COC(=O)c1ccccc1",
    "NC(=O)OC(=S)N",
    "OC=C",
    "OC(=O)C=O",
    "O=C=O",
    "OO",
    "ON",
    "[O-][n+]1ccccc1",
    "O=S(=O)(O)C",
    "Oc1ccccc1",
    "C#N",
    "O",
]


@pytest.mark.parametrize("smiles", SMILES)
def test_contributions_and_sums_are_rdkits_also_when_kept(smiles: str) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    atoms = rdMolDescriptors._CalcCrippenContribs(molecule)
    log_p, refractivity = rdMolDescriptors.CalcCrippenDescriptors(molecule)
    for _ in range(2):
        facts = MoleculeFacts(Chem.MolFromSmiles(smiles))
        found = crippen.contributions(facts)
        assert [(one.log_p, one.refractivity) for one in found] == list(atoms)
        assert crippen.sums(facts) == pytest.approx((log_p, refractivity), rel=1e-12)


@pytest.mark.parametrize("n", [700, 1500])
def test_what_rdkit_leaves_out_of_a_large_structure_is_not_kept_for_others(n: int) -> None:
    """RDKit looks at the first thousand matches of a pattern, and gives other atoms nothing."""
    crippen._known.cache_clear()
    for smiles in ("C" * n + "O", "CCCCO", "C" * n + "O"):
        molecule = Chem.MolFromSmiles(smiles)
        expected = rdMolDescriptors.CalcCrippenDescriptors(molecule)
        assert crippen.sums(MoleculeFacts(molecule)) == pytest.approx(expected, rel=1e-12)


def test_oxygens_of_esters_and_acids_are_told_apart_by_what_lies_beyond() -> None:
    # Both oxygens are =O on a carbon with three heavy neighbours; only the next atoms differ.
    aliphatic, aromatic = (
        crippen.contributions(MoleculeFacts(Chem.MolFromSmiles(smiles)))
        for smiles in ("O=C(C)C", "O=C(c1ccccc1)C")
    )
    assert aliphatic[0].log_p != aromatic[0].log_p


def test_patterns_ask_no_more_than_is_kept() -> None:
    """Every pattern of RDKit's table reaches one bond far, two from oxygen, three from its H."""
    table = Path(RDConfig.RDDataDir, "Crippen.txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    patterns = [Chem.MolFromSmarts(row[1]) for row in rows if len(row) > 2 and row[0]]
    patterns = [pattern for pattern in patterns if pattern is not None]
    assert len(patterns) > 100
    oxygen, water = Chem.MolFromSmiles("O"), Chem.AddHs(Chem.MolFromSmiles("O"))
    for pattern in patterns:
        Chem.FastFindRings(pattern)
        assert pattern.GetRingInfo().NumRings() == 0
        reach = int(Chem.GetDistanceMatrix(pattern)[0].max())
        first = pattern.GetAtomWithIdx(0)
        is_oxygen = first.GetAtomicNum() == 8
        is_hydrogen = first.Match(water.GetAtomWithIdx(1)) and not first.Match(
            oxygen.GetAtomWithIdx(0)
        )
        assert reach <= (3 if is_hydrogen else 2 if is_oxygen else 1), Chem.MolToSmarts(pattern)
