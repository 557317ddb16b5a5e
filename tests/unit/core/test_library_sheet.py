from pathlib import Path

import pytest

from screening.core.errors import ConfigError, InputError
from screening.core.library_sheet import (
    Library,
    contents_digest,
    libraries_of,
    library_name,
    read_sheet,
    write_sheet,
)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("my.sdf", "my"),
        ("My lib (2).sdf.gz", "My_lib_2"),
        ("海洋库.csv", "海洋库"),
        ("...smi", "library"),
        ("lib.2012.xlsx", "lib.2012"),
        ("mols.mol.zip", "mols"),
        ("a.parquet", "a"),
        ("a.inchi.gz", "a"),
        ("folder", "folder"),
        ("$(rm -rf x).tsv", "rm_-rf_x"),
    ],
)
def test_a_name_fit_for_a_folder(file: str, name: str) -> None:
    assert library_name(Path(file)) == name


def test_a_sheet_reads_back(tmp_path: Path) -> None:
    libraries = [Library("a", (Path("x.csv"), Path("y z.sdf"))), Library("b", (Path("b.smi"),))]
    write_sheet(tmp_path / "sheet.tsv", libraries)
    assert read_sheet(tmp_path / "sheet.tsv") == libraries


def test_what_a_sheet_states_of_single_files(tmp_path: Path) -> None:
    (tmp_path / "sheet.tsv").write_text(
        "library\tpath\tencoding\tdelimiter\tcolumns\tphylum\n"
        "a\tx.csv\tgb18030\ttab\tsmiles=Struktur; reference=Title; Journal; id=No\t\n"
        "a\ty.csv\t\t\t\t\n"
        "b\tz.csv\t\t\t\tPorifera\n"
    )
    first, second = read_sheet(tmp_path / "sheet.tsv")
    assert first.stated == {
        Path("x.csv"): {
            "encoding": "gb18030",
            "delimiter": "tab",
            "columns": {"smiles": "Struktur", "reference": "Title; Journal", "id": "No"},
        }
    }
    assert second.stated == {Path("z.csv"): {"phylum": "Porifera"}}
    write_sheet(tmp_path / "again.tsv", [first, second])
    assert read_sheet(tmp_path / "again.tsv") == [first, second]


def test_a_folder_is_a_library(tmp_path: Path) -> None:
    (tmp_path / "mols").mkdir()
    (tmp_path / "mols/a.mol").write_text("x")
    (library,) = libraries_of([tmp_path / "mols"])
    assert (library.name, library.paths) == ("mols", (tmp_path / "mols",))


def test_digest_of_folders_tells_a_changed_file(tmp_path: Path) -> None:
    (tmp_path / "a.mol").write_text("x")
    before = contents_digest([tmp_path])
    assert contents_digest([tmp_path]) == before
    (tmp_path / "a.mol").write_text("xy")
    assert contents_digest([tmp_path]) != before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("library\tpath\n", "names no library"),
        ("name\tfile\na\tb\n", "columns are name, file"),
        ("library\tpath\n../up\tb.csv\n", "row 1"),
        ("library\tpath\na\t\n", "row 1"),
        ("library\tpath\tencodnig\na\tb\t\n", "unknown column 'encodnig'; did you mean encoding"),
        ("library\tpath\tdecimal\na\tb\t:\n", "row 1: setting decimal"),
        ("library\tpath\tcolumns\na\tb\tsmiles\n", "write role=column"),
    ],
)
def test_a_wrong_sheet_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "sheet.tsv").write_text(text)
    with pytest.raises(ConfigError, match=problem):
        read_sheet(tmp_path / "sheet.tsv")


def test_files_that_cannot_be_libraries_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="folder holds no file"):
        libraries_of([tmp_path / "folder"])
    with pytest.raises(InputError, match="no such file"):
        libraries_of([tmp_path / "nowhere.csv"])
    with pytest.raises(InputError, match="empty"):
        libraries_of([tmp_path / "empty.csv"])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.smi").write_text("CCO")
    with pytest.raises(ConfigError, match="both be library 'x'"):
        libraries_of([tmp_path / "a/x.smi", tmp_path / "b/x.smi"])


def test_no_library_takes_a_folder_of_the_results(tmp_path: Path) -> None:
    assert library_name(Path("store.csv")) == "store_library"
    sheet = tmp_path / "sheet.tsv"
    sheet.write_text("library\tpath\nlogs\ta.csv\n")
    with pytest.raises(ConfigError, match="library 'logs'"):
        read_sheet(sheet)
