"""What a screen finds out about its inputs before any work is begun."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from screening.cli.screen_inputs import (
    named_libraries,
    with_absolute_paths,
    with_catalogue,
    with_corrections,
    with_taxa,
)
from screening.core.cache import CACHE_VARIABLE, mirror_form
from screening.core.catalogue import read_catalogue
from screening.core.config import ComputeSettings, IngestSettings, ScreenConfig
from screening.core.errors import ConfigError, InputError

MIRROR = os.environ.get("SCREENING_MIRROR")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a library, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "sponges.csv").write_text("smiles\nCCO\n")
    return tmp_path


def test_a_sheet_is_read_from_the_working_folder(folder: Path) -> None:
    sheet = folder / "sheet.tsv"
    sheet.write_text("library\tpath\tlicence\tcorrections\nreef\tsponges.csv\tCC0\tmine.csv\n")
    (library,) = named_libraries([], sheet)
    assert library.name == "reef"
    assert library.paths == (folder / "sponges.csv",)
    stated = library.stated[folder / "sponges.csv"]
    assert stated == {"licence": "CC0", "corrections": str(folder / "mine.csv")}


def test_libraries_or_a_sheet_and_not_both(folder: Path) -> None:
    for paths, sheet in (([], None), ([Path("sponges.csv")], Path("sheet.tsv"))):
        with pytest.raises(ConfigError, match="name libraries, or a library sheet"):
            named_libraries(paths, sheet)
    sheet = folder / "sheet.tsv"
    sheet.write_text("library\tpath\nreef\tcorals.csv\n")
    with pytest.raises(InputError, match=r"corals\.csv: no such file"):
        named_libraries([], sheet)


def test_taxa_that_were_fetched_are_used_and_stated_ones_come_first(folder: Path) -> None:
    assert with_taxa(ScreenConfig()).curate.taxa is None
    fetched = folder / "cache" / mirror_form(read_catalogue().find("worms")).place
    fetched.parent.mkdir(parents=True)
    fetched.write_text("id\n")
    assert with_taxa(ScreenConfig()).curate.taxa == str(fetched)
    (folder / "mine.csv").write_text("id\n")
    stated = ScreenConfig.model_validate({"curate": {"taxa": "mine.csv"}})
    assert with_taxa(stated).curate.taxa == str(folder / "mine.csv")
    with pytest.raises(InputError, match="no such file; try `screening fetch worms`"):
        with_taxa(ScreenConfig.model_validate({"curate": {"taxa": "none.csv"}}))


def test_paths_hold_in_any_working_folder(folder: Path) -> None:
    config = ScreenConfig(
        ingest=IngestSettings(corrections="mine.csv"), compute=ComputeSettings(store="store")
    )
    absolute = with_absolute_paths(config)
    assert absolute.ingest.corrections == str(folder / "mine.csv")
    assert absolute.compute.store == str(folder / "store")


HEAD = "source_file,record_number,corrected_structure\n"


def test_corrections_stay_with_the_results(folder: Path) -> None:
    libraries = named_libraries([Path("sponges.csv")], None)
    sheet = folder / "rejects.csv"
    sheet.write_text(HEAD + "sponges.csv,1,CCN\n")
    settings = IngestSettings()
    assert with_corrections(libraries, folder / "out", None, settings) == libraries
    for corrections in (sheet, None):  # the second screen names none
        (library,) = with_corrections(libraries, folder / "out", corrections, settings)
        kept = folder / "out/sponges/corrections.csv"
        assert library.stated[folder / "sponges.csv"]["corrections"] == str(kept)
    with pytest.raises(ConfigError, match="corrections of which library"):
        with_corrections([*libraries, *libraries], folder / "out", sheet, settings)


def test_corrections_that_do_not_fit_are_not_kept(folder: Path) -> None:
    libraries = named_libraries([Path("sponges.csv")], None)
    sheet = folder / "rejects.csv"
    sheet.write_text(HEAD + "sponges.csv,1,CCN\nsponges.csv,2,CCN\n")
    with pytest.raises(InputError, match=r"rejects\.csv: there is no record 2 of 'sponges\.csv'"):
        with_corrections(libraries, folder / "out", sheet, IngestSettings())
    assert not (folder / "out").exists()


@pytest.mark.parametrize("in_sheet", [False, True])
def test_stated_corrections_beside_kept_ones_are_refused(folder: Path, in_sheet: bool) -> None:
    (library,) = named_libraries([Path("sponges.csv")], None)
    sheet = folder / "rejects.csv"
    sheet.write_text(HEAD + "sponges.csv,1,CCN\n")
    with_corrections([library], folder / "out", sheet, IngestSettings())
    stated = {"corrections": str(folder / "mine.csv")}
    own = {folder / "sponges.csv": stated} if in_sheet else {}
    settings = IngestSettings(**({} if in_sheet else stated))
    both = [replace(library, stated=own)]
    for corrections, other in ((None, "corrections"), (sheet, "rejects")):
        with pytest.raises(ConfigError, match=rf"stated in .*mine\.csv, and .*{other}\.csv"):
            with_corrections(both, folder / "out", corrections, settings)
    kept = {"corrections": str(folder / "out/sponges/corrections.csv")}
    again = with_corrections([library], folder / "out", None, IngestSettings(**kept))
    assert again[0].stated[folder / "sponges.csv"] == kept


@pytest.mark.skipif(MIRROR is None, reason="SCREENING_MIRROR names no folder")
def test_a_published_library_carries_its_licence(folder: Path) -> None:
    entry = read_catalogue().find("cyanometdb")
    path = Path(str(MIRROR)) / entry.mirror.path
    libraries = named_libraries([path, Path("sponges.csv")], None)
    published, own = with_catalogue(libraries, ScreenConfig())
    assert published.stated[path.resolve()]["licence"] == entry.licence
    assert not own.stated[folder / "sponges.csv"]
    stated = ScreenConfig(ingest=IngestSettings(licence="CC0"))
    assert "licence" not in with_catalogue(libraries, stated)[0].stated[path.resolve()]
