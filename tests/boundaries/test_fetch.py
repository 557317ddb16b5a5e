"""`screening fetch` from the shell's side: paths on standard output, one line for each error."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from screening.cli.fetch import fetch_command
from screening.cli.train import train_command
from screening.core.catalogue import read_catalogue
from screening.core.catalogue_entry import Entry
from screening.core.config import IngestSettings
from screening.core.errors import ScreeningError
from screening.core.provenance import PROJECT, file_digest
from screening.ingest.library import ingest_library
from screening.ingest.roles import find_roles

CSV = b"code,structure of it\nA1,CCO\nA2,CC(=O)O\n"


def entry(name: str, **changes: object) -> dict[str, Any]:
    return {
        "name": name,
        "what": f"the {name}",
        # Nothing listens on port 9 of loopback.
        "published": {"url": f"http://127.0.0.1:9/{name}.csv", "sha256": "0" * 64},
        "mirror": {
            "path": f"marine/{name}.csv",
            "sha256": hashlib.sha256(CSV).hexdigest(),
            "rows": 2,
            "columns": {"smiles": "structure of it", "id": "code"},
        },
        "licence": "CC BY 4.0",
        "redistributable": True,
        "citation": f"{name} 2020",
        **changes,
    }


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A catalogue and a mirror folder with its two libraries."""
    closed = {"licence": "CC BY-NC 4.0", "non_commercial": True}
    libraries = [entry("sponges"), entry("tunicates", **closed)]
    values = {"libraries": libraries, "tables": [entry("assay")]}
    (tmp_path / "catalogue.yaml").write_text(yaml.safe_dump(values))
    folder = tmp_path / "mirror" / "marine"
    folder.mkdir(parents=True)
    for name in ("sponges", "tunicates"):
        (folder / f"{name}.csv").write_bytes(CSV)
    return folder.parent


def call(mirror: Path, *arguments: str) -> Result:
    fixed = ["--catalogue", str(mirror.parent / "catalogue.yaml")]
    fixed += ["--cache", str(mirror.parent / "cache"), "--mirror", str(mirror)]
    return CliRunner().invoke(fetch_command, [*arguments, *fixed])


def refused(result: Result, message: str) -> None:
    assert isinstance(result.exception, ScreeningError), result.output
    assert message in result.exception.line()
    assert "\n" not in result.exception.line()
    assert result.stdout == ""


def test_standard_output_is_the_paths_alone(mirror: Path) -> None:
    result = call(mirror, "sponges", "tunicates", "sponges", "--accept-non-commercial")
    assert result.exit_code == 0, result.output
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in paths] == ["sponges.csv", "tunicates.csv"]
    assert all(path.read_bytes() == CSV for path in paths)
    for part in ("CC BY-NC 4.0", "sponges 2020", "screening run ", "--output results"):
        assert part in result.stderr


def test_a_fetched_library_can_be_read_and_is_known_again(mirror: Path, tmp_path: Path) -> None:
    path = Path(call(mirror, "sponges").stdout.strip())
    catalogue = read_catalogue(mirror.parent / "catalogue.yaml")
    entry = catalogue.of_digest(file_digest(path))
    assert entry is not None
    assert entry.mirror.sha256 == file_digest(path)
    settings = IngestSettings(columns=entry.mirror.columns)
    counts = ingest_library([path], tmp_path / "records", "sponges", settings)
    assert (counts.n_records, counts.n_rejects) == (2, 0)
    assert catalogue.of_digest("f" * 64) is None


def test_terms_and_names_are_checked_before_anything_is_fetched(mirror: Path) -> None:
    refused(call(mirror, "sponges", "tunicates"), "for non-commercial use only (CC BY-NC 4.0)")
    refused(call(mirror, "sponges", "sponge"), "did you mean sponges?")
    assert not (mirror.parent / "cache").exists()


def test_the_list_says_what_is_cached(mirror: Path) -> None:
    call(mirror, "sponges")
    lines = call(mirror, "--list").stdout.splitlines()
    rows = {line.split()[0]: line for line in lines if line}
    assert rows["sponges"].split()[1:4] == ["library", "2*", "mirror"]
    assert rows["tunicates"].split()[3] == "-"
    assert "[non-commercial]" in rows["tunicates"]
    (mirror.parent / "cache" / "mirror" / "marine" / "sponges.csv").write_bytes(b"altered")
    lines = call(mirror, "--list").stdout.splitlines()
    assert lines[1].split()[:4] == ["sponges", "library", "2*", "-"]


def test_nothing_to_fetch_is_one_line(mirror: Path) -> None:
    refused(call(mirror), "fetch needs a NAME")


def test_a_catalogue_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(fetch_command, ["x", "--catalogue", str(tmp_path / "absent.yaml")])
    refused(result, "cannot be read")


def test_a_wrong_file_in_the_mirror_is_one_line(mirror: Path) -> None:
    (mirror / "marine" / "sponges.csv").write_bytes(CSV[:-1])
    refused(call(mirror, "sponges"), "is not that of the catalogue")


@pytest.mark.skipif("SCREENING_MIRROR" not in os.environ, reason="needs a mirror folder")
@pytest.mark.parametrize("library", read_catalogue().libraries, ids=lambda entry: entry.name)
def test_the_published_libraries_need_no_settings(library: Entry) -> None:
    path = Path(os.environ["SCREENING_MIRROR"]) / library.mirror.path
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream))
    found = find_roles(header, {}).columns
    stated = library.mirror.columns
    assert {role: found[role][0].strip() for role in stated} == stated


def test_a_recipe_without_data_looks_into_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SCREENING_CACHE", str(tmp_path))
    recipe = str(PROJECT / "models" / "recipes" / "activity.yaml")
    result = CliRunner().invoke(
        train_command, ["--recipe", recipe, "--output", str(tmp_path / "bundle")]
    )
    refused(result, "`screening fetch ")
    assert isinstance(result.exception, ScreeningError)
    assert str(tmp_path / "mirror" / "activity") in result.exception.line()
