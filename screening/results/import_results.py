"""The stage: a file of the bench into the table of assay results, wholly or not at all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.assays_table import (
    ASSAYS_FILE,
    Assay,
    merged_assays,
    read_assays,
    write_assays,
)
from screening.core.errors import InputError
from screening.core.lock import only_one
from screening.core.measurement import Measurement
from screening.core.replicates import in_words
from screening.results.faults import Faults
from screening.results.lookup import Structure, find_structures
from screening.results.read import ResultRow, read_results

_TOLD = 5


@dataclass(frozen=True)
class Imported:
    """What became of a file.

    Parameters
    ----------
    n_new, n_known : rows that were added, and that were there already.
    n_removed : rows of an earlier form of the file that were taken out.
    n_blank : rows without a value. n_without_structure : rows of which only the key is known.
    unused : columns that were not read.
    disagreeing : structures of the file whose replicates disagree, in words.
    """

    n_new: int
    n_known: int
    n_removed: int
    n_blank: int
    n_without_structure: int
    unused: tuple[str, ...]
    disagreeing: tuple[str, ...]


def import_results(file: Path, output: Path, *, replace: bool = False) -> Imported:
    """Add the results of a file to `assays.parquet` in the output of screens.

    The same rows are added once, whether the file comes again, longer or under another name.

    Parameters
    ----------
    file : CSV of the bench; see `results.columns`.
    output : folder of screens, in whose libraries compounds are looked up.
    replace : rows of an earlier file of this name that it no longer holds are taken out.

    Raises
    ------
    InputError : the file is wrong, names its lines; nothing is imported then. Or rows are gone
        since it was imported before, and `replace` is not set.
    """
    results = read_results(file)
    faults = Faults(file)
    structures = find_structures(results.rows, output, faults)
    with only_one(output / f".{ASSAYS_FILE}.lock", print, "importing results"):
        before = read_assays(output / ASSAYS_FILE)
        _check_endpoints(results.rows, before, faults)
        _check_weights(results.rows, structures, faults)
        faults.check()
        mine = {one.measurement_id: one for one in _assays(results.rows, structures, file.name)}
        kept, gone = _parted(before, file.name, mine)
        if gone and not replace:
            raise _gone(file, gone)
        if gone or not mine.keys() <= kept.keys():
            write_assays(output / ASSAYS_FILE, ({**mine, **kept}).values())
    return Imported(
        n_new=len(mine.keys() - kept.keys()),
        n_known=len(mine.keys() & kept.keys()),
        n_removed=len(gone),
        n_blank=results.n_blank,
        n_without_structure=sum(one.smiles is None for one in mine.values()),
        unused=results.unused,
        disagreeing=tuple(_disagreeing(mine, {**mine, **kept}.values())),
    )


def _check_endpoints(rows: Sequence[ResultRow], before: Sequence[Assay], faults: Faults) -> None:
    """One endpoint has one spelling, and is measured as concentration or as percent."""
    first: dict[str, tuple[str, Measurement, str]] = {}
    for assay in before:
        where = f"{assay.source_file}, line {assay.source_line},"
        first.setdefault(assay.endpoint.casefold(), (assay.endpoint, assay.measurement, where))
    for row in rows:
        name, measured, where = first.setdefault(
            row.endpoint.casefold(), (row.endpoint, row.measurement, f"line {row.line}")
        )
        if name != row.endpoint:
            faults.add(row.line, f"endpoint {row.endpoint[:80]!r}; {where} has {name[:80]!r}: write one")
        elif measured.unit.kind != row.measurement.unit.kind:
            faults.add(
                row.line,
                f"endpoint {name[:80]!r} in {row.measurement.unit.name} where {where} has "
                f"{measured.unit.name}; give them two endpoints",
            )


def _check_weights(
    rows: Sequence[ResultRow], structures: Mapping[int, Structure], faults: Faults
) -> None:
    for row in rows:
        structure = structures.get(row.line)
        if row.measurement.unit.by_mass and structure and structure.smiles is None:
            faults.add(
                row.line,
                f"{row.measurement.unit.name} of a structure that no screen holds, so that its "
                "weight is unknown; give its SMILES, or the value in µM",
            )


def _assays(
    rows: Sequence[ResultRow], structures: Mapping[int, Structure], source: str
) -> Iterator[Assay]:
    copies: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        structure, measured = structures[row.line], row.measurement
        content = (
            *(structure.structure_id, row.endpoint, str(measured.relation), repr(measured.value)),
            *(measured.unit.name, row.assay_id, row.date),
        )
        # Replicates without a name may be alike in all: the second is told from the first.
        copies[content] += 1
        yield Assay(
            measurement_id=_digest(content, copies[content]),
            structure_id=structure.structure_id,
            smiles=structure.smiles,
            weight_da=structure.weight_da,
            compound_id=row.compound_id or None,
            endpoint=row.endpoint,
            relation=measured.relation,
            value=measured.value,
            unit=measured.unit.name,
            assay_id=row.assay_id or None,
            date=row.date or None,
            note=row.note or None,
            source_file=source,
            source_line=row.line,
        )


def _parted(
    before: Iterable[Assay], source: str, mine: Mapping[str, Assay]
) -> tuple[dict[str, Assay], list[Assay]]:
    """What stays of the table, and what an earlier file of this name held and this one does not."""
    kept: dict[str, Assay] = {}
    gone: list[Assay] = []
    for one in before:
        if one.source_file == source and one.measurement_id not in mine:
            gone.append(one)
        else:
            kept[one.measurement_id] = one
    return kept, gone


def _digest(content: Sequence[str], copy: int) -> str:
    return hashlib.sha256(json.dumps([*content, copy]).encode()).hexdigest()[:32]


def _gone(file: Path, gone: Sequence[Assay]) -> InputError:
    lines = sorted(one.source_line for one in gone)
    more = f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
    return InputError(
        f"{file}: imported before with other rows in line {', '.join(map(str, lines[:_TOLD]))}"
        f"{more}",
        "say --replace if it was corrected, or rename it if it is another file; nothing was "
        "imported",
    )


def _disagreeing(mine: Mapping[str, Assay], assays: Iterable[Assay]) -> Iterator[str]:
    """In words, the replicates that disagree, of structures and endpoints of this file."""
    touched = {(one.structure_id, one.endpoint) for one in mine.values()}
    names = {one.structure_id: one.compound_id or one.structure_id for one in mine.values()}
    for structure, endpoint, merged in merged_assays(
        one for one in assays if (one.structure_id, one.endpoint) in touched
    ):
        if merged.disagree:
            yield f"{names[structure]}: {in_words(endpoint, merged)}"
