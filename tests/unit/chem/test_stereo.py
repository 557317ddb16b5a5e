from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.stereo import stereo_counts, stereo_state


@pytest.mark.parametrize(
    ("smiles", "counts", "state"),
    [
        ("CCO", (0, 0), "none"),
        ("C[C@H](O)F", (1, 0), "defined"),
        ("CC(O)F", (1, 1), "undefined"),
        ("C[C@H](O)C(F)Cl", (2, 1), "partial"),
        ("C/C=C/C", (1, 0), "defined"),
        ("CC=NO", (1, 1), "undefined"),
        ("CC(C)N=[N+]=[N-]", (0, 0), "none"),
        ("CC=C=CC", (0, 0), "none"),
        ("CNC(=N)CC", (0, 0), "none"),
        ("COP(=O)(O)CC", (0, 0), "none"),
        ("CCS(C)=O", (1, 1), "undefined"),
        ("CC[S@](C)=O", (1, 0), "defined"),
    ],
)
def test_stereo(smiles: str, counts: tuple[int, int], state: str) -> None:
    found = stereo_counts(Chem.MolFromSmiles(smiles))
    assert found == counts
    assert stereo_state(*found) == state
