from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem, DataStructs
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

from screening.chem.fingerprints import MORGAN_BITS
from screening.core.errors import BundleError
from screening.estimators.domain import (
    N_NEIGHBOURS,
    DomainIndex,
    Nearest,
    label_patterns,
    sample_counts,
)
from screening.estimators.features import (
    Features,
    PackedFeatures,
    dense_counts,
    featurise,
    pack,
)

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


def packed(texts: list[str]) -> PackedFeatures:
    found = [featurise(text) for text in texts]
    return pack([item for item in found if isinstance(item, Features)])


def nearest(domain: DomainIndex, texts: list[str]) -> Nearest:
    return domain.nearest(packed(texts), np.arange(len(texts)))


def build(labels: np.ndarray) -> DomainIndex:
    training = packed(TRAINING)
    return DomainIndex(
        training.bits,
        training.counts,
        training.bit_offset,
        label_patterns(labels),
        n_endpoints=3,
        flat_keys=[f"KEY{row}" for row in range(len(TRAINING))],
        smiles=TRAINING,
        labels=labels,
    )


def test_agrees_with_rdkit(labels: np.ndarray) -> None:
    """Neighbours are of the highest presence similarity, ordered by that on counts."""
    domain = build(labels)
    found = nearest(domain, QUERIES)
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    molecules = [Chem.MolFromSmiles(text) for text in TRAINING]
    presence = [generator.GetFingerprint(mol) for mol in molecules]
    counts = [generator.GetCountFingerprint(mol) for mol in molecules]
    for row, text in enumerate(QUERIES):
        query = Chem.MolFromSmiles(text)
        of_all = DataStructs.BulkTanimotoSimilarity(generator.GetFingerprint(query), presence)
        by_count = DataStructs.BulkTanimotoSimilarity(generator.GetCountFingerprint(query), counts)
        for column, step in ((0, 1), (1, 2)):
            rows = found.row[row, column]
            places = [int(domain.flat_keys[one].removeprefix("KEY")) for one in rows if one >= 0]
            highest = sorted(of_all[::step], reverse=True)[:N_NEIGHBOURS]
            assert all(place % step == 0 for place in places)
            assert sorted((of_all[place] for place in places), reverse=True) == highest
            expected = sorted((by_count[place] for place in places), reverse=True)
            assert found.similarity[row, column, : len(places)] == pytest.approx(expected)
    assert (found.similarity[:, 2] == 0).all()
    assert (found.row[:, 2] == -1).all()


@given(st.integers(1, 400) | st.sampled_from([2047, 2048, 2049, 5000]), st.integers(0, 2**32 - 1))
def test_finds_the_five_that_share_most_for_their_size(n: int, seed: int) -> None:
    """Passing over most words finds what looking at all of them finds, of rare labels too."""
    random = np.random.default_rng(seed)
    present = random.random((n, 40)) < random.uniform(0.02, 0.6)
    labels = np.where(random.random((n, 3)) < (0.9, 0.3, 0.02), 1.0, np.nan).astype(np.float32)
    order = np.argsort(label_patterns(labels), kind="stable")
    present, labels = present[order], labels[order]
    bits = np.nonzero(present)[1].astype(np.uint16)
    domain = DomainIndex(
        bits,
        np.ones(len(bits), np.uint8),
        np.concatenate([[0], present.sum(1).cumsum()]),
        label_patterns(labels),
        n_endpoints=3,
        flat_keys=[f"KEY{row}" for row in range(n)],
        smiles=[""] * n,
        labels=labels,
    )
    query = np.flatnonzero(random.random(40) < 0.3).astype(np.uint16)
    # All occur once, so that the similarity on counts orders them as their presence does.
    once = np.ones(len(query), np.uint8)
    asked = replace(
        packed(["C"]), bits=query, counts=once, bit_offset=np.array([0, len(query)], np.int64)
    )
    found = domain.nearest(asked, np.arange(1)).row[0]
    shared = present[:, query].sum(1).astype(np.uint8)
    ratio = shared / (present.sum(1) + len(query)).astype(np.float32)
    for column in range(3):
        known = np.flatnonzero(~np.isnan(labels[:, column]))
        best = known[np.argsort(-ratio[known], kind="stable")][:N_NEIGHBOURS]
        expected = [*best, *[-1] * (N_NEIGHBOURS - len(best))]
        assert found[column].tolist() == expected


def test_a_long_chain_is_not_like_a_short_one() -> None:
    """Ten times the same environments; by their presence alone the two would be one."""
    training = packed(["CCCCCCCC"])
    domain = DomainIndex(
        training.bits,
        training.counts,
        training.bit_offset,
        label_patterns(np.ones((1, 1), np.float32)),
        n_endpoints=1,
        flat_keys=["KEY0"],
        smiles=["CCCCCCCC"],
        labels=np.ones((1, 1), np.float32),
    )
    long = packed(["C" * 80])
    assert set(long.bits) == set(training.bits)
    assert float(domain.nearest(long, np.arange(1)).similarity[0, 0, 0]) < 0.15


def test_survives_writing(tmp_path: Path, labels: np.ndarray) -> None:
    domain = build(labels)
    domain.write(tmp_path / "domain.parquet")
    again = DomainIndex.read(tmp_path / "domain.parquet", 3)
    for before, after in zip(nearest(domain, QUERIES), nearest(again, QUERIES), strict=True):
        np.testing.assert_array_equal(before, after)
    assert again.flat_keys == domain.flat_keys
    assert again.smiles == domain.smiles
    np.testing.assert_array_equal(again.labels, domain.labels)


def test_refuses_another_file(tmp_path: Path) -> None:
    path = tmp_path / "domain.parquet"
    path.write_text("no table")
    with pytest.raises(BundleError, match="not a domain table"):
        DomainIndex.read(path, 3)


def altered(path: Path, name: str, values: list[object]) -> None:
    """Put other values into a column, of its own type."""
    table = pq.read_table(path)
    place = table.schema.get_field_index(name)
    column = pa.array(values, table.schema.field(name).type)
    pq.write_table(table.set_column(place, name, column), path)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("bit_steps", [MORGAN_BITS]),
        ("bit_steps", [60_000]),
        ("bit_steps", [5, None]),
        ("bit_steps", [5, 0]),
        ("bit_steps", None),
        ("counts", [1, 1, 1]),
        ("counts", [1, None]),
        ("pattern", -1),
        ("pattern", 1 << 3),
        ("pattern", 1 << 40),
        ("pattern", None),
    ],
)
def test_a_table_that_would_be_read_from_outside_is_refused(
    tmp_path: Path, labels: np.ndarray, name: str, first: object
) -> None:
    """A bundle is somebody else's file, and bounds are not checked while it is searched."""
    path = tmp_path / "domain.parquet"
    build(labels).write(path)
    for column in ("bit_steps", "counts"):
        altered(path, column, [[5, 3], *[[1]] * (len(TRAINING) - 1)])
    DomainIndex.read(path, 3)
    whole = pq.read_table(path)[name].to_pylist()
    altered(path, name, [first, *whole[1:]])
    with pytest.raises(BundleError, match="not a domain table"):
        DomainIndex.read(path, 3)
    if name != "pattern":
        with pytest.raises(BundleError, match="not a domain table"):
            sample_counts(path, len(whole))


def test_a_sample_is_the_same_each_time_and_true_to_the_table(
    tmp_path: Path, labels: np.ndarray
) -> None:
    path = tmp_path / "domain.parquet"
    build(labels).write(path)
    whole, some = sample_counts(path, 100), sample_counts(path, 4)
    assert whole.shape == (len(TRAINING), MORGAN_BITS)
    assert some.shape == (4, MORGAN_BITS)
    expected = {tuple(row) for row in dense_counts(packed(TRAINING), np.arange(len(TRAINING)))}
    assert {tuple(row) for row in whole.toarray()} == expected
    assert {tuple(row) for row in some.toarray()} <= expected
    assert (some != sample_counts(path, 4)).nnz == 0


def test_a_sample_of_what_is_no_domain_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "domain.parquet"
    path.write_bytes(b"nothing")
    with pytest.raises(BundleError, match="not a domain table"):
        sample_counts(path, 4)
