from __future__ import annotations

import pytest

from screening.core.errors import ConfigError
from screening.core.picking import PickSettings
from screening.core.plates import Plate, compound_wells
from screening.core.settings import parse_settings


def test_wells_go_down_the_inner_columns() -> None:
    wells = compound_wells(96)
    assert wells[:9] == ["A02", "B02", "C02", "D02", "E02", "F02", "G02", "H02", "A03"]
    assert wells[-1] == "H11"
    assert compound_wells(384)[:17:16] == ["A03", "A04"]
    assert compound_wells(384)[-1] == "P22"


@pytest.mark.parametrize(("plate", "n"), [(96, 80), (384, 320)])
def test_outer_columns_are_left_for_controls(plate: Plate, n: int) -> None:
    wells = compound_wells(plate)
    assert len(set(wells)) == len(wells) == n


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 81}, "more than the 80 wells"),
        ({"size": 321, "plate": 384}, "more than the 320 wells"),
        ({"size": 0}, "setting size"),
        ({"explore": 1.5}, "setting explore"),
        ({"plate": 48}, "setting plate"),
        ({"tiers": []}, "setting tiers"),
        ({"tiers": ["new"]}, "setting tiers.0"),
        ({"per_genera": 1}, "did you mean per_genus?"),
    ],
)
def test_a_wrong_setting_is_told(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_settings(PickSettings, values, "pick")
    assert message in refused.value.line()
