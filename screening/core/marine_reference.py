"""The bundled library of marine drugs, leads and toxins."""

from __future__ import annotations

from screening.core.provenance import PROJECT

MARINE_REFERENCE = PROJECT / "data/marine_reference.csv"
