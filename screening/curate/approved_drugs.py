"""Approved drugs, recognised by the InChIKey of their parent structure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from screening.core.approved_drugs import APPROVED_DRUGS, read_approved_drugs

# Names told of one structure; salts of a drug share it.
_N_TOLD = 3


@dataclass(frozen=True)
class ApprovedDrugs:
    """Names of drugs by InChIKey and by its first block (the skeleton)."""

    by_key: Mapping[str, list[str]] = field(default_factory=dict)
    by_flat_key: Mapping[str, list[str]] = field(default_factory=dict)

    def reason(self, structure_id: str, stereo: str | None) -> str | None:
        """Why a structure is flagged, or None where it is no drug.

        Parameters
        ----------
        structure_id : InChIKey of the standardised parent.
        stereo : state of its stereocentres, `defined`, `partial`, `undefined` or `none`.
        """
        if names := self.by_key.get(structure_id):
            return f"approved drug: {_told(names)}"
        names = self.by_flat_key.get(structure_id.partition("-")[0])
        if not names:
            return None
        if stereo in ("partial", "undefined"):
            return f"approved drug or its stereoisomer, not fully drawn: {_told(names)}"
        return f"stereoisomer of an approved drug: {_told(names)}"


def drugs_by_key(path: Path = APPROVED_DRUGS) -> ApprovedDrugs:
    """Read the bundled list.

    Raises
    ------
    InputError : it is not there, or is not that table.
    """
    by_key: dict[str, list[str]] = {}
    by_flat_key: dict[str, list[str]] = {}
    for drug in read_approved_drugs(path):
        told = f"{drug.name} ({drug.chembl_id}, {drug.first_approval})"
        by_key.setdefault(drug.inchikey, []).append(told)
        by_flat_key.setdefault(drug.flat_key, []).append(told)
    return ApprovedDrugs(by_key, by_flat_key)


def _told(names: Iterable[str]) -> str:
    known = list(names)
    further = len(known) - _N_TOLD
    more = f" and {further} more" if further > 0 else ""
    return ", ".join(known[:_N_TOLD]) + more
