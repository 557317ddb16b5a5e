from __future__ import annotations

from pathlib import Path

import pytest

from screening.core.errors import InputError
from screening.ingest.encoding import find_encoding
from screening.ingest.source import SourceFile
from screening.ingest.text import read_lines

CHINESE = "名称,smiles\n海绵胸苷,CCO\n河豚毒素,CCN\n软海绵素,CCC\n"
WESTERN = "nom,smiles\nacide kaïnique,CCO\nésérine,CCN\nθ? non: ç à ü,CCC\n".replace("θ", "o")


def source_of(folder: Path, content: bytes) -> SourceFile:
    path = folder / "lib.csv"
    path.write_bytes(content)
    return SourceFile(path, path.name, "table", gzipped=False)


@pytest.mark.parametrize(
    ("text", "written_as", "found"),
    [
        ("name,smiles\nethanol,CCO\n", "ascii", "utf-8"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (WESTERN, "utf-16-le", "utf-16-le"),
        (WESTERN, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-32", "utf-32"),
        (CHINESE, "gb18030", "gb18030"),
        (WESTERN, "latin-1", "cp1252"),
        (
            "nom,smiles\n“5′-désoxy” – β?,C\n".replace("β", "b").replace("′", "’"),
            "cp1252",
            "cp1252",
        ),
    ],
)
def test_text_comes_back(tmp_path: Path, text: str, written_as: str, found: str) -> None:
    source = source_of(tmp_path, text.encode(written_as))
    encoding = find_encoding(source)
    assert encoding.name == found
    assert encoding.guessed == (found in ("gb18030", "cp1252"))
    assert "".join(line for _, line in read_lines(source, encoding.name)) == text


def test_letter_over_a_block_border_is_read(tmp_path: Path) -> None:
    content = b"smiles,name\n" + b"C,x\n" * 262_141 + "C,é\n".encode()
    assert len(content) > 1 << 20
    assert find_encoding(source_of(tmp_path, content)) == ("utf-8", False)


def test_stated_encoding_wins(tmp_path: Path) -> None:
    source = source_of(tmp_path, "smiles,name\nC,α\n".encode("iso8859-7"))
    assert find_encoding(source, "iso8859-7") == ("iso8859-7", False)


@pytest.mark.parametrize(
    ("content", "stated", "message"),
    [
        (b"smiles\nC\n", "klingon", "'klingon' is not known"),
        (b"smiles\nC\n", "rot13", "'rot13' is not known"),
        ("smiles\nCé\n".encode("latin-1"), "utf-8", "line 2: the text is not utf-8"),
        (bytes(range(256)) * 8, None, "NUL bytes; it is no text file"),
        ("海,绵\n".encode() * 5 + b"\xff\n", None, "line 6: a byte is not UTF-8"),
        ("海绵\n".encode("utf-16") + b"\x00", None, "the text is not utf-16"),
    ],
)
def test_unreadable(tmp_path: Path, content: bytes, stated: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_encoding(source_of(tmp_path, content), stated)
