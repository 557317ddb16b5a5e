"""Scoring structures with a bundle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from screening.chem.problem import Problem
from screening.core.bundle import BundleManifest, EndpointSpec, read_bundle
from screening.core.errors import BundleError, BundleMismatch
from screening.estimators.blend import Outputs, ensemble_values
from screening.estimators.calibration import Calibration
from screening.estimators.domain import DOMAIN_NAME, DomainIndex
from screening.estimators.features import FEATURE_VERSION, Features, PackedFeatures, featurise, pack
from screening.estimators.inference import NetworkOutput, resolve_device, run_networks
from screening.estimators.model_space import ModelSpace
from screening.estimators.network import MultiTaskNetwork, build_network
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.estimators.verdict import judge
from screening.estimators.vote import NeighbourVote

WEIGHTS_NAME = "weights.safetensors"
CALIBRATION_NAME = "calibration.json"
TREES_NAME = "trees.parquet"
SPACE_NAME = "model_space.safetensors"


@dataclass(frozen=True, slots=True)
class Scores:
    """Predictions, each array (n_structures, n_endpoints).

    value : float32, calibrated probability or value in the unit. std : float32, standard deviation
    over the ensemble in the same unit. low, high : float32, 90 % interval. similarity : float32,
    Tanimoto on counts to the nearest training structure with a label. distance : float32, in the
    model's space. verdict : int8, code of `verdict.VERDICTS`. neighbour : int64, row of
    `Scorer.neighbours`, or -1. neighbour_label : float32, its label, NaN where it may not be passed
    on.
    """

    value: NDArray[np.float32]
    std: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    similarity: NDArray[np.float32]
    distance: NDArray[np.float32]
    verdict: NDArray[np.int8]
    neighbour: NDArray[np.int64]
    neighbour_label: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Training structures: first InChIKey blocks, and SMILES ("" where not redistributable).

    labels : (n, n_endpoints) float32, NaN where unknown or not redistributable.
    """

    flat_keys: Sequence[str]
    smiles: Sequence[str]
    labels: NDArray[np.float32]


class Scorer:
    """A bundle ready to predict; made by `Scorer.load`."""

    def __init__(
        self,
        manifest: BundleManifest,
        *,
        members: Sequence[MultiTaskNetwork],
        trees: BoostedTrees,
        calibrations: Sequence[Calibration],
        domain: DomainIndex,
        space: ModelSpace,
        device: str,
    ) -> None:
        self.manifest = manifest
        self.endpoints: list[EndpointSpec] = list(manifest.endpoints)
        self.device = device
        self.neighbours = Neighbours(domain.flat_keys, domain.smiles, domain.labels)
        self._members = members
        self._trees = trees
        self._space = space
        self._calibrations = calibrations
        self._domain = domain
        self._vote = NeighbourVote(domain.labels, calibrations)

    @classmethod
    def load(cls, bundle_dir: Path, device: str = "cpu") -> Scorer:
        """Read a bundle, checking the digest of every file; no code of the bundle runs.

        Parameters
        ----------
        bundle_dir : folder. device : `cpu`, `cuda` or `auto`.

        Raises
        ------
        BundleError : a file is missing, altered or unreadable.
        BundleMismatch : the bundle was made for other features.
        """
        manifest = read_bundle(bundle_dir)
        if manifest.feature_version != FEATURE_VERSION:
            raise BundleMismatch(
                f"{bundle_dir}: made for features {manifest.feature_version}, "
                f"this version computes {FEATURE_VERSION}",
                "train the bundle again",
            )
        resolved = resolve_device(device)
        names = [item.id for item in manifest.endpoints]
        calibrations = _load_calibrations(bundle_dir, manifest)
        domain = DomainIndex.read(bundle_dir / DOMAIN_NAME, len(names))
        _check_votes(bundle_dir, names, calibrations, domain)
        return cls(
            manifest,
            members=_load_members(bundle_dir, manifest, resolved),
            trees=BoostedTrees.read(bundle_dir / TREES_NAME, names),
            calibrations=calibrations,
            domain=domain,
            space=ModelSpace.read(bundle_dir / SPACE_NAME),
            device=resolved,
        )

    def featurise(self, parent_smiles: str) -> Features | Problem:
        """Features of a standardised parent; the same for every bundle of a feature version."""
        return featurise(parent_smiles)

    def score(self, features: Sequence[Features]) -> Scores:
        """Predict all endpoints of some structures, in their order."""
        if not features:
            empty = np.empty((0, len(self.endpoints)), np.float32)
            whole = empty.astype(np.int64)
            verdict = empty.astype(np.int8)
            return Scores(empty, empty, empty, empty, empty, empty, verdict, whole, empty)
        packed = pack(features)
        rows = np.arange(len(features), dtype=np.int64)
        networks, trees = self._run(packed, rows)
        nearest = self._domain.nearest(packed, rows)
        raw = np.stack([item.raw for item in networks])
        outputs = Outputs(raw, trees, self._vote.raw(nearest))
        values = ensemble_values(outputs, self._calibrations)
        distance = self._space.distance(networks[0].represented)
        limits = [item.domain for item in self.endpoints]
        similarity, neighbour = nearest.similarity[:, :, 0], nearest.row[:, :, 0]
        verdict = judge(similarity, distance, limits)
        return Scores(
            *values, similarity, distance, verdict, neighbour, self._neighbour_labels(neighbour)
        )

    def effects(self, features: Sequence[Features]) -> NDArray[np.float64]:
        """(n_structures, n_endpoints) on the scale on which contributions add up.

        Log odds for a class, before the calibration flattens its ends; for a value the unit, or its
        logarithm to base 10 where that is learned. The vote of the neighbours is held: a structure
        without one of its atoms would have others, which is no atom's doing.
        """
        packed = pack(features)
        networks, trees = self._run(packed, np.arange(len(features), dtype=np.int64))
        outputs = Outputs(np.stack([item.raw for item in networks]), trees, np.zeros_like(trees))
        columns = [
            outputs.of(column).blend(item.shares) * item.slope
            for column, item in enumerate(self._calibrations)
        ]
        return np.stack(columns, axis=1)

    def scale_of_effects(self, column: int) -> str:
        """The scale of `effects` of an endpoint, in words."""
        method = self._calibrations[column].method
        unit = self.endpoints[column].unit
        return {"linear": unit, "log10": f"log10 of {unit}"}.get(method, "log odds")

    def _run(
        self, packed: PackedFeatures, rows: NDArray[np.int64]
    ) -> tuple[list[NetworkOutput], NDArray[np.float32]]:
        outputs = run_networks(self._members, packed, rows, self.device)
        return outputs, self._trees.predict(tree_matrix(packed, rows))

    def _neighbour_labels(self, row: NDArray[np.int64]) -> NDArray[np.float32]:
        labels = self.neighbours.labels[np.maximum(row, 0), np.arange(row.shape[1])]
        return np.where(row >= 0, labels, np.nan).astype(np.float32)


def _load_members(folder: Path, manifest: BundleManifest, device: str) -> list[MultiTaskNetwork]:
    """Rebuild every member from `member<k>.<parameter>` tensors."""
    try:
        tensors = load_file(folder / WEIGHTS_NAME)
    except (OSError, SafetensorError) as error:
        raise BundleError(f"{folder / WEIGHTS_NAME}: cannot be read ({error})") from error
    members = []
    for index in range(int(manifest.architecture["members"])):
        prefix = f"member{index}."
        state = {
            name.removeprefix(prefix): tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in tensors.items()
            if name.startswith(prefix)
        }
        network = build_network(len(manifest.endpoints), manifest.architecture)
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            raise BundleError(
                f"{folder / WEIGHTS_NAME}: does not fit the architecture of the manifest"
            ) from error
        members.append(network.to(torch.device(device)).eval())
    return members


def _load_calibrations(folder: Path, manifest: BundleManifest) -> list[Calibration]:
    path = folder / CALIBRATION_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [Calibration.model_validate(content[item.id]) for item in manifest.endpoints]
    except (OSError, ValueError, KeyError) as error:
        raise BundleError(f"{path}: not the calibration of this bundle ({error})") from error


def _check_votes(
    folder: Path, names: Sequence[str], calibrations: Sequence[Calibration], domain: DomainIndex
) -> None:
    """Neighbours must have labels where they have a share."""
    for name, calibration, known in zip(names, calibrations, domain.has_labels, strict=True):
        if calibration.vote_share and not known:
            raise BundleError(
                f"{folder / DOMAIN_NAME}: no labels of {name}, by which its neighbours vote",
                "copy the bundle again or train it anew",
            )
