from pathlib import Path

import pytest

from screening.core.errors import ConfigError, InputError
from screening.core.library_sheet import (
    Library,
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
        ("$(rm -rf x).tsv", "rm_-rf_x"),
    ],
)
def test_a_name_fit_for_a_folder(file: str, name: str) -> None:
    assert library_name(Path(file)) == name


def test_a_sheet_reads_back(tmp_path: Path) -> None:
    libraries = [Library("a", (Path("x.csv"), Path("y z.sdf"))), Library("b", (Path("b.smi"),))]
    write_sheet(tmp_path / "sheet.tsv", libraries)
    assert read_sheet(tmp_path / "sheet.tsv") == libraries


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("library\tpath\n", "names no library"),
        ("name\tfile\na\tb\n", "columns are name, file"),
        ("library\tpath\n../up\tb.csv\n", "row 1"),
        ("library\tpath\na\t\n", "row 1"),
    ],
)
def test_a_wrong_sheet_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "sheet.tsv").write_text(text)
    with pytest.raises(ConfigError, match=problem):
        read_sheet(tmp_path / "sheet.tsv")


def test_files_that_cannot_be_libraries_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match="folder"):
        libraries_of([tmp_path])
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
