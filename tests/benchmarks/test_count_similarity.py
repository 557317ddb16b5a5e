"""Count similarity of all with all, beside RDKit's."""

from __future__ import annotations

import pytest
from count_similarity import counts_of, nearest, similarities
from left_out import rows_kept
from rdkit.Chem import MolFromSmiles
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.DataStructs import TanimotoSimilarity

from screening.train.structures import Structure

SMILES = ["CCO", "CCCCCCCCO", "c1ccccc1O", "CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1O"]


def test_the_same_as_rdkit() -> None:
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    prints = [generator.GetCountFingerprint(MolFromSmiles(text)) for text in SMILES]
    (block,) = similarities(counts_of(SMILES), counts_of(SMILES[1:]))
    for row, query in enumerate(prints):
        expected = [TanimotoSimilarity(query, other) for other in prints[1:]]
        assert block[row].tolist() == pytest.approx(expected, abs=1e-6)


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
