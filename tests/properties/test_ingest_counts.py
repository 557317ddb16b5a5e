"""Every record of a dirty library is a record or a reject, whatever junk lies between."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.core.partitions import read_table
from screening.core.tables import RECORDS, REJECTS
from screening.ingest.library import ingest_library

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SMILES = st.sampled_from(["CCO", "C[C@H](N)C(=O)O", "CC(=O)[O-].[Na+]", "c1ccccc1Br"])
JUNK = st.sampled_from(
    ["", " ", "C(", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "海绵", "α-β", "N/A", '"']
)
STRUCTURE = SMILES | JUNK | TEXT
# After a quote that is never closed, a field that begins with a delimiter or line end would read as
# its end: nobody could tell the two apart, so such fields are left out here.
FIELD = (JUNK | TEXT).filter(lambda text: not re.search(r'(^|")[,\r\n]', text))
# A line that no program wrote: too many fields, or an unclosed quote. Each is one record.
DAMAGED_LINE = st.sampled_from(["CCO,a,b,c,d", 'CCN,"never closed', "C,x,,z,z", '"CCO', ",,,,x"])


def read_back(name: str, content: bytes) -> tuple[int, list[int]]:
    """Records read, and the record numbers of records and rejects together."""
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder) / name, Path(folder) / "out"
        path.write_bytes(content)
        try:
            counts = ingest_library([path], output, "lib", IngestSettings())
        except InputError as problem:
            # The only way out: no record has a structure. Nothing is written then.
            assert "has a structure" in problem.problem or "holds no records" in problem.problem
            assert not output.exists()
            return 0, []
        tables = (("records", RECORDS), ("rejects", REJECTS))
        rows = [
            row["record_number"]
            for table, schema in tables
            for row in read_table(output / f"{table}.parquet", schema).to_pylist()
        ]
        assert counts.n_read == counts.n_records + counts.n_rejects == len(rows)
        return counts.n_read, sorted(rows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(SMILES | FIELD, FIELD, FIELD) | DAMAGED_LINE, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_rows_of_a_dirty_csv(
    rows: list[tuple[str, str, str] | str], line_end: str, encoding: str
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    stream.write("smiles,name,note" + line_end + "CCO,first,row" + line_end)
    for row in rows:
        if isinstance(row, str):
            stream.write(row + line_end)
        else:
            writer.writerow([field.replace("\0", "") for field in row])
    n_read, numbers = read_back("lib.csv", stream.getvalue().encode(encoding))
    assert n_read == 1 + len(rows)
    assert numbers == list(range(1, n_read + 1))


LINE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STRUCTURE.filter(lambda text: "\0" not in text) | LINE, max_size=15))
def test_lines_of_a_dirty_smiles_file(lines: list[str]) -> None:
    text = "".join(line.replace("\r", " ").replace("\n", " ") + "\n" for line in ["CCO", *lines])
    expected = 1 + sum(bool(line.replace("\r", " ").strip()) for line in lines)
    n_read, numbers = read_back("lib.smi", text.encode())
    assert n_read == expected
    assert numbers == list(range(1, n_read + 1))


BLOCK = SMILES.map(lambda smiles: Chem.MolToMolBlock(Chem.MolFromSmiles(smiles)))
ITEM = st.tuples(LINE, LINE).map(lambda item: f">  <{item[0]}>\n{item[1]}\n\n")
BROKEN = st.lists(LINE.filter(lambda line: not line.startswith("$$$$")), max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@st.composite
def cut_block(draw: st.DrawFn) -> str:
    """A structure that lost some of its lines."""
    lines = draw(BLOCK).splitlines(keepends=True)
    return "".join(line for line in lines if draw(st.booleans()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(BLOCK | BROKEN | cut_block(), st.lists(ITEM, max_size=2)), max_size=8))
def test_records_of_a_dirty_sdf(records: list[tuple[str, list[str]]]) -> None:
    first = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO")) + "$$$$\n"
    text = first + "".join(block + "".join(items) + "$$$$\n" for block, items in records)
    n_read, numbers = read_back("lib.sdf", text.encode())
    assert n_read == 1 + len(records)
    assert numbers == list(range(1, n_read + 1))
