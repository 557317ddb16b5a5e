"""Metrics of one endpoint on one part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from screening.core.bundle import Kind
from screening.estimators.calibration import expected_calibration_error

Metrics = dict[str, float | None]


def endpoint_metrics(
    kind: Kind, label: NDArray[np.floating], value: NDArray[np.floating]
) -> Metrics:
    """AUROC, AUPRC, Brier score and ECE; or MAE, R2 and Spearman's rho.

    A metric that is not defined (one class only, under three values) is None.
    """
    label64, value64 = label.astype(np.float64), value.astype(np.float64)
    if kind == "classification":
        metrics = _classification(label64, value64)
    else:
        metrics = _regression(label64, value64)
    return {
        name: None if number is None or not np.isfinite(number) else round(float(number), 4)
        for name, number in metrics.items()
    }


def _classification(label: NDArray[np.float64], value: NDArray[np.float64]) -> Metrics:
    if len(label) == 0:
        return {"n": 0, "auroc": None, "auprc": None, "brier": None, "ece": None}
    both = 0 < label.sum() < len(label)
    return {
        "n": len(label),
        "auroc": roc_auc_score(label, value) if both else None,
        "auprc": average_precision_score(label, value) if both else None,
        "brier": float(np.mean((label - value) ** 2)),
        "ece": expected_calibration_error(label, value),
    }


def _regression(label: NDArray[np.float64], value: NDArray[np.float64]) -> Metrics:
    if len(label) < 3:
        return {"n": len(label), "mae": None, "r2": None, "spearman": None}
    spread = float(np.sum((label - label.mean()) ** 2))
    constant = np.ptp(value) == 0 or spread == 0
    return {
        "n": len(label),
        "mae": float(np.mean(np.abs(label - value))),
        "r2": 1 - float(np.sum((label - value) ** 2)) / spread if spread else None,
        "spearman": None if constant else float(spearmanr(label, value).statistic),
    }


def reliability(
    label: NDArray[np.floating], probability: NDArray[np.floating], bins: int = 10
) -> Metrics:
    """Reliability curve: `predicted_0`, `observed_0` … of bins of equal count."""
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    found: Metrics = {}
    for number, part in enumerate(parts):
        found[f"predicted_{number}"] = round(float(probability[part].mean()), 4)
        found[f"observed_{number}"] = round(float(label[part].mean()), 4)
    return found
