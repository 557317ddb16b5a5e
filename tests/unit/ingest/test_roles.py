from __future__ import annotations

import pytest

from screening.core.errors import ConfigError, InputError
from screening.ingest.roles import find_roles, require_columns

CMNPD = ["compound_id", "smiles", "bioactivity_in_brief", "kingdom_post2000"]
CYANOMETDB = [
    "Compound identifier",
    "Compound name",
    "DOI",
    "SMILES (canonical or isomeric)",
    "SMILES (canonical)",
    "SMILES (isomeric)",
    "Genus",
    "Species",
]
REFERENCE = ["name", "smiles", "organism", "phylum", "known_for", "status", "reference", "doi"]


def test_cmnpd() -> None:
    assert find_roles(CMNPD, {}).columns == {
        "id": ("compound_id",),
        "smiles": ("smiles",),
        "known_for": ("bioactivity_in_brief",),
        "phylum": ("kingdom_post2000",),
    }


def test_cyanometdb_prefers_the_isomeric_smiles() -> None:
    columns = find_roles(CYANOMETDB, {}).columns
    assert columns["smiles"] == (
        "SMILES (isomeric)",
        "SMILES (canonical or isomeric)",
        "SMILES (canonical)",
    )
    assert columns["id"] == ("Compound identifier",)
    assert columns["name"] == ("Compound name",)


def test_reference_library() -> None:
    assert find_roles(REFERENCE, {}).columns == {name: (name,) for name in REFERENCE}


@pytest.mark.parametrize("header", ["SMILES", "Smiles ", "isomeric-smiles", "Canonical SMILES"])
def test_headers_are_compared_without_case_and_punctuation(header: str) -> None:
    assert find_roles([header], {}).columns == {"smiles": (header,)}


def test_stated_column_comes_first() -> None:
    roles = find_roles(["smiles", "Struktur"], {"smiles": "struktur"})
    assert roles.columns["smiles"] == ("Struktur", "smiles")


def test_split_falls_back_row_by_row_and_keeps_the_rest() -> None:
    roles = find_roles(CYANOMETDB, {})
    values, extra = roles.split(
        {
            "SMILES (isomeric)": " ",
            "SMILES (canonical or isomeric)": "CCO",
            "SMILES (canonical)": "OCC",
            "Genus": "Lyngbya ",
            "Species": " majuscula",
            "Strain": "",
        }
    )
    assert values == {"smiles": "CCO", "organism": "Lyngbya majuscula"}
    assert extra == {"SMILES (canonical)": "OCC"}


@pytest.mark.parametrize(
    ("fields", "organism"),
    [
        ({"genus": "Conus", "species": ""}, "Conus"),
        ({"genus": "", "species": "magus"}, "magus"),
        ({"genus": "Conus", "species": "Conus magus"}, "Conus magus"),
        ({"genus": "Conus", "species": "magus", "organism": "cone snail"}, "cone snail"),
    ],
)
def test_organism(fields: dict[str, str], organism: str) -> None:
    values, _ = find_roles(fields, {}).split(fields)
    assert values == {"organism": organism}


def test_missing_smiles_column_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        require_columns("lib.csv, line 1", ["name", "SMILE"], {})
    assert "did you mean 'SMILE'?" in caught.value.line()
    assert "found: name, SMILE" in caught.value.line()


def test_missing_stated_column_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no column 'structur' for smiles; did you mean 'struct"):
        require_columns("lib.csv, line 1", ["name", "structure"], {"smiles": "structur"})


def test_unknown_role_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="no role 'smile'; did you mean smiles"):
        find_roles(["smiles"], {"smile": "smiles"})
