"""Rows in are rows out, in order, whatever order and cut the results come in."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.predict.block import Block, ScoredChunk, empty_arrays
from screening.predict.csv_output import block_lines, header_line

# Any text but lone surrogates (which UTF-8 cannot hold); None stands for a rejected row.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OUTCOMES = st.lists(st.tuples(TEXTS, st.none() | st.integers(0, 1000)), min_size=1, max_size=40)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, list[tuple[str, int | None]], list[ScoredChunk]]:
    """A block, the outcome planned for each row, and the results shuffled and cut at random."""
    outcomes = draw(OUTCOMES)
    first = draw(st.integers(0, 10_000))
    entries = [Entry(first + place, text) for place, (text, _) in enumerate(outcomes)]
    order = draw(st.permutations(range(len(outcomes))))
    cuts = sorted(draw(st.sets(st.integers(1, len(outcomes)))))
    parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    results = [chunk_of(part, outcomes, first) for part in parts]
    return Block(entries, n_endpoints=2), outcomes, results


def chunk_of(places: list[int], outcomes: list[tuple[str, int | None]], first: int) -> ScoredChunk:
    scored = [place for place in places if outcomes[place][1] is not None]
    arrays = {
        name: np.zeros((len(scored), 2), dtype=array.dtype)
        for name, array in empty_arrays(2).items()
    }
    arrays["value"][:, 0] = [outcomes[place][1] for place in scored]
    problems = {
        first + place: Problem("bad_smiles", f"row, {place}")
        for place in places
        if outcomes[place][1] is None
    }
    return ScoredChunk(np.array(scored, dtype=np.int64) + first, arrays, problems)


@given(blocks())
def test_rows_in_are_rows_out_in_order(
    drawn: tuple[Block, list[tuple[str, int | None]], list[ScoredChunk]],
) -> None:
    block, outcomes, results = drawn
    for result in results:
        block.add(result)
    block.check_complete()
    text = header_line(["a", "b"]) + "".join(block_lines(block))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["input_smiles"] for row in rows] == [text for text, _ in outcomes]
    assert [int(row["row"]) for row in rows] == [entry.row for entry in block.entries]
    for place, (row, (_, value)) in enumerate(zip(rows, outcomes, strict=True)):
        assert set(row) == {"row", "input_smiles", "status", "reason"} | {
            name + suffix for name in "ab" for suffix in ("", "__std", "__in_domain")
        }
        if value is None:
            assert (row["status"], row["reason"]) == ("rejected", f"bad_smiles: row, {place}")
            assert row["a"] == row["b__in_domain"] == ""
        else:
            assert (row["status"], row["reason"]) == ("ok", "")
            assert float(row["a"]) == value
            assert row["b__in_domain"] == "false"
