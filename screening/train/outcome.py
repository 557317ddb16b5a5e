"""What came of a training, in a few lines: how good each endpoint is, and what to be wary of."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence

from screening.core.bundle import BundleManifest, EndpointSpec, Kind
from screening.train.assemble import EndpointCounts

RANK_METRIC: dict[Kind, str] = {"classification": "auroc", "regression": "spearman"}
_TITLE: dict[Kind, str] = {"classification": "AUROC", "regression": "Spearman's rho"}
NOTABLE = 0.02
"""A difference in AUROC or Spearman's rho that a reader should not have to find."""
_FEW = 300
"""With fewer structures than this the standard error of an AUROC of 0.8 passes 0.03."""
_NO_SKILL: dict[Kind, float] = {"classification": 0.55, "regression": 0.1}
_NORMAL_90 = 1.645


def auroc_error(auroc: float, positive: int, negative: int) -> float:
    """Standard error of an AUROC: Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747."""
    both = auroc / (2 - auroc), 2 * auroc**2 / (1 + auroc)
    square = auroc**2
    variance = auroc * (1 - auroc)
    variance += (positive - 1) * (both[0] - square) + (negative - 1) * (both[1] - square)
    return math.sqrt(max(variance, 0.0) / (positive * negative))


def warnings_of(
    endpoints: Sequence[EndpointSpec], counts: Mapping[str, EndpointCounts]
) -> list[str]:
    """What a reader of the metrics must know, a sentence each.

    Parameters
    ----------
    counts : of what became of the rows of each endpoint.
    """
    found = []
    for item in endpoints:
        value, n = item.metrics["joined"].get(RANK_METRIC[item.kind]), _measured(item)
        title = _TITLE[item.kind]
        if rows := counts[item.id].disagreeing_rows:
            found.append(
                f"{item.id}: {counts[item.id].disagreements} structures have values further apart "
                f"than the standard deviation of all labels, such as rows {'; '.join(rows)}; the "
                "median is learned"
            )
        if n < _FEW:
            margin = _margin(item, value, n)
            found.append(f"{item.id}: only {n} structures measure it{margin}; believe it little")
        if value is None:
            found.append(f"{item.id}: {title} cannot be measured")
        elif value < _NO_SKILL[item.kind]:
            found.append(f"{item.id}: no skill to speak of ({title} {value:.2f}); do not use it")
        beside = item.metrics["beside_forest"].get(RANK_METRIC[item.kind])
        forest = item.metrics["forest"].get(RANK_METRIC[item.kind])
        if beside is not None and forest is not None and forest > beside + NOTABLE:
            found.append(
                f"{item.id}: a random forest on fingerprints ranks better "
                f"({title} {forest:.3f}, this bundle {beside:.3f})"
            )
    return found


def _measured(item: EndpointSpec) -> int:
    return int(item.metrics["joined"]["n"] or 0)


def _margin(item: EndpointSpec, value: float | None, n: int) -> str:
    if item.kind != "classification" or value is None or item.positive_share is None:
        return ""
    positive = max(1, round(item.positive_share * n))
    error = _NORMAL_90 * auroc_error(value, positive, max(1, n - positive))
    return f", so that the AUROC of {value:.2f} may be off by {error:.2f} (90 % interval)"


def tell_outcome(manifest: BundleManifest) -> None:
    """Print each endpoint beside the forest, and the warnings, on standard error."""
    print(f"measured on {manifest.training['measured_on']}:", file=sys.stderr)
    for item in manifest.endpoints:
        metrics = item.metrics["joined"]
        shown = [f"{name} {value:.3f}" for name, value in metrics.items() if value is not None][1:]
        forest = item.metrics["forest"].get(RANK_METRIC[item.kind])
        beside = "" if forest is None else f"; forest {RANK_METRIC[item.kind]} {forest:.3f}"
        print(
            f"  {item.id}, {_measured(item)} structures: {', '.join(shown)}{beside}",
            file=sys.stderr,
        )
    for warning in manifest.training["warnings"]:
        print(f"warning: {warning}", file=sys.stderr, flush=True)
