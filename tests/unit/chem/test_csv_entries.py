from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from screening.chem.csv_entries import count_entries, read_entries
from screening.core.errors import InputError


def read(path: Path, column: str = "smiles") -> list[str]:
    return [entry.smiles for entry in read_entries(path, column)]


def test_reads_quotes_line_ends_and_byte_order_mark_as_given(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_bytes(
        '\ufeffsmiles,name\r\nCCO,"a ""b"", c"\r\n"C\r\nC",Ω\r\n" CC ",名\r\n'.encode()
    )
    assert read(table) == ["CCO", "C\r\nC", " CC "]
    assert read(table, "name") == ['a "b", c', "Ω", "名"]


def test_rows_count_from_zero_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text('\nid,smiles\n1,CCO\n\n2,\n3\n4,"CC"\n\n')
    entries = list(read_entries(table, "smiles"))
    assert [(entry.row, entry.smiles) for entry in entries] == [
        (0, "CCO"),
        (1, ""),
        (2, ""),
        (3, "CC"),
    ]
    assert count_entries(table, "smiles") == 4


def test_a_record_with_too_many_fields_is_a_bad_record(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("name,smiles\n2,3-dimethylindole,CC\nethane,CC,\n")
    first, second = read_entries(table, "smiles")
    assert first.problem is not None
    assert first.problem.code == "bad_record"
    assert first.problem.detail == "3 fields where the header has 2"
    assert second.problem is None  # a trailing comma shifts nothing


def test_reads_tabs_and_gzip(tmp_path: Path) -> None:
    table = tmp_path / "in.tsv.gz"
    table.write_bytes(gzip.compress(b"name\tsmiles\na,b\tCCO\n"))
    assert read(table) == ["CCO"]


@pytest.mark.parametrize(
    ("column", "line"),
    [
        ("Smiles", "no column 'Smiles'; it has 'id', 'smiles'; did you mean 'smiles'?"),
        ("smile", "no column 'smile'; it has 'id', 'smiles'; did you mean 'smiles'?"),
        ("zzz", "no column 'zzz'; it has 'id', 'smiles'; name one of them"),
    ],
)
def test_a_wrong_column_names_those_there(tmp_path: Path, column: str, line: str) -> None:
    table = tmp_path / "in.csv"
    table.write_text("id,smiles\n1,CCO\n")
    with pytest.raises(InputError) as error:
        read(table, column)
    assert error.value.line() == f"{table}: {line}"


def test_a_column_name_must_be_unique(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("smiles,smiles\nC,CC\n")
    with pytest.raises(InputError, match="several columns are called 'smiles'"):
        read(table)


def test_an_unclosed_quote_is_told_and_swallows_nothing(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text('id,smiles\n1,"CCO\n2,CC\n')
    with pytest.raises(InputError, match=r"line 3: not CSV \(unexpected end of data\)"):
        read(table)


def test_bytes_that_are_not_utf8_are_told_with_their_place(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_bytes(b"name,smiles\n" + b"a,CC\n" * 5000 + b"caf\xe9,CC\n")
    with pytest.raises(InputError, match=r"byte 0xe9 after line \d+ is not UTF-8"):
        read(table)


def test_a_truncated_gzip_is_told(tmp_path: Path) -> None:
    table = tmp_path / "in.csv.gz"
    whole = gzip.compress(b"smiles\n" + b"".join(b"%d\n" % n for n in range(20_000)))
    table.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged gzip file"):
        read(table)


def test_text_that_is_no_gzip_is_told(tmp_path: Path) -> None:
    table = tmp_path / "in.csv.gz"
    table.write_text("smiles\nCC\n")
    with pytest.raises(InputError, match="damaged gzip file"):
        read(table)
