"""Small bundles that know something: boosted trees on labels, beside a network without weight."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import Crippen

from screening.chem.standardise import Parent, standardise
from screening.core.bundle import BundleManifest, EndpointSpec
from screening.core.fixed_test import FixedTest
from screening.estimators.calibration import Calibration, Shares
from screening.estimators.domain import DomainIndex, label_patterns
from screening.estimators.features import FEATURE_VERSION, Features, featurise, pack
from screening.estimators.inference import run_network
from screening.estimators.network import build_network
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.grow import grow_trees
from screening.train.package import seal, write_parts
from screening.train.recipe import TreesRecipe
from screening.train.space import fit_space

RINGS = ("c1ccc({a})cc1{b}", "c1ncc({a})cc1{b}", "c1cc({a})oc1{b}", "c1cc({a})sc1{b}",
         "C1CC({a})CCC1{b}", "c1cc({a})c2ccccc2c1{b}", "C1CCC({a})CCC1{b}",
         "c1cc2oc({a})cc2cc1{b}", "C1C({a})CC1{b}", "C({a})CCCC{b}")  # fmt: skip
GROUPS = product(["[N+](=O)[O-]", "O", "N", "C#N"], ["N", "Cl", "CCO", "Br"])
TEXTS = [ring.format(a=a, b=b) for ring, (a, b) in product(RINGS, GROUPS)]
PARENTS = list(
    {
        parent.flat_key: parent
        for parent in (standardise(text) for text in TEXTS)
        if isinstance(parent, Parent)
    }.values()
)
NITRO = Chem.MolFromSmarts("[N+](=O)[O-]")
LABELS = np.array(
    [
        (mol.HasSubstructMatch(NITRO), Crippen.MolLogP(mol))
        for mol in (Chem.MolFromSmiles(parent.smiles) for parent in PARENTS)
    ],
    dtype=np.float32,
)
TREES_ALONE = Shares(1.0)
TEST_ROWS = np.arange(len(PARENTS)) % 2 == 1
ENDPOINTS = (("nitro", "classification", "probability"), ("log_p", "regression", "1"))
ARCHITECTURE = {
    "hidden": 8,
    "layers": 1,
    "fingerprint_hidden": 8,
    "head_hidden": 8,
    "dropout": 0.0,
    "members": 1,
}


def fixed_test() -> FixedTest:
    """Every second structure; every third of them counts as marine."""
    chosen = [parent for parent, is_test in zip(PARENTS, TEST_ROWS, strict=True) if is_test]
    labels = {name: LABELS[TEST_ROWS, column] for column, (name, _, _) in enumerate(ENDPOINTS)}
    return FixedTest(
        [parent.flat_key for parent in chosen],
        [parent.smiles for parent in chosen],
        np.arange(len(chosen)) % 3 == 0,
        labels,
    )


def write_bundle(
    folder: Path,
    *,
    noise: float,
    seed: int,
    rows: np.ndarray = ~TEST_ROWS,
    n_endpoints: int = 2,
    shares: Shares = TREES_ALONE,
    withheld: bool = False,
) -> Path:
    """A bundle that has learned from labels of which a share is wrong.

    Parameters
    ----------
    folder : of the bundle, which it is named after.
    noise : share of the training structures whose labels are those of others, 0 to 1.
    rows : of PARENTS, to learn from. n_endpoints : the first ones of ENDPOINTS.
    shares : of trees and neighbours; the rest is an untrained network's.
    withheld : the labels stay out of the bundle.
    """
    random = np.random.default_rng(seed)
    chosen = np.flatnonzero(rows)
    labels = LABELS[chosen, :n_endpoints].copy()
    wrong = np.flatnonzero(random.uniform(size=len(chosen)) < noise)
    labels[wrong] = labels[random.permutation(wrong)]
    parents = [PARENTS[row] for row in chosen]
    features = [featurise(parent.smiles) for parent in parents]
    packed = pack([one for one in features if isinstance(one, Features)])
    everything = np.arange(len(parents))
    index = DomainIndex(
        *(packed.bits, packed.counts, packed.bit_offset, label_patterns(labels)),
        n_endpoints=n_endpoints,
        flat_keys=[parent.flat_key for parent in parents],
        smiles=[parent.smiles for parent in parents],
        labels=np.full_like(labels, np.nan) if withheld else labels,
    )
    torch.manual_seed(seed)
    network = build_network(n_endpoints, ARCHITECTURE)
    specs = [_endpoint(*one) for one in ENDPOINTS[:n_endpoints]]
    matrix, recipe = tree_matrix(packed, everything), TreesRecipe(rounds=60, leaves=8)
    trees = [
        grow_trees(matrix, labels[:, column], spec.kind, recipe, seed=seed, threads=1)
        for column, spec in enumerate(specs)
    ]
    raw = BoostedTrees(trees).predict(matrix)
    calibrations = {
        spec.id: _calibration(spec.kind, raw[:, column], labels[:, column]).with_shares(shares)
        for column, spec in enumerate(specs)
    }
    folder.mkdir(parents=True)
    write_parts(
        folder,
        members=[network],
        trees=BoostedTrees(trees),
        calibrations=calibrations,
        index=index,
        space=fit_space(run_network(network, packed, everything).represented, labels, seed),
    )
    training = {
        "digest": f"{seed:064x}",
        "split": {"method": "alternating"},
        "cost": {"cpu_seconds": 1.5, "price": None, "workers_elsewhere": False},
    }
    manifest = BundleManifest(
        name=folder.name,
        version="1.0.0",
        description="for a test",
        feature_version=FEATURE_VERSION,
        architecture=ARCHITECTURE,
        endpoints=tuple(specs),
        training=training,
        versions={"screening": "0.1.0"},
        files={},
    )
    seal(folder, manifest, f"# {folder.name}\n\nTrained with seed {seed}.\n")
    return folder


def _calibration(kind: str, raw: np.ndarray, label: np.ndarray) -> Calibration:
    """That of trees."""
    if kind == "classification":
        return Calibration(method="identity")
    slope, intercept = np.polyfit(raw, label, 1)
    return Calibration(method="linear", slope=slope, intercept=intercept, half_width=2.0)


def _endpoint(name: str, kind: str, unit: str) -> EndpointSpec:
    domain = {"similarity_in": 0.1, "similarity_edge": 0.05, "distance_in": 1e6}
    return EndpointSpec.model_validate(
        {
            "id": name,
            "kind": kind,
            "unit": unit,
            "direction": "as in the table",
            "domain": {**domain, "distance_edge": 1e9, "reason": "chosen for the test"},
            "sources": (),
            "licences": (),
            "n_train": 40,
            "n_held_out": 0,
            "n_test": 40,
            "metrics": {"joined": {"auroc" if kind == "classification" else "mae": 0.5}},
        }
    )
