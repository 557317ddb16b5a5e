"""How costs add up, and what they are in money by the prices of the configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from screening.core.accounting import Cost
from screening.core.prices import AccountingSettings

_HOUR_S = 3_600.0
THOUSAND = 1_000


def stated_cost(cost: Cost, prices: AccountingSettings | None = None) -> dict[str, Any]:
    """A cost as plain values with `price` and `currency`, for manifests and summaries.

    Parameters
    ----------
    cost : of `core.accounting`. prices : None: no price is told.
    """
    chosen = prices or AccountingSettings()
    amount = price_of(cost, chosen)
    return {
        **asdict(cost),
        "price": amount,
        "currency": None if amount is None else chosen.currency,
    }


def price_of(cost: Cost, prices: AccountingSettings) -> float | None:
    """The price of what was measured; None without a price for any of it."""
    terms = (
        (prices.price_per_cpu_hour, cost.cpu_seconds / _HOUR_S),
        (prices.price_per_gpu_hour, (cost.gpu_seconds or 0.0) / _HOUR_S),
        (prices.price_per_kwh, None if cost.energy_wh is None else cost.energy_wh / THOUSAND),
    )
    known = [price * amount for price, amount in terms if price is not None and amount is not None]
    return round(sum(known), 6) if known else None


def total_cost(costs: Collection[Cost]) -> Cost:
    """Costs together: sums, and the highest peak; energy is known only if that of each is."""
    gpu = [one.gpu_seconds for one in costs if one.gpu_seconds is not None]
    energy = [one.energy_wh for one in costs if one.energy_wh is not None]
    return Cost(
        seconds=round(sum(one.seconds for one in costs), 3),
        peak_memory_mib=max((one.peak_memory_mib for one in costs), default=0.0),
        cpu_seconds=round(sum(one.cpu_seconds for one in costs), 2),
        gpu_seconds=round(sum(gpu), 3) if gpu else None,
        energy_wh=round(sum(energy), 4) if costs and len(energy) == len(costs) else None,
        workers_elsewhere=any(one.workers_elsewhere for one in costs),
    )


def per_thousand(cost: Cost, n: int) -> Cost | None:
    """The share of a thousand of `n` items; the peak of memory stays. None where there are none."""
    if not n:
        return None
    share = THOUSAND / n
    return replace(
        cost,
        seconds=round(cost.seconds * share, 3),
        cpu_seconds=round(cost.cpu_seconds * share, 2),
        gpu_seconds=None if cost.gpu_seconds is None else round(cost.gpu_seconds * share, 3),
        energy_wh=None if cost.energy_wh is None else round(cost.energy_wh * share, 4),
    )


def stated_costs(
    stages: Mapping[str, Cost], n_compounds: int, prices: AccountingSettings
) -> dict[str, Any]:
    """What a screen cost: each stage under its name, and `costs` with the sums.

    Parameters
    ----------
    stages : of the screen. n_compounds : of its library.

    Returns
    -------
    `stages`: stage → stated cost; `costs`: `total`, `per_thousand_compounds` (None without any),
    and the `prices`.
    """
    total = total_cost(stages.values())
    share = per_thousand(total, n_compounds)
    return {
        "stages": {stage: stated_cost(cost, prices) for stage, cost in stages.items()},
        "costs": {
            "total": stated_cost(total, prices),
            "per_thousand_compounds": stated_cost(share, prices) if share else None,
            "prices": prices.model_dump(mode="json"),
        },
    }
