from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.core.errors import InputError
from screening.estimators.verdict import IN
from screening.predict.block import Block, ScoredChunk, empty_arrays
from screening.predict.csv_output import block_lines, header_line, open_output, quoted


def small_block() -> Block:
    block = Block([Entry(5, "CCO"), Entry(6, 'a "b",\n\rc')], n_endpoints=1)
    arrays = {name: np.zeros((1, 1), array.dtype) for name, array in empty_arrays(1).items()}
    arrays["value"][:] = 1 / 3
    arrays["std"][:] = 1e-9
    arrays["verdict"][:] = IN
    reason = Problem("bad_smiles", 'odd "text", here\nand there')
    block.add(ScoredChunk(np.array([5]), arrays, {6: reason}))
    return block


def test_lines_come_back_unchanged_from_csv_and_pandas() -> None:
    text = header_line(["herg"]) + "".join(block_lines(small_block()))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0] == {
        "row": "5",
        "input_smiles": "CCO",
        "status": "ok",
        "reason": "",
        "herg": "0.3333333",
        "herg__std": "1e-09",
        "herg__in_domain": "true",
    }
    assert rows[1]["input_smiles"] == 'a "b",\n\rc'
    assert rows[1]["status"] == "rejected"
    assert rows[1]["reason"] == 'bad_smiles: odd "text", here and there'
    assert rows[1]["herg"] == rows[1]["herg__std"] == rows[1]["herg__in_domain"] == ""
    frame = pd.read_csv(io.StringIO(text, newline=""), keep_default_na=False)
    assert list(frame["input_smiles"]) == ["CCO", 'a "b",\n\rc']


@pytest.mark.parametrize("text", ["", "C", "a,b", '"', "\r", "\n", " x ", "Ω\u2028"])
def test_quoted_text_survives_a_reader(text: str) -> None:
    stream = io.StringIO(f"first,{quoted(text)},last\n", newline="")
    assert list(csv.reader(stream)) == [["first", text, "last"]]


def test_an_interrupted_output_leaves_nothing_and_keeps_the_old_one(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("old")
    with pytest.raises(KeyboardInterrupt), open_output(output, tmp_path / "in.csv") as stream:
        stream.write("half")
        raise KeyboardInterrupt
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("smiles\nC\n")
    with (
        pytest.raises(InputError, match="is the input itself"),
        open_output(tmp_path / "." / "in.csv", table),
    ):
        pass
    assert table.read_text() == "smiles\nC\n"


def test_an_output_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(InputError, match="cannot be written"),
        open_output(tmp_path / "file" / "out.csv", tmp_path / "in.csv"),
    ):
        pass
