"""The view of a screen's candidates that MLflow's own page opens with: filter, order, columns.

MLflow 3 opens an experiment on pages for language models and shows runs without their metrics. Its
page of runs can save what is filtered, sorted and shown as a tag of the experiment; a link to the
saved view then needs no setting by hand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_TAG = "mlflow.sharedViewState."
_TRAINING = "workflowType=machine_learning"
# What MLflow 3.17 writes into a view by itself, but for what a view of candidates states.
_REST: dict[str, Any] = {
    "startTime": "ALL",
    "lifecycleFilter": "Active",
    "datasetsFilter": [],
    "modelVersionFilter": "All Runs",
    "columnOrder": [],
    "columnWidths": {},
    "runsHiddenMode": "SHOWALL",
    "viewMaximized": False,
    "runListHidden": False,
    "isAccordionReordered": False,
    "useGroupedValuesInCharts": True,
    "hideEmptyCharts": True,
    "groupBy": None,
    "groupsExpanded": {},
    "globalLineChartConfig": {
        "xAxisKey": "step",
        "lineSmoothness": 0,
        "selectedXAxisMetricKey": "",
    },
}
METRICS = ("rank", "score", "score_mean", "domain_share", "top_share")
TAGS = ("well", "tier", "chosen_for", "earlier_decision", "decision", "note")


@dataclass(frozen=True)
class View:
    """A saved view. tag, content : the experiment's tag that holds it. key : for links."""

    key: str
    tag: str
    content: str


def candidates_view(library: str, run_id: str, now_ms: int) -> View:
    """The candidates of a screen, the best first; a later screen of the library takes its place.

    Parameters
    ----------
    library : its name. run_id : of the screen, which its candidates carry as the tag `screen`.
    now_ms : milliseconds since 1970.
    """
    key = view_key(library)
    state = {
        **_REST,
        "searchFilter": f"tags.screen = '{run_id}'",
        "orderByKey": "metrics.`rank`",
        "orderByAsc": True,
        "selectedColumns": [*_columns("metrics", METRICS), *_columns("tags", TAGS)],
    }
    content = {
        "name": f"Candidates of {library}"[:100],
        "createdAt": now_ms,
        "updatedAt": now_ms,
        "state": _packed(state),
    }
    return View(key, _TAG + key, json.dumps(content))


def view_key(library: str) -> str:
    """The key of a library's view of candidates."""
    return "candidates" + hashlib.sha256(library.encode()).hexdigest()[:16]


def candidates_page(experiment_id: str, key: str) -> str:
    """The address of a saved view, below that of the server."""
    return f"/#/experiments/{experiment_id}/runs?{_TRAINING}&viewStateShareKey={key}"


def run_page(experiment_id: str, run_id: str) -> str:
    """The address of a run, below that of the server."""
    return f"/#/experiments/{experiment_id}/runs/{run_id}?{_TRAINING}"


def _columns(kind: str, names: Sequence[str]) -> list[str]:
    return [f"{kind}.`{name}`" for name in names]


def _packed(state: dict[str, Any]) -> str:
    """As MLflow's page packs a view into a tag, whose length is limited."""
    return "deflate;" + base64.b64encode(zlib.compress(json.dumps(state).encode())).decode()
