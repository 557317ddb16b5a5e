"""Every way in which a library file is unreadable: one line with file, record and remedy."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from rdkit import Chem

from screening.cli.ingest import ingest_command
from screening.core.config import IngestSettings
from screening.core.errors import ConfigError, InputError
from screening.ingest.library import ingest_library


def sdf_record(smiles: str) -> str:
    return Chem.MolToMolBlock(Chem.MolFromSmiles(smiles)) + ">  <DOI>\n10.1000/1\n\n$$$$\n"


SDF = sdf_record("CCO") + sdf_record("CCN")
TABLE = b"name,smiles\n" + b"".join(b"compound %d,CCO\n" % n for n in range(20_000))


def missing(path: Path) -> None:
    """Nothing is written."""


def folder(path: Path) -> None:
    path.mkdir()


def content(data: bytes | str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return write


CASES: dict[str, tuple[str, Callable[[Path], None], str, str]] = {
    "missing file": ("lib.csv", missing, "no such file", "check the path"),
    "empty file": ("lib.csv", content(b""), "file is empty", "export"),
    "empty gzip": ("lib.csv.gz", content(gzip.compress(b"")), "holds no text", "export"),
    "blank lines alone": ("lib.csv", content(b"\n\n \n"), "holds no text", "export"),
    "blank SMILES file": ("lib.smi", content(b"\n\n"), "holds no records", "export"),
    "header alone": ("lib.csv", content(b"name,smiles\n"), "holds no records", "export"),
    "empty folder": ("lib", folder, "the folder holds no library file", "known endings: .smi"),
    "damaged workbook": ("lib.xlsx", content(b"PK\3\4"), "workbook cannot be read", "save it"),
    "old workbook": ("lib.xls", content(b"x"), "'.xls' is of no known kind", "as .xlsx"),
    "damaged Parquet": ("lib.parquet", content(b"PAR1xPAR1"), "Parquet file cannot be", "again"),
    "no zip at all": ("lib.zip", content(b"smiles\nC\n"), "zip archive cannot be read", "again"),
    "MOL file without text": ("lib.mol", content(b"\n \n"), "none of the 1 records", "check the"),
    "blank InChI file": ("lib.inchi", content(b"\n\n"), "holds no records", "export"),
    "unknown ending": ("lib.doc", content(b"x"), "'.doc' is of no known kind", ".sdf"),
    "no ending": ("library", content(b"x"), "'' is of no known kind", ".csv"),
    "wrong column": (
        "lib.csv",
        content(b"name,Smlies\nx,CCO\n"),
        "line 1: no column with structures",
        "did you mean 'Smlies'?",
    ),
    "binary": ("lib.csv", content(bytes(range(256)) * 4), "NUL bytes", "export"),
    "broken UTF-8": (
        "lib.csv",
        content("smiles,名\nC,海绵\nC,海绵\n".encode() + b"C,\xe6\xb5\n"),
        "line 4: a byte is not UTF-8",
        "repair that line",
    ),
    "truncated gzip": (
        "lib.csv.gz",
        content(gzip.compress(TABLE)[:-2000]),
        "gzip file is truncated",
        "download it again",
    ),
    "damaged gzip": (
        "lib.csv.gz",
        content(gzip.compress(TABLE)[:500] + b"\0" * 600 + gzip.compress(TABLE)[1100:]),
        "gzip file is",
        "download it again",
    ),
    "no gzip at all": ("lib.csv.gz", content(b"smiles\nC\n"), "is no gzip file", "correct its"),
    "SDF cut in a structure": (
        "lib.sdf",
        content(SDF[: SDF.index("M  END", SDF.index("$$$$")) - 5]),
        "record 2 (line 15) is cut off, it has no 'M END'",
        "again, whole",
    ),
    "SDF cut in the data": (
        "lib.sdf",
        content(SDF[:-8]),
        "record 2 (line 15) is cut off, it has no '$$$$'",
        "again, whole",
    ),
    "every structure empty": (
        "lib.csv",
        content(b"name,smiles\na,\nb, \n"),
        "none of the 2 records has a structure",
        "check the structure column",
    ),
    "one endless line": (
        "lib.smi",
        content(b"C" * (17 << 20)),
        "line 1: longer than",
        "check that this is a library",
    ),
}


@pytest.mark.parametrize(("name", "make", "problem", "remedy"), CASES.values(), ids=CASES.keys())
def test_one_line_and_nothing_written(
    tmp_path: Path, name: str, make: Callable[[Path], None], problem: str, remedy: str
) -> None:
    path = tmp_path / name
    make(path)
    output = tmp_path / "out"
    with pytest.raises(InputError) as caught:
        ingest_library([path], output, "lib", IngestSettings())
    line = caught.value.line()
    assert str(path) in line
    assert problem in line
    assert remedy in line.split(";", 1)[1]
    assert "\n" not in line
    assert not output.exists()


@contextmanager
def without_privilege() -> Iterator[None]:
    """Run the block as nobody where the tests run as root, who may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_no_permission() -> None:
    with TemporaryDirectory() as name:  # not tmp_path: only its owner may enter that
        folder = Path(name)
        folder.chmod(0o777)
        path = folder / "lib.csv"
        path.write_text("smiles\nC\n")
        ingest_library([path], folder / "before", "lib", IngestSettings())
        path.chmod(0)
        with without_privilege(), pytest.raises(InputError, match="permissions"):
            ingest_library([path], folder / "out", "lib", IngestSettings())
        assert not (folder / "out").exists()


def test_good_file_beside_a_bad_one_is_not_half_ingested(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.sdf"
    good.write_text("smiles\nC\n")
    bad.write_text(SDF[:-8])
    output = tmp_path / "out"
    with pytest.raises(InputError, match=r"bad\.sdf"):
        ingest_library([good, bad], output, "lib", IngestSettings())
    assert not output.exists()


def test_failed_run_leaves_the_earlier_tables(tmp_path: Path) -> None:
    path, output = tmp_path / "lib.csv", tmp_path / "out"
    path.write_text("smiles\nC\n")
    ingest_library([path], output, "lib", IngestSettings())
    before = {file: file.read_bytes() for file in output.rglob("*") if file.is_file()}
    path.write_text("smiles\n\n")
    with pytest.raises(InputError):
        ingest_library([path], output, "lib", IngestSettings())
    after = {file: file.read_bytes() for file in output.rglob("*") if file.is_file()}
    assert after == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": {"smile": "x"}}, "did you mean smiles"),
        ({"delimiter": ",,"}, "not one character"),
        ({"columns": {"smiles": "structure"}}, "no column 'structure' for smiles"),
        ({"columns": {"smiles": "smiles", "doi": "DIO"}}, "no column 'DIO' for doi"),
        ({"encoding": "klingon"}, "'klingon' is not known"),
        ({"delimiter": '"'}, "not one character"),
        ({"corrections": "nowhere.csv"}, r"nowhere.csv: cannot be read .*; give a CSV"),
    ],
)
def test_settings_that_do_not_fit(
    tmp_path: Path, settings: dict[str, object], message: str
) -> None:
    path = tmp_path / "lib.csv"
    path.write_text("name,smiles\na,C\n")
    with pytest.raises((ConfigError, InputError), match=message):
        ingest_library([path], tmp_path / "out", "lib", IngestSettings.model_validate(settings))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "data", "near"),
    [
        ("lib.sdf", SDF, "did you mean 'DOI'"),
        ("lib.smi", "C a\n", "found: first field, second field"),
        ("lib.csv", "smiles;DOI\nC;\n", "did you mean 'DOI'"),
    ],
)
def test_stated_column_that_no_file_has(tmp_path: Path, name: str, data: str, near: str) -> None:
    path, output = tmp_path / name, tmp_path / "out"
    path.write_text(data)
    settings = IngestSettings(columns={"doi": "DOIs"})
    with pytest.raises(InputError) as caught:
        ingest_library([path], output, "lib", settings)
    assert "no column 'DOIs' for doi" in caught.value.line()
    assert near in caught.value.line()
    assert not output.exists()


def test_stated_column_that_one_file_has_is_enough(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.sdf"
    first.write_text("smiles,lit\nC,10.1000/1\n")
    second.write_text(SDF)
    settings = IngestSettings(columns={"doi": "lit"})
    assert ingest_library([first, second], tmp_path / "out", "lib", settings).n_records == 3
    with pytest.raises(InputError, match=r"b\.sdf: no column 'lit' for doi"):
        own = {second: {"columns": {"doi": "lit"}}}
        ingest_library([first, second], tmp_path / "out", "lib", IngestSettings(), own)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"encodnig": "utf-8"}, "unknown setting encodnig; did you mean encoding"),
        ({"decimal": "'"}, "setting decimal"),
        ({"columns": {"smile": "x"}}, "did you mean smiles"),
    ],
)
def test_settings_of_one_file_that_do_not_fit(
    tmp_path: Path, own: dict[str, object], message: str
) -> None:
    path = tmp_path / "lib.csv"
    path.write_text("smiles\nC\n")
    with pytest.raises(ConfigError, match=message):
        ingest_library([path], tmp_path / "out", "lib", IngestSettings(), {path: own})
    with pytest.raises(ConfigError, match="name it among the inputs"):
        ingest_library([path], tmp_path / "out", "lib", IngestSettings(), {tmp_path: {}})


def test_command_line_prints_one_line_and_exits_with_2(tmp_path: Path) -> None:
    arguments = ["ingest", str(tmp_path / "none.csv"), "--output", str(tmp_path / "out")]
    run = subprocess.run(
        [sys.executable, "-m", "screening.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr == f"error: {tmp_path}/none.csv: no such file; check the path\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "--file-settings: not JSON"),
        ("[]", "--file-settings: not settings by path"),
        ('{"x.csv": {}}', "settings are stated for x.csv"),
    ],
)
def test_file_settings_of_the_command_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "lib.csv"
    path.write_text("smiles\nC\n")
    arguments = [str(path), "--output", str(tmp_path / "out"), "--file-settings", text]
    result = CliRunner().invoke(ingest_command, arguments)
    assert isinstance(result.exception, ConfigError)
    assert problem in result.exception.line()
