"""Structures that the user corrected, put in place of those that were read.

A correction is for one text of one file. It finds its record by number and digest; one that is kept
from an earlier screen also where the record has moved. What finds no record is never put elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from screening.core.corrections_table import CorrectionRow, read_corrections, record_digest
from screening.core.errors import InputError
from screening.ingest.parting import with_extra
from screening.ingest.record import SourceRecord, structure_problem
from screening.ingest.structure_text import Structure, read_structure

# In the place of a structure: a correction that is kept is to go.
WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Correction:
    """One corrected structure.

    Parameters
    ----------
    source_file, number, digest : the record that it is for; no digest fits any text.
    structure : what takes the place of the one read.
    round : round in which it was kept; 0 if it is given now, and has to fit.
    """

    source_file: str
    number: int
    digest: str
    structure: Structure
    round: int

    def meets(self, other: Correction | CorrectionRow) -> bool:
        """Whether both are for one record."""
        number = other.number if isinstance(other, Correction) else other.record_number
        same_text = not self.digest or not other.digest or self.digest == other.digest
        return (self.source_file, self.number) == (other.source_file, number) and same_text


class Corrections:
    """The corrections of one table, and which of them have found their record.

    Parameters
    ----------
    file : the table; its rows are held in memory, for they are made by hand.
    given_now : whether all its rows have to fit, also those of a kept table.

    Raises
    ------
    InputError : it cannot be read, lacks a column, or corrects one record in two ways.
    """

    def __init__(self, file: Path, *, given_now: bool = False) -> None:
        self.file = file
        self.withdrawn: list[CorrectionRow] = []
        self.found: dict[tuple[str, int], Correction] = {}
        self._waiting: dict[str, list[Correction]] = {}
        self._other_text: set[Correction] = set()
        places: dict[tuple[str, int], list[Correction]] = {}
        for row in read_corrections(file):
            if row.text.strip().casefold() == WITHDRAW:
                self.withdrawn.append(row)
                continue
            structure = read_structure("smiles", row.text)
            assert structure is not None  # rows without a text are none
            key = (row.source_file, row.record_number)
            one = Correction(*key, row.digest, structure, 0 if given_now else row.round)
            met = [other for other in places.setdefault(key, []) if other.meets(one)]
            if any(other.structure != structure for other in met):
                raise InputError(
                    f"{row.place}: record {key[1]} of {key[0]} is corrected in two ways",
                    "keep one of the rows",
                )
            if not met:
                places[key].append(one)
                self._waiting.setdefault(row.source_file, []).append(one)

    def concern(self, source_file: str) -> bool:
        """Whether corrections of a file still wait for their record."""
        return bool(self._waiting.get(source_file))

    def left(self) -> list[Correction]:
        """The corrections that have found no record."""
        return [one for waiting in self._waiting.values() for one in waiting]

    def settle(self, source_file: str, records: Iterable[SourceRecord]) -> None:
        """Find the records of the corrections of a file.

        The records are taken until all corrections have found theirs: by number, if the text is the
        same. For a kept one that has not, the whole file is searched for its text, which must be
        there once.
        """
        waiting = self._waiting.get(source_file, [])
        numbers = {one.number for one in waiting}
        texts: dict[str, list[int]] = {
            one.digest: [] for one in waiting if one.round and one.digest
        }
        for record in records:
            if not (texts or record.number in numbers):
                continue
            digest = record_digest(record.raw)
            if len(texts.get(digest, (0, 0))) < 2:
                texts[digest].append(record.number)
            if record.number in numbers:
                waiting = self._settle_one(record.number, digest, waiting)
            if not waiting:
                break
        still = []
        for one in waiting:
            places = texts.get(one.digest, []) if one.round else []
            if len(places) == 1 and (source_file, places[0]) not in self.found:
                self.found[source_file, places[0]] = replace(one, number=places[0])
            else:
                still.append(one)
        self._waiting[source_file] = still

    def _settle_one(self, number: int, digest: str, waiting: list[Correction]) -> list[Correction]:
        """Settle the correction of one record; those that still wait are returned."""
        left = []
        for one in waiting:
            if one.number != number:
                left.append(one)
            elif one.digest in ("", digest):
                self.found[one.source_file, number] = replace(one, digest=digest)
            else:
                self._other_text.add(one)
                left.append(one)
        return left

    def apply(self, source_file: str, record: SourceRecord) -> SourceRecord:
        """The record with its correction, if one has found it; its text as read stays as it is."""
        one = self.found.get((source_file, record.number))
        if one is None:
            return record
        structure, old = one.structure, record.parted.structures
        was = old[0].text.strip() if old else "no structure"
        note = f"corrected by {self.file.name}: was {was}"
        extra = with_extra(record.parted.extra, "correction", note)
        structures = (structure, *(further for further in old[1:] if further != structure))
        parted = replace(record.parted, structures=structures, extra=extra)
        problem = structure_problem(record.place, structures)
        return replace(record, parted=parted, problem=problem)

    def require_found(self) -> list[str]:
        """Check that every correction that is given now has found its record.

        Returns
        -------
        A line for each kept correction that has found none, and is left out.

        Raises
        ------
        InputError : names the first that has not.
        """
        left = self.left()
        given = [one for one in left if not one.round]
        if given:
            one, more = given[0], f" and {len(given) - 1:,} more" if len(given) > 1 else ""
            where = f"record {one.number} of {one.source_file!r}"
            problem = f"there is no {where}{more} to be corrected"
            if one in self._other_text:
                problem = f"{where}{more} has another text than the record that was corrected"
            raise InputError(
                f"{self.file}: {problem}",
                "take the rows from the rejects.csv that the last screen of this library wrote",
            )
        return [
            f"the correction of record {one.number} of {one.source_file} is for "
            f"{'another text' if one in self._other_text else 'a record that is not there'}; "
            f"it is left out: {one.structure.text}"
            for one in left
        ]
