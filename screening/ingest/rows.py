"""Source records as rows of the tables `records` and `rejects`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from screening.core.config import IngestSettings
from screening.core.rejects import fix_for
from screening.ingest.identity import IdRegister
from screening.ingest.parting import LISTS, with_extra
from screening.ingest.record import SourceRecord
from screening.ingest.structure_text import alternatives

STAGE = "ingest"
_VALUES = ("name", "phylum", "known_for", "status", "licence", "stated_inchikey", "stated_formula")


@dataclass(frozen=True)
class RowMaker:
    """Makes the rows of one source file.

    Parameters
    ----------
    library : name of the library.
    source_file : label of the file.
    id_prefix : what generated ids begin with, before the record number.
    settings : licence and phylum where the file states none.
    ids : the ids given so far in the library.
    """

    library: str
    source_file: str
    id_prefix: str
    settings: IngestSettings
    ids: IdRegister

    def row(self, record: SourceRecord) -> tuple[dict[str, Any], bool]:
        """The row of a record, and whether it is a reject."""
        own = record.parted.values.get("id")
        compound_id = self.ids.unique(own or f"{self.id_prefix}-{record.number}")
        row: dict[str, Any] = {
            "compound_id": compound_id,
            "library": self.library,
            "source_file": self.source_file,
            "record_number": record.number,
            "raw": record.raw,
        }
        if record.problem is not None:
            return row | _reject(record), True
        return row | self._kept(record, own if own != compound_id else None), False

    def _kept(self, record: SourceRecord, taken_id: str | None) -> dict[str, Any]:
        """Structure and provenance; an own id that was taken already stays among the extras."""
        parted = record.parted
        row: dict[str, Any] = {role: parted.values.get(role) for role in _VALUES}
        row |= {role: list(parted.lists.get(role, ())) for role in LISTS}
        row["structure"] = parted.structures[0].text
        row["notation"] = parted.structures[0].notation
        row["alternatives"] = alternatives(parted.structures)
        row["licence"] = row["licence"] or self.settings.licence
        row["phylum"] = row["phylum"] or self.settings.phylum
        extra = with_extra(parted.extra, "repeated id", taken_id) if taken_id else parted.extra
        row["extra"] = json.dumps(extra, ensure_ascii=False) if extra else None
        return row


def _reject(record: SourceRecord) -> dict[str, Any]:
    assert record.problem is not None
    structures = record.parted.structures
    return {
        "name": record.parted.values.get("name"),
        "structure": structures[0].text if structures else None,
        "stage": STAGE,
        "code": record.problem.code,
        "detail": record.problem.detail,
        "fix": fix_for(record.problem.code),
    }
