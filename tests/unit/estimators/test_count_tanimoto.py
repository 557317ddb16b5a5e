from __future__ import annotations

import csv

import numpy as np
import pytest
from rdkit import Chem
from rdkit.DataStructs import BulkTanimotoSimilarity

from screening.chem.fingerprints import SparseCounts, morgan_counts, morgan_vector
from screening.core.provenance import PROJECT
from screening.estimators.count_tanimoto import CountTanimoto


@pytest.fixture(scope="module")
def molecules() -> list[Chem.Mol]:
    with (PROJECT / "data/marine_reference.csv").open(encoding="utf-8", newline="") as stream:
        return [Chem.MolFromSmiles(row["smiles"]) for row in csv.DictReader(stream)][:60]


def test_similarities_are_those_of_rdkit(molecules: list[Chem.Mol]) -> None:
    known, queries = molecules[:40], molecules[20:]
    index = CountTanimoto([morgan_counts(one) for one in known])
    vectors = [morgan_vector(one) for one in known]
    for query in queries:
        expected = BulkTanimotoSimilarity(morgan_vector(query), vectors)
        np.testing.assert_allclose(index.similarities(morgan_counts(query)), expected)


def test_the_first_of_equals_is_the_likest(molecules: list[Chem.Mol]) -> None:
    counts = [morgan_counts(molecules[place]) for place in (3, 5, 5)]
    found = CountTanimoto(counts).likest(counts[2])
    assert found is not None
    assert (found.row, found.similarity) == (1, 1.0)


def test_nothing_is_like_nothing(molecules: list[Chem.Mol]) -> None:
    assert CountTanimoto([]).likest(morgan_counts(molecules[0])) is None
    empty = SparseCounts(np.zeros(0, np.uint16), np.zeros(0, np.uint8))
    found = CountTanimoto([morgan_counts(molecules[0])]).likest(empty)
    assert found is not None
    assert found.similarity == 0.0
