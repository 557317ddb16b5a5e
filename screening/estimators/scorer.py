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
from screening.estimators.calibration import NORMAL_90, Calibration
from screening.estimators.domain import DomainIndex
from screening.estimators.features import FEATURE_VERSION, Features, featurise, pack
from screening.estimators.inference import predict_raw, resolve_device
from screening.estimators.network import MultiTaskNetwork, build_network

WEIGHTS_NAME = "weights.safetensors"
CALIBRATION_NAME = "calibration.json"
DOMAIN_NAME = "domain.parquet"


@dataclass(frozen=True, slots=True)
class Scores:
    """Predictions, each array (n_structures, n_endpoints).

    value : float32, calibrated probability or value in the unit. std : float32, ensemble standard
    deviation in the same unit. low, high : float32, 90 % interval. similarity : float32, Tanimoto
    to the nearest training structure with a label. in_domain : bool. neighbour : int64, row of
    `Scorer.neighbours`, or -1.
    """

    value: NDArray[np.float32]
    std: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    similarity: NDArray[np.float32]
    in_domain: NDArray[np.bool_]
    neighbour: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Training structures: first InChIKey blocks, and SMILES ("" where not redistributable)."""

    flat_keys: Sequence[str]
    smiles: Sequence[str]


def ensemble_values(
    raw: NDArray[np.float32], calibrations: Sequence[Calibration]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Value, standard deviation, low and high from raw outputs (n_members, n, n_endpoints).

    The value is the calibrated mean output, the deviation that of the members' calibrated
    outputs. Regression intervals are split-conformal; a probability's interval is the central
    90 % of a normal distribution of that deviation, cut at 0 and 1.
    """
    shape = raw.shape[1:]
    value, std, half = np.empty(shape), np.empty(shape), np.empty(shape)
    for column, calibration in enumerate(calibrations):
        value[:, column] = calibration.apply(raw[:, :, column].mean(0))
        std[:, column] = calibration.apply(raw[:, :, column]).std(0)
        width = calibration.half_width
        half[:, column] = NORMAL_90 * std[:, column] if width is None else width
    low, high = value - half, value + half
    probability = np.array([calibration.method != "linear" for calibration in calibrations])
    low = np.where(probability, np.maximum(low, 0.0), low)
    high = np.where(probability, np.minimum(high, 1.0), high)
    return (
        value.astype(np.float32),
        std.astype(np.float32),
        low.astype(np.float32),
        high.astype(np.float32),
    )


class Scorer:
    """A bundle ready to predict; made by `Scorer.load`."""

    def __init__(
        self,
        manifest: BundleManifest,
        members: Sequence[MultiTaskNetwork],
        calibrations: Sequence[Calibration],
        domain: DomainIndex,
        device: str,
    ) -> None:
        self.manifest = manifest
        self.endpoints: list[EndpointSpec] = list(manifest.endpoints)
        self.device = device
        self.neighbours = Neighbours(domain.flat_keys, domain.smiles)
        self._members = members
        self._calibrations = calibrations
        self._domain = domain

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
        n_endpoints = len(manifest.endpoints)
        return cls(
            manifest,
            _load_members(bundle_dir, manifest, resolved),
            _load_calibrations(bundle_dir, manifest),
            DomainIndex.read(bundle_dir / DOMAIN_NAME, n_endpoints),
            resolved,
        )

    def featurise(self, parent_smiles: str) -> Features | Problem:
        """Features of a standardised parent; the same for every bundle of a feature version."""
        return featurise(parent_smiles)

    def score(self, features: Sequence[Features]) -> Scores:
        """Predict all endpoints of some structures, in their order."""
        n_endpoints = len(self.endpoints)
        if not features:
            empty = np.empty((0, n_endpoints), np.float32)
            flags = empty.astype(np.bool_)
            return Scores(empty, empty, empty, empty, empty, flags, empty.astype(np.int64))
        packed = pack(features)
        rows = np.arange(len(features), dtype=np.int64)
        raw = np.stack([predict_raw(item, packed, rows, self.device) for item in self._members])
        value, std, low, high = ensemble_values(raw, self._calibrations)
        nearest = self._domain.nearest([item.bits for item in features])
        threshold = np.array([item.similarity_threshold for item in self.endpoints], np.float32)
        return Scores(
            value,
            std,
            low,
            high,
            nearest.similarity,
            nearest.similarity >= threshold,
            nearest.row,
        )


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
