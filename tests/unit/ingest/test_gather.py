from __future__ import annotations

import gzip
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from screening.core.errors import InputError
from screening.ingest.gather import gather_sources
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
    "table.txt": "smiles\tname\nC\tx\n",
    "empty.smi": "",
    ".DS_Store": "x",
    ".hidden/z.smi": "C",
    "__MACOSX/._a.mol": "x",
    "../../up.smi": "C\n",
}
READ = ["a.mol", "b.mol", "deep/d.sdf.gz", "deep/er/c.csv", "table.txt"]
SKIPPED = [
    ("empty.smi", "empty"),
    ("notes.doc", "of no known kind"),
    ("readme.txt", "a text without a structure column"),
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
