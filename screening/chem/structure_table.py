"""A stage that computes something of every structure: once, and kept for the next screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from screening.chem.entry import Entry, structure_ids, structure_key, structure_keys
from screening.core.joined_rows import JoinedRows, Lacking
from screening.core.kept_work import Missing
from screening.core.partitions import PartitionWriter, working_folder
from screening.core.result_store import ResultStore, open_store
from screening.core.segments import SegmentFolder
from screening.core.stored_rows import AskedKeys, StoredRows, items_at, tell_known
from screening.core.tables import LOST_STRUCTURES
from screening.core.trial import Lost


class Part(NamedTuple):
    """Columns of the table that are kept together, for what they depend on is the same.

    Parameters
    ----------
    name : what makes them, such as a model.
    schema : the columns.
    facts : what changes a result: digests, versions, settings.
    """

    name: str
    schema: pa.Schema
    facts: Mapping[str, Any]


class MissingParts(NamedTuple):
    """Structures that lack the same parts.

    Parameters
    ----------
    table : table STRUCTURES.
    rows : their positions in it, ascending; streamed.
    n_rows : how many they are.
    segments : by number of the part that is lacking, where its results go.
    """

    table: Path
    rows: Iterator[int]
    n_rows: int
    segments: Mapping[int, SegmentFolder]


class StructureCounts(NamedTuple):
    """Structures = done + lost; of the known ones all parts were in the store.

    `n_known_of` counts the structures that were in the store of each part.
    """

    n_structures: int
    n_done: int
    n_lost: int
    n_known: int
    n_known_of: tuple[int, ...]


def fill_structure_table(
    structures: Path,
    output: Path,
    lost: Path,
    work: Callable[[Missing], Iterator[Lost[Entry]]],
    *,
    stage: str,
    schema: pa.Schema,
    facts: Mapping[str, Any],
    store: Path | None,
    written: Callable[[pa.Table], object] = lambda _: None,
) -> StructureCounts:
    """`fill_in_parts` of a single part: the whole row.

    Parameters
    ----------
    work : computes the structures it is given, adds their results to the store under
        `structure_key`, and yields those that have none.
    facts : what changes a result: digests, versions, settings.
    """

    def whole(groups: Sequence[MissingParts]) -> Iterator[Lost[Entry]]:
        for table, rows, n_rows, segments in groups:
            yield from work(Missing(table, rows, n_rows, segments[0]))

    parts = [Part("", schema.remove(0), facts)]
    return fill_in_parts(
        structures,
        output,
        lost,
        whole,
        stage=stage,
        schema=schema,
        parts=parts,
        store=store,
        written=written,
    )


def fill_in_parts(
    structures: Path,
    output: Path,
    lost: Path,
    work: Callable[[Sequence[MissingParts]], Iterator[Lost[Entry]]],
    *,
    stage: str,
    schema: pa.Schema,
    parts: Sequence[Part],
    store: Path | None,
    written: Callable[[pa.Table], object] = lambda _: None,
) -> StructureCounts:
    """Compute what the store lacks, add it there, and write the table out of the store.

    A structure that has no results of one part is lost whole.

    Parameters
    ----------
    structures : table STRUCTURES.
    output : table to write, in the order of the structures.
    lost : table LOST_STRUCTURES to write.
    work : is given all that is missing, in groups of structures that lack the same parts; computes
        these parts at once, adds their results to the store under `structure_key`, and yields the
        structures that have none.
    stage : its name.
    schema : of the output: `structure_id`, then the columns of the parts.
    parts : each kept apart from the others.
    store : folder of all stores; None: results are not kept.
    written : is given each table that was written.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    OutputError : the disk is full, or workers do not share it.
    RuntimeError : a structure has neither results nor a reason (a programming error).
    """
    with ExitStack() as stack:
        scratch = stack.enter_context(working_folder(output))
        held = stack.enter_context(_held(structures, parts, stage, store, scratch))
        n_known, n_known_of = held.joined.n_whole, tuple(rows.n_found for rows in held.stored)
        segments = [one.segment_folder for one in held.stores]
        groups = [_missing(structures, group, segments) for group in held.joined.lacking()]
        failed = list(work(groups)) if groups else []
        held.look_up()
        missed = stack.enter_context(PartitionWriter(lost, LOST_STRUCTURES.arrow()))
        writer = stack.enter_context(PartitionWriter(output, schema))
        missed.write_rows(_still_lost(failed, held.joined, structures, stage))
        for table in _with_ids(held.joined, structures):
            writer.write(table)
            written(table)
        if held.joined.n_keys != writer.n_rows + missed.n_rows:
            raise RuntimeError("a structure has neither results nor a reason for having none")
    return StructureCounts(held.joined.n_keys, writer.n_rows, missed.n_rows, n_known, n_known_of)


class _Held(NamedTuple):
    """What the stores of all parts hold of the structures."""

    stores: list[ResultStore]
    stored: list[StoredRows]
    joined: JoinedRows

    def look_up(self) -> None:
        """Look again, after results were added."""
        for store, rows in zip(self.stores, self.stored, strict=True):
            if rows.n_missing:
                rows.look_up(store.segments())
        self.joined.look_up()


@contextmanager
def _held(
    structures: Path, parts: Sequence[Part], stage: str, store: Path | None, scratch: Path
) -> Iterator[_Held]:
    asked = AskedKeys(structure_keys(structures), scratch)
    stores, stored = [], []
    with ExitStack() as stack:
        for number, part in enumerate(parts):
            folder = scratch / str(number)
            folder.mkdir()
            stores.append(
                stack.enter_context(open_store(store, stage, part.facts, part.schema, folder))
            )
            stored.append(stores[-1].rows_asked(asked, folder))
            tell_known(stage, stored[-1], "structures", part.name)
        yield _Held(stores, stored, JoinedRows(stored, scratch))


def _missing(structures: Path, group: Lacking, segments: Sequence[SegmentFolder]) -> MissingParts:
    places = {number: segments[number] for number in group.parts}
    return MissingParts(structures, group.rows(), group.n_rows, places)


def _still_lost(
    failed: list[Lost[Entry]], joined: JoinedRows, structures: Path, stage: str
) -> list[dict[str, str]]:
    """Rows of LOST_STRUCTURES; not of those whose results another run has kept meanwhile."""
    if not failed:
        return []
    missing = set(items_at(structure_keys(structures), joined.missing_rows()))
    return [_lost_row(one, stage) for one in failed if structure_key(one.item) in missing]


def _with_ids(joined: JoinedRows, structures: Path) -> Iterator[pa.Table]:
    """The stored results with `structure_id`; a structure that has none is left out."""
    keys = items_at(structure_ids(structures), joined.whole_rows())
    for rows, results in joined.whole():
        mine = pa.array(islice(keys, len(rows)), pa.string())
        yield results.add_column(0, "structure_id", mine)


def _lost_row(lost: Lost[Entry], stage: str) -> dict[str, str]:
    return {
        "structure_id": lost.item.key,
        "stage": stage,
        "code": lost.code,
        "detail": lost.detail,
    }
