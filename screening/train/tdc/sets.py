"""The 22 sets of the TDC ADMET group and how each is scored.

Huang et al. 2021, NeurIPS Datasets and Benchmarks, arXiv:2102.09548; the metrics are those of the
public leaderboard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, mean_absolute_error, roc_auc_score

from screening.core.bundle import Kind
from screening.train.recipe import Scale

Metric = Literal["MAE", "AUROC", "AUPRC", "Spearman"]
Values = NDArray[np.floating]


@dataclass(frozen=True)
class TdcSet:
    """One set. scale : on which its labels are learned."""

    name: str
    metric: Metric
    scale: Scale = "linear"

    @property
    def kind(self) -> Kind:
        """What the labels are."""
        return "classification" if self.metric in ("AUROC", "AUPRC") else "regression"

    @property
    def smaller_is_better(self) -> bool:
        """Whether the metric is an error."""
        return self.metric == "MAE"

    def score(self, label: Values, prediction: Values) -> float:
        """The metric; NaN where it is not defined."""
        if len(label) < 2 or (self.kind == "classification" and np.ptp(label) == 0):
            return float("nan")
        return float(_METRICS[self.metric](label, prediction))


_METRICS: dict[str, Callable[[Values, Values], Any]] = {
    "MAE": mean_absolute_error,
    "AUROC": roc_auc_score,
    "AUPRC": average_precision_score,
    "Spearman": lambda label, prediction: spearmanr(label, prediction).statistic,
}

SETS = (
    TdcSet("caco2_wang", "MAE"),
    TdcSet("hia_hou", "AUROC"),
    TdcSet("pgp_broccatelli", "AUROC"),
    TdcSet("bioavailability_ma", "AUROC"),
    TdcSet("lipophilicity_astrazeneca", "MAE"),
    TdcSet("solubility_aqsoldb", "MAE"),
    TdcSet("bbb_martins", "AUROC"),
    TdcSet("ppbr_az", "MAE"),
    TdcSet("vdss_lombardo", "Spearman", "log10"),
    TdcSet("cyp2c9_veith", "AUPRC"),
    TdcSet("cyp2d6_veith", "AUPRC"),
    TdcSet("cyp3a4_veith", "AUPRC"),
    TdcSet("cyp2c9_substrate_carbonmangels", "AUPRC"),
    TdcSet("cyp2d6_substrate_carbonmangels", "AUPRC"),
    TdcSet("cyp3a4_substrate_carbonmangels", "AUROC"),
    TdcSet("half_life_obach", "Spearman", "log10"),
    TdcSet("clearance_hepatocyte_az", "Spearman", "log10"),
    TdcSet("clearance_microsome_az", "Spearman", "log10"),
    TdcSet("ld50_zhu", "MAE"),
    TdcSet("herg", "AUROC"),
    TdcSet("ames", "AUROC"),
    TdcSet("dili", "AUROC"),
)
