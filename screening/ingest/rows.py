"""Source records as rows of the tables `records` and `rejects`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from screening.chem.problem import Problem
from screening.core.config import IngestSettings
from screening.core.rejects import fix_for
from screening.ingest.identity import IdRegister
from screening.ingest.record import SourceRecord

STAGE = "ingest"
_PROVENANCE = ("name", "organism", "phylum", "known_for", "status", "reference", "doi", "licence")


@dataclass(frozen=True)
class RowMaker:
    """Makes the rows of one source file.

    Parameters
    ----------
    library : name of the library.
    source_file : label of the file.
    id_prefix : what generated ids begin with, before the record number.
    settings : the licence where the file states none.
    ids : the ids given so far in the library.
    """

    library: str
    source_file: str
    id_prefix: str
    settings: IngestSettings
    ids: IdRegister

    def row(self, record: SourceRecord) -> tuple[dict[str, Any], bool]:
        """The row of a record, and whether it is a reject."""
        own = record.values.get("id")
        compound_id = self.ids.unique(own or f"{self.id_prefix}-{record.number}")
        row: dict[str, Any] = {
            "compound_id": compound_id,
            "library": self.library,
            "source_file": self.source_file,
            "record_number": record.number,
            "raw": record.raw,
        }
        problem = record.problem
        if problem is None and "smiles" not in record.values:
            problem = Problem("empty_structure", f"line {record.line}: no structure is given")
        if problem is not None:
            return row | _reject(record, problem), True
        return row | self._provenance(record, own if own != compound_id else None), False

    def _provenance(self, record: SourceRecord, taken_id: str | None) -> dict[str, Any]:
        """Structure and provenance; an own id that was taken already stays among the extras."""
        row: dict[str, Any] = {role: record.values.get(role) for role in _PROVENANCE}
        row["smiles"] = record.values["smiles"]
        row["licence"] = row["licence"] or self.settings.licence
        extra = {**record.extra, "repeated id": taken_id} if taken_id else record.extra
        row["extra"] = json.dumps(extra, ensure_ascii=False) if extra else None
        return row


def _reject(record: SourceRecord, problem: Problem) -> dict[str, Any]:
    return {
        "name": record.values.get("name"),
        "stage": STAGE,
        "code": problem.code,
        "detail": problem.detail,
        "fix": fix_for(problem.code),
    }
