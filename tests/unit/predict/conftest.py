"""Real bundles of the real format, small and untrained: prediction needs no good weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from screening.chem.standardise import Parent, standardise
from screening.core.bundle import BundleManifest, EndpointSpec, SourceSpec

# Caffeine, aspirin, ibuprofen, phenol, cytarabine, manzamine-like carboline, glucose, alanine ...
TRAINING_SMILES = (
    "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
    "CC(=O)OC1=CC=CC=C1C(=O)O",
    "CC(C)CC1=CC=C(C=C1)C(C)C(=O)O",
    "Oc1ccccc1",
    "Nc1ccn(C2OC(CO)C(O)C2O)c(=O)n1",
    "c1ccc2c(c1)[nH]c1cnccc12",
    "OCC1OC(O)C(O)C(O)C1O",
    "CC(N)C(=O)O",
    "Brc1cc2c(cc1Br)[nH]cc2CCN",
    "CCCCCCCCCCCCCCCC(=O)O",
)
ARCHITECTURE = {
    "hidden": 16,
    "layers": 2,
    "fingerprint_hidden": 16,
    "head_hidden": 16,
    "dropout": 0.0,
    "members": 2,
}
SOURCE = SourceSpec(
    table="assay",
    column="active",
    upstream="https://example.org/assay.csv",
    licence="CC0-1.0",
    redistributable=True,
    citation="nobody 2026",
    sha256="0" * 64,
    n_labels=10,
)


def endpoint(name: str, kind: str, unit: str) -> EndpointSpec:
    return EndpointSpec.model_validate(
        {
            "id": name,
            "kind": kind,
            "unit": unit,
            "direction": "lower is safer",
            "threshold": 0.5 if kind == "classification" else None,
            "domain": {
                "similarity_in": 0.3,
                "similarity_edge": 0.2,
                "distance_in": 1e3,
                "distance_edge": 1e6,
                "reason": "chosen for the test",
            },
            "sources": (SOURCE,),
            "licences": ("CC0-1.0",),
            "n_train": 8,
            "n_held_out": 8,
            "n_test": 1,
        }
    )


def write_bundle(folder: Path, endpoints: Sequence[EndpointSpec], seed: int) -> Path:
    """A bundle with random weights, written by the code that writes trained ones."""
    import torch

    from screening.estimators.calibration import Calibration
    from screening.estimators.domain import DomainIndex, label_patterns
    from screening.estimators.features import FEATURE_VERSION, Features, featurise, pack
    from screening.estimators.inference import run_network
    from screening.estimators.network import build_network
    from screening.estimators.trees import BoostedTrees, tree_matrix
    from screening.train.grow import grow_trees
    from screening.train.package import seal, write_parts
    from screening.train.recipe import TreesRecipe
    from screening.train.space import fit_space

    torch.manual_seed(seed)
    parents = [standardise(smiles) for smiles in TRAINING_SMILES]
    found = [parent for parent in parents if isinstance(parent, Parent)]
    features = [featurise(parent.smiles) for parent in found]
    packed = pack([item for item in features if isinstance(item, Features)])
    labels = np.zeros((len(found), len(endpoints)), dtype=np.float32)
    labels[::2, 0] = np.nan  # the first endpoint is known for every second structure only
    domain = DomainIndex(
        packed.bits,
        packed.counts,
        packed.bit_offset,
        label_patterns(labels),
        n_endpoints=len(endpoints),
        flat_keys=[parent.flat_key for parent in found],
        smiles=[parent.smiles for parent in found],
        labels=labels,
    )
    members = [build_network(len(endpoints), ARCHITECTURE) for _ in range(2)]
    calibrations = {
        spec.id: Calibration(method="identity")
        if spec.kind == "classification"
        else Calibration(method="linear", slope=2.0, intercept=5.0, half_width=1.0)
        for spec in endpoints
    }
    folder.mkdir()
    rows = np.arange(len(found))
    matrix = tree_matrix(packed, rows)
    recipe = TreesRecipe(rounds=3, leaves=4)
    trees = [
        grow_trees(matrix, (rows % 2).astype(np.float32), spec.kind, recipe, seed=seed, threads=1)
        for spec in endpoints
    ]
    represented = run_network(members[0], packed, rows).represented
    write_parts(
        folder,
        members=members,
        trees=BoostedTrees(trees),
        calibrations=calibrations,
        index=domain,
        space=fit_space(represented, labels, seed),
    )
    manifest = BundleManifest(
        name=folder.name,
        version="1.2",
        description="untrained",
        feature_version=FEATURE_VERSION,
        architecture=ARCHITECTURE,
        endpoints=tuple(endpoints),
        training={},
        versions={},
        files={},
    )
    seal(folder, manifest, "# untrained\n")
    return folder


@pytest.fixture(scope="session")
def safety_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two endpoints, a probability and a value."""
    specs = [
        endpoint("liver", "classification", "probability"),
        endpoint("ld50", "regression", "-log10(mol/kg)"),
    ]
    return write_bundle(tmp_path_factory.mktemp("bundles") / "safety", specs, seed=1)


@pytest.fixture(scope="session")
def potency_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One endpoint."""
    specs = [endpoint("pic50", "regression", "-log10(mol/L)")]
    return write_bundle(tmp_path_factory.mktemp("bundles") / "potency", specs, seed=2)
