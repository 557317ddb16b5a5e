"""What a served model answers for one SMILES, as JSON; documented in docs/registry.md."""

from __future__ import annotations

from pydantic import BaseModel


class EndpointAnswer(BaseModel):
    """A prediction.

    value, std, low, high : calibrated probability or value, the deviation over the ensemble, and
    the ends of the 90 % interval, in the unit. verdict : in, edge or out of the domain.
    similarity : to the nearest training structure, 0 to 1. neighbour : the first block of its
    InChIKey.
    """

    value: float
    unit: str
    std: float
    low: float
    high: float
    verdict: str
    similarity: float
    neighbour: str | None = None


class Answer(BaseModel):
    """The answer for one SMILES.

    status : ok or rejected. reason : why it is rejected, `code: detail`. model, version,
    bundle_digest : of the bundle (SHA-256 of its `bundle.json`). endpoints : empty where rejected.
    """

    smiles: str
    status: str
    reason: str | None = None
    model: str
    version: str
    bundle_digest: str
    endpoints: dict[str, EndpointAnswer]
