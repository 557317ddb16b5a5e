"""Settings of the accounting: what work costs."""

from __future__ import annotations

from pydantic import Field

from screening.core.settings import Settings


class AccountingSettings(Settings):
    """Prices, by which the cost of a run is told; without any, none is."""

    currency: str = Field("EUR", min_length=1, max_length=12)
    """Currency of the prices."""
    price_per_cpu_hour: float | None = Field(None, ge=0, allow_inf_nan=False)
    """Price of one processor core for an hour of its work."""
    price_per_gpu_hour: float | None = Field(None, ge=0, allow_inf_nan=False)
    """Price of one GPU for an hour that it is held."""
    price_per_kwh: float | None = Field(None, ge=0, allow_inf_nan=False)
    """Price of electricity, where the machine can measure what it takes; null where it is in the
    other prices."""
