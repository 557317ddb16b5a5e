"""Atom contributions where the answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from screening.estimators.features import Features, featurise
from screening.estimators.occlusion import atom_contributions
from screening.estimators.scorer import Scorer

ROOT = Path(__file__).parents[3]
NITRO = Chem.MolFromSmarts("[N+](=O)[O-]")


@pytest.fixture(scope="module")
def toxicity() -> Scorer:
    return Scorer.load(ROOT / "models" / "toxicity")


def ames(scorer: Scorer, smiles: str) -> np.ndarray:
    features = featurise(smiles)
    assert isinstance(features, Features)
    found = atom_contributions(scorer, smiles, features)
    column = [spec.id for spec in scorer.endpoints].index("ames")
    return found[:, column]


@pytest.mark.parametrize(
    "smiles",
    [
        "O=[N+]([O-])c1ccc(-c2ccccc2)cc1",  # 4-nitrobiphenyl, a mutagen
        "O=[N+]([O-])c1cccc2ccccc12",  # 1-nitronaphthalene
        "Cc1ccc([N+](=O)[O-])cc1C(=O)NCCO",
    ],
)
def test_the_nitro_group_makes_a_nitroaromatic_mutagenic(toxicity: Scorer, smiles: str) -> None:
    contributions = ames(toxicity, smiles)
    nitro = list(Chem.MolFromSmiles(smiles).GetSubstructMatch(NITRO))
    others = np.delete(contributions, nitro)
    assert contributions[nitro].mean() > 2 * others.mean()
    assert int(contributions.argmax()) in nitro


def test_the_order_of_the_atoms_does_not_matter(toxicity: Scorer) -> None:
    smiles = "O=[N+]([O-])c1ccc(CCO)cc1"
    mol = Chem.MolFromSmiles(smiles)
    order = list(range(mol.GetNumAtoms()))[::-1]
    turned = Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False)
    match = Chem.MolFromSmiles(turned).GetSubstructMatch(mol)
    symmetric = np.sort(ames(toxicity, smiles))
    np.testing.assert_allclose(np.sort(ames(toxicity, turned)), symmetric, atol=1e-4)
    by_place = ames(toxicity, turned)[list(match)]
    equal = np.isclose(by_place, ames(toxicity, smiles), atol=1e-4)
    # Symmetric halves of the ring may be exchanged by the match.
    assert equal.sum() >= mol.GetNumAtoms() - 4


def test_one_atom_has_nothing_to_compare_with(toxicity: Scorer) -> None:
    assert ames(toxicity, "C").tolist() == [0.0]
