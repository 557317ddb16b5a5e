from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from screening.core.errors import ConfigError
from screening.core.objectives import Objective
from screening.rank.evidence import gather_evidence
from screening.rank.judged import find_judged
from screening.rank.quantities import EDGE, IN, OUT, Quantity


def prediction(name: str, unit: str = "probability") -> Quantity:
    return Quantity(name, unit, "prediction", has_std=True, has_domain=True)


KNOWN = {
    **{name: prediction(name) for name in ("breast", "colon", "muscle")},
    "pic50": prediction("pic50", "-log10(mol/L)"),
    "MolWt": Quantity("MolWt", "Da", "descriptor"),
}
PANELS = tuple(
    Objective(column=name, worst=0, best=1, group="panels") for name in ("breast", "colon")
)
SELECTIVITY = Objective(column="panels", over="muscle", worst=-0.5, best=0.5)
TABLE = pa.table(
    {
        "breast": [0.8, 0.8],
        "breast__std": [0.1, 0.1],
        "breast__domain": ["in", "in"],
        "colon": [0.6, None],
        "colon__std": [0.3, None],
        "colon__domain": ["edge", None],
        "muscle": [0.2, 0.2],
        "muscle__std": [0.05, 0.05],
        "muscle__domain": ["in", "out"],
    }
)


def test_a_group_over_an_endpoint_is_the_difference_of_means() -> None:
    judged = find_judged((*PANELS, SELECTIVITY), (), KNOWN)
    found = gather_evidence(TABLE, judged)
    assert found.values[0, 2] == pytest.approx(0.7 - 0.2)
    # Panels err together: the deviation of their mean is the mean of theirs.
    assert (found.stds[0, 2], found.stds_over[0, 2]) == pytest.approx((0.2, 0.05))
    assert found.verdicts[0].tolist() == [IN, EDGE, EDGE]
    assert judged[2].objective.name == "panels over muscle"


def test_a_difference_with_a_missing_side_is_missing() -> None:
    found = gather_evidence(TABLE, find_judged((*PANELS, SELECTIVITY), (), KNOWN))
    assert np.isnan(found.values[1, 1:]).all()
    assert found.verdicts[1].tolist() == [IN, OUT, OUT]


def test_a_name_of_a_group_and_an_endpoint_means_the_endpoint() -> None:
    objectives = (Objective(column="breast", worst=0, best=1, group="muscle"), SELECTIVITY)
    of = find_judged((*objectives, *PANELS), (), KNOWN)[1]
    assert of.over == (KNOWN["muscle"],)


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        (Objective(column="breast", over="mussle", worst=0, best=1), "did you mean 'muscle'?"),
        (Objective(column="panel", over="muscle", worst=0, best=1), "did you mean 'panels'?"),
        (Objective(column="pic50", over="muscle", worst=0, best=1), "mixes the units"),
        (Objective(column="breast", over="MolWt", worst=0, best=1), "mixes the units"),
        (
            Objective(column="breast", over="own", worst=0, best=1, group="own"),
            "holds a difference",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(objective: Objective, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        find_judged((*PANELS, objective), (), KNOWN)
    assert message in error.value.line()
