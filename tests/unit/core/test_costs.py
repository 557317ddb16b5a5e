from __future__ import annotations

import pytest

from screening.core.accounting import Cost
from screening.core.costs import per_thousand, price_of, stated_cost, total_cost
from screening.core.errors import ConfigError
from screening.core.prices import AccountingSettings
from screening.core.settings import parse_settings

ONE = Cost(10.0, 300.0, 36.0, 7.2, 500.0)
OTHER = Cost(2.0, 900.0, 4.0)


def test_without_prices_no_cost_is_told() -> None:
    assert price_of(ONE, AccountingSettings()) is None
    assert stated_cost(ONE)["currency"] is None


def test_a_price_counts_what_was_measured() -> None:
    prices = AccountingSettings(
        currency="CNY", price_per_cpu_hour=1.0, price_per_gpu_hour=10.0, price_per_kwh=2.0
    )
    assert price_of(ONE, prices) == pytest.approx(0.01 + 0.02 + 1.0)
    assert price_of(OTHER, prices) == pytest.approx(4 / 3600, abs=1e-6)  # no energy, no GPU
    assert stated_cost(ONE, prices)["currency"] == "CNY"
    assert price_of(OTHER, AccountingSettings(price_per_kwh=2.0)) is None


def test_costs_add_up_and_unknown_energy_stays_unknown() -> None:
    assert total_cost([ONE, OTHER]) == Cost(12.0, 900.0, 40.0, 7.2, None)
    assert total_cost([ONE, ONE]) == Cost(20.0, 300.0, 72.0, 14.4, 1000.0)
    assert total_cost([]) == Cost()
    assert per_thousand(ONE, 500) == Cost(20.0, 300.0, 72.0, 14.4, 1000.0)
    assert per_thousand(ONE, 0) is None


@pytest.mark.parametrize("price", [-1, float("nan"), float("inf"), "much"])
def test_a_price_is_a_number_from_zero_on(price: object) -> None:
    with pytest.raises(ConfigError, match="price_per_kwh"):
        parse_settings(AccountingSettings, {"price_per_kwh": price}, "accounting")
