from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

from screening.chem.fingerprints import morgan_counts
from screening.core.errors import BundleError
from screening.estimators.domain import DomainIndex, label_patterns

TRAINING = [
    "CCO", "CCCO", "c1ccccc1", "Cc1ccccc1", "c1ccc2[nH]ccc2c1", "BrC1=CC2=C(C=C1)NC=C2CCN",
    "CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1O", "CN1CCC[C@H]1c1cccnc1", "C1CCCCCCCCCCC1",
]  # fmt: skip
QUERIES = ["CCCCO", "NCCc1c[nH]c2ccccc12", "O=C(O)c1ccccc1", "C1CCCCC1", "[Br-]"]


@pytest.fixture
def labels() -> np.ndarray:
    labels = np.full((len(TRAINING), 3), np.nan, np.float32)
    labels[:, 0] = 1
    labels[::2, 1] = 0
    return labels


def build(labels: np.ndarray) -> DomainIndex:
    bits = [morgan_counts(Chem.MolFromSmiles(text)).bits for text in TRAINING]
    offset = np.concatenate([[0], np.cumsum([len(item) for item in bits])]).astype(np.int64)
    return DomainIndex(
        np.concatenate(bits),
        offset,
        label_patterns(labels),
        n_endpoints=3,
        flat_keys=[f"KEY{row}" for row in range(len(TRAINING))],
        smiles=TRAINING,
    )


def test_agrees_with_rdkit(labels: np.ndarray) -> None:
    domain = build(labels)
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    fingerprints = [generator.GetFingerprint(Chem.MolFromSmiles(text)) for text in TRAINING]
    queries = [Chem.MolFromSmiles(text) for text in QUERIES]
    nearest = domain.nearest([morgan_counts(mol).bits for mol in queries])
    for row, mol in enumerate(queries):
        all_values = DataStructs.BulkTanimotoSimilarity(generator.GetFingerprint(mol), fingerprints)
        assert nearest.similarity[row, 0] == pytest.approx(max(all_values))
        assert nearest.similarity[row, 1] == pytest.approx(max(all_values[::2]))
        name = domain.flat_keys[nearest.row[row, 1]]
        assert all_values[int(name.removeprefix("KEY"))] == pytest.approx(max(all_values[::2]))
        assert int(name.removeprefix("KEY")) % 2 == 0
    assert (nearest.similarity[:, 2] == 0).all()
    assert (nearest.row[:, 2] == -1).all()


def test_survives_writing(tmp_path: Path, labels: np.ndarray) -> None:
    domain = build(labels)
    domain.write(tmp_path / "domain.parquet")
    again = DomainIndex.read(tmp_path / "domain.parquet", 3)
    queries = [morgan_counts(Chem.MolFromSmiles(text)).bits for text in QUERIES]
    for before, after in zip(domain.nearest(queries), again.nearest(queries), strict=True):
        np.testing.assert_array_equal(before, after)
    assert again.flat_keys == domain.flat_keys
    assert again.smiles == domain.smiles


def test_refuses_another_file(tmp_path: Path) -> None:
    path = tmp_path / "domain.parquet"
    path.write_text("no table")
    with pytest.raises(BundleError, match="not a domain table"):
        DomainIndex.read(path, 3)
