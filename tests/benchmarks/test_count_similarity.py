"""Count similarity of all with all, beside RDKit's."""

from __future__ import annotations

import pytest
from count_similarity import counts_of, have_near, nearest
from left_out import rows_kept
from rdkit.Chem import MolFromSmiles
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.DataStructs import TanimotoSimilarity

from screening.train.structures import Structure

SMILES = ["CCO", "CCCCCCCCO", "c1ccccc1O", "CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1O"]


def test_the_same_as_rdkit() -> None:
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    prints = [generator.GetCountFingerprint(MolFromSmiles(text)) for text in SMILES]
    references = counts_of(SMILES[1:])
    for query, counts in zip(prints, counts_of(SMILES), strict=True):
        expected = [TanimotoSimilarity(query, other) for other in prints[1:]]
        found = [nearest([counts], [one])[0] for one in references]
        assert found == pytest.approx(expected, abs=1e-6)
        assert nearest([counts], references)[0] == pytest.approx(max(expected), abs=1e-6)


def test_the_near_ones_are_those_whose_nearest_is() -> None:
    counts = counts_of(SMILES)
    for limit in (0.2, 0.5, 0.6, 1.0):
        expected = nearest(counts, counts[2:]) >= limit
        assert have_near(counts, counts[2:], limit).tolist() == expected.tolist()
    assert not have_near(counts, [], 0.6).any()


def test_the_nearest_of_those_that_are_not_too_near() -> None:
    counts = counts_of(SMILES)
    assert nearest(counts, counts).tolist() == pytest.approx([1.0] * 5)
    assert max(nearest(counts, counts, below=0.6)) < 0.6
    assert nearest(counts, []).tolist() == [0.0] * 5


def test_rows_of_the_library_and_near_it_are_left_out() -> None:
    found = {
        "a": Structure("SAME", "CCCCCCCCO"),
        "b": Structure("NEAR", "CCCCCCCCCO"),
        "c": Structure("FAR", "O=C(O)c1ccccc1O"),
        "d": "bad_smiles",
    }
    kept, same, near = rows_kept(found, {"SAME": "CCCCCCCCO"})
    assert (kept, same, near) == ({"FAR"}, 1, 1)
