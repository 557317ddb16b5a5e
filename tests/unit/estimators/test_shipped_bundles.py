"""The shipped bundles predict what they predicted when they were made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from screening.core.bundle import read_bundle
from screening.estimators.features import Features
from screening.estimators.scorer import Scorer

ROOT = Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / "tests" / "golden" / "bundle_predictions.json").read_text())
MEGABYTE = 1_000_000


@pytest.mark.parametrize("name", ["toxicity", "activity", "adme"])
def test_golden_predictions(name: str) -> None:
    scorer = Scorer.load(ROOT / "models" / name)
    assert [item.id for item in scorer.endpoints] == GOLDEN[name]["endpoints"]
    features = [scorer.featurise(text) for text in GOLDEN["smiles"].values()]
    assert all(isinstance(item, Features) for item in features)
    scores = scorer.score([item for item in features if isinstance(item, Features)])
    # Values in hours or litres a kilogram reach hundreds.
    np.testing.assert_allclose(scores.value, GOLDEN[name]["value"], atol=1e-3, rtol=1e-3)
    np.testing.assert_allclose(scores.std, GOLDEN[name]["std"], atol=1e-3, rtol=1e-3)
    np.testing.assert_array_equal(scores.verdict, GOLDEN[name]["verdict"])
    np.testing.assert_allclose(scores.similarity, GOLDEN[name]["similarity"], atol=1e-3)


@pytest.mark.parametrize("name", ["toxicity", "activity", "adme"])
def test_bundles_are_small_and_name_their_sources(name: str) -> None:
    folder = ROOT / "models" / name
    manifest = read_bundle(folder)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 20 * MEGABYTE
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for endpoint in manifest.endpoints:
        assert endpoint.id in card
        assert endpoint.licences
        assert all(source.table in card for source in endpoint.sources)
