from __future__ import annotations

import gzip
import json
import os
import resource
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.gather import gather_sources
from screening.ingest.library import ingest_library
from screening.ingest.source import SourceFile
from screening.ingest.zip_archive import HARMLESS_BYTES

MOL = "m\n\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n"


def write_all(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def pack(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.smi", "smiles"),
        ("a.SMILES", "smiles"),
        ("a.cxsmiles", "smiles"),
        ("a.inchi", "inchi"),
        ("a.csv", "table"),
        ("a.TSV", "table"),
        ("a.sdf", "sdf"),
        ("a.mol", "molfile"),
        ("a.txt", "text"),
        ("a.xlsx", "workbook"),
        ("a.parquet", "parquet"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_kind_by_ending(tmp_path: Path, name: str, kind: str, packed: bool) -> None:
    path = tmp_path / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(b"C\n") if packed else b"C\n")
    with gather_sources([path]) as gathered:
        (source,) = gathered.sources
        assert (source.kind, source.gzipped, source.label) == (kind, packed, path.name)
        assert source.packing == ("gzip" if packed else "none")
        with source.open() as stream:
            assert stream.read() == b"C\n"


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"smiles\nC\n"))
    with gather_sources([path]) as gathered:
        assert gathered.sources[0].gzipped


def test_equal_names_get_their_folder(tmp_path: Path) -> None:
    write_all(tmp_path, {"east/lib.smi": "C\n", "west/lib.smi": "C\n"})
    paths = [tmp_path / folder / "lib.smi" for folder in ("east", "west")]
    with gather_sources(paths) as gathered:
        assert [source.label for source in gathered.sources] == ["east/lib.smi", "west/lib.smi"]


def test_same_file_twice(tmp_path: Path) -> None:
    path = tmp_path / "lib.smi"
    path.write_text("C\n")
    with (
        pytest.raises(InputError, match="named twice"),
        gather_sources([path, tmp_path / "." / "lib.smi"]),
    ):
        pass


# A folder and an archive of the same files are the same library.
MEMBERS: dict[str, str | bytes] = {
    "b.mol": MOL,
    "a.mol": MOL,
    "deep/er/c.csv": "smiles\nC\n",
    "deep/d.sdf.gz": gzip.compress(b"x\n"),
    "notes.doc": "hello",
    "readme.txt": "These are\nthe structures\n",
    "list.txt": "CCO ethanol\nC1CC broken\n# from 2014\n",
    "table.txt": "smiles\tname\nC\tx\n",
    "empty.smi": "",
    ".DS_Store": "x",
    ".hidden/z.smi": "C",
    "__MACOSX/._a.mol": "x",
    "../../up.smi": "C\n",
}
READ = ["a.mol", "b.mol", "deep/d.sdf.gz", "deep/er/c.csv", "list.txt", "table.txt"]
NO_STRUCTURES = "a text that is neither a table with a structure column nor a list of structures"
SKIPPED = [
    ("empty.smi", "empty"),
    ("notes.doc", "of no known kind"),
    ("readme.txt", NO_STRUCTURES),
]


def test_folder(tmp_path: Path) -> None:
    write_all(tmp_path / "x/y/lib", MEMBERS)
    with gather_sources([tmp_path / "x/y/lib"]) as gathered:
        assert [source.label for source in gathered.sources] == [f"lib/{name}" for name in READ]
        assert [(file.file, file.reason) for file in gathered.skipped] == [
            (f"lib/{name}", reason) for name, reason in SKIPPED
        ]


def test_archive_is_read_without_writing_its_names(tmp_path: Path) -> None:
    path = pack(tmp_path / "lib.zip", {**MEMBERS, "inner.zip": b"PK"})
    with gather_sources([path]) as gathered:
        labels = [source.label for source in gathered.sources]
        assert labels == [f"lib.zip/{name}" for name in ["../../up.smi", *READ]]
        skipped = [(file.file, file.reason) for file in gathered.skipped]
        assert ("lib.zip/inner.zip", "an archive inside an archive") in skipped
        assert len(skipped) == len(SKIPPED) + 1
        inner = next(source for source in gathered.sources if source.label.endswith("sdf.gz"))
        assert inner.packing == "zip, gzip"
        with inner.open() as stream:
            assert stream.read() == b"x\n"
    assert [path.name for path in tmp_path.iterdir()] == ["lib.zip"]


def test_archive_in_a_folder_is_opened(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    pack(tmp_path / "lib/part.zip", {"a.smi": "C\n"})
    with gather_sources([tmp_path / "lib"]) as gathered:
        assert [source.label for source in gathered.sources] == ["lib/part.zip/a.smi"]


def test_one_name_twice_in_an_archive_is_two_files(tmp_path: Path) -> None:
    path = tmp_path / "lib.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.smi", "C\n")
        archive.writestr("a.smi", "CC\n")
    with gather_sources([path]) as gathered:
        contents = []
        for source in gathered.sources:
            with source.open() as stream:
                contents.append((source.label, stream.read()))
    assert contents == [("lib.zip/a.smi", b"C\n"), ("lib.zip/a.smi (2)", b"CC\n")]


def test_many_archives_take_few_open_files(tmp_path: Path) -> None:
    folder = tmp_path / "lib"
    folder.mkdir()
    for number in range(30):
        pack(folder / f"{number:02}.zip", {"a.smi": "C\n", "b.smi": "CC\n"})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    probe = os.open(os.devnull, os.O_RDONLY)  # the lowest number that is free
    os.close(probe)
    resource.setrlimit(resource.RLIMIT_NOFILE, (probe + 10, hard))
    try:
        with gather_sources([folder]) as gathered:
            contents = [read(source) for source in gathered.sources]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert contents == [b"C\n", b"CC\n"] * 30


def read(source: SourceFile) -> bytes:
    with source.open() as stream:
        return stream.read()


def test_an_open_member_outlives_the_next_archive(tmp_path: Path) -> None:
    paths = [pack(tmp_path / f"{name}.zip", {"a.smi": name * 9}) for name in ("C", "N")]
    with gather_sources(paths) as gathered:
        first, second = gathered.sources
        with first.open() as stream:
            assert (stream.read(2), read(second), stream.read()) == (b"CC", b"N" * 9, b"C" * 7)


@pytest.mark.parametrize("packed", [False, True])
def test_stated_columns_tell_a_table_from_a_read_me(tmp_path: Path, packed: bool) -> None:
    files = {
        "plates/a.txt": "Drawing\tPlate\nCCO\t1\n",
        "plates/utf16.txt": "Drawing\tPlate\nCCO\t1\n".encode("utf-16"),
        "plates/readme.txt": "The column Drawing holds SMILES\nCall us\n",
        "plates/garbled.txt": b"mostly \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4 text \xff\n",
    }
    write_all(tmp_path, files)
    path = pack(tmp_path / "plates.zip", files) if packed else tmp_path / "plates"
    settings = IngestSettings(columns={"smiles": "Drawing"})
    with gather_sources([path], lambda _: settings) as gathered:
        assert [source.label.rsplit("/")[-1] for source in gathered.sources] == [
            "a.txt",
            "utf16.txt",
        ]
        assert {file.reason for file in gathered.skipped} == {NO_STRUCTURES}
        assert len(gathered.skipped) == 2


@pytest.mark.parametrize("name", ["a.txt", "folder/a.txt"])
def test_a_list_is_read_alike_wherever_it_lies(tmp_path: Path, name: str) -> None:
    write_all(tmp_path, {name: "SMILES\nCCO ethanol\nInChI=1S/CH4/h1H4\n"})
    counts = ingest_library(
        [tmp_path / name.split("/", maxsplit=1)[0]], tmp_path / "out", "x", IngestSettings()
    )
    assert counts.n_records == 2
    reading = json.loads((tmp_path / "out/reading.json").read_text())
    assert reading["files"][0]["kind"] == "smiles"


@pytest.mark.parametrize("in_zip", [False, True])
def test_a_gzip_bomb_is_not_copied(
    tmp_path: Path, in_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.ingest.source.HARMLESS_BYTES", 1 << 20)
    bomb, text = gzip.compress(bytes(4 << 20)), gzip.compress(bytes(1 << 20))
    for name, content in (("a.xlsx.gz", bomb), ("b.xlsx.gz", text)):
        path = tmp_path / name
        path.write_bytes(content)
        if in_zip:
            path = pack(tmp_path / f"{name}.zip", {name: content})
        with gather_sources([path]) as gathered:
            (source,) = gathered.sources
            if content is bomb:
                with (
                    pytest.raises(InputError, match="unpacks to over 200 times its size"),
                    source.open_seekable(),
                ):
                    pass
            else:
                with source.open_seekable() as stream:
                    assert len(stream.read()) == 1 << 20


def encrypted(path: Path) -> None:
    pack(path, {"a.smi": "C\n"})
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    path.write_bytes(bytes(content))


def bomb(path: Path) -> None:
    pack(path, {"a.smi": "C\n"})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (HARMLESS_BYTES + 1).to_bytes(4, "little")
    path.write_bytes(bytes(content))


def damaged(path: Path) -> None:
    pack(path, {"a.smi": "C\n" * 50})
    path.write_bytes(path.read_bytes()[:-30])


def damaged_inside(path: Path) -> None:
    pack(path, {"a.smi": "CCCCCOCCCN\n" * 500 + "N"})
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(content))


def no_library(path: Path) -> None:
    pack(path, {"a.doc": "x"})


def no_zip(path: Path) -> None:
    path.write_bytes(b"smiles\nC\n")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (encrypted, "a.smi is encrypted"),
        (bomb, "over 200 times its size"),
        (damaged, "the zip archive cannot be read"),
        (damaged_inside, "the zip archive (is damaged|cannot be read)"),
        (no_library, r"holds no library file: lib.zip/a.doc \(of no known kind\)"),
        (no_zip, "the zip archive cannot be read"),
    ],
)
def test_archives_that_cannot_be_read(tmp_path: Path, make: object, problem: str) -> None:
    path = tmp_path / "lib.zip"
    assert callable(make)
    make(path)
    with pytest.raises(InputError, match=problem), gather_sources([path]) as gathered:
        for source in gathered.sources:
            with source.open() as stream:
                stream.read()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"PK\x03\x04xx", "a zip archive or a workbook under another name"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "locked with a password"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "no known kind of library; save it as .xlsx"),
    ],
)
def test_wrong_names(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=problem), gather_sources([tmp_path / name]):
        pass
