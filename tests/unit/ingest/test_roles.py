from __future__ import annotations

import pytest

from screening.core.errors import ConfigError, InputError
from screening.ingest.roles import find_roles, missing_column, require_structure

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


def test_structures_of_all_notations_in_order() -> None:
    names = ["InChI", "Molblock", "SMILES (canonical)", "SMILES (isomeric)"]
    assert find_roles(names, {}).structures == (
        ("smiles", "SMILES (isomeric)"),
        ("smiles", "SMILES (canonical)"),
        ("molblock", "Molblock"),
        ("inchi", "InChI"),
    )
    assert find_roles(names, {"inchi": "inchi"}).structures[0] == ("inchi", "InChI")


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Struktur (SMILES)", "smiles"),
        ("结构式（SMILES）", "smiles"),
        ("结构式 Structure", "smiles"),
        ("SMILES [desalted]", "smiles"),
        ("名称 Name", "name"),
        ("化合物名称", "name"),
        ("Nom du composé", "name"),
        ("来源生物", "organism"),
        ("Organismus (Quelle)", "organism"),
        ("organismo", "organism"),
        ("门", "phylum"),
        ("参考文献", "reference"),
        ("RÉFÉRENCE", "reference"),
        ("编号", "id"),
        ("Summenformel", "stated_formula"),
    ],
)
def test_headers_in_other_languages_and_with_a_bracket(header: str, role: str) -> None:
    assert find_roles([header], {}).columns == {role: (header,)}


@pytest.mark.parametrize(
    "header",
    ["SMILES (2)", "Structure (MW)", "Name (SMILES)", "mass (name)", "Activity (µM)", "SMILES = x"],
)
def test_headers_whose_parts_do_not_tell(header: str) -> None:
    assert find_roles([header], {}).columns == {}


def test_a_header_known_as_a_whole_comes_before_one_known_by_a_part() -> None:
    columns = find_roles(["SMILES (desalted)", "structure", "name (IUPAC)", "title"], {}).columns
    assert columns["smiles"] == ("structure", "SMILES (desalted)")
    assert columns["name"] == ("title", "name (IUPAC)")


def test_numbered_columns_follow_the_plain_one() -> None:
    columns = find_roles(["DOI_4", "DOI", "DOI 2", "SMILES 2", "name (2)", "Name"], {}).columns
    assert columns == {"doi": ("DOI", "DOI 2", "DOI_4"), "name": ("Name", "name (2)")}


@pytest.mark.parametrize("header", ["SMILES", "Smiles ", "isomeric-smiles", "Canonical SMILES"])
def test_headers_are_compared_without_case_and_punctuation(header: str) -> None:
    assert find_roles([header], {}).columns == {"smiles": (header,)}


def test_stated_column_comes_first() -> None:
    roles = find_roles(["smiles", "Struktur"], {"smiles": "struktur"})
    assert roles.columns["smiles"] == ("Struktur", "smiles")


def test_missing_smiles_column_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        require_structure("lib.csv, line 1", ["name", "SMILE"], {})
    assert "did you mean 'SMILE'?" in caught.value.line()
    assert "found: name, SMILE" in caught.value.line()


def test_stated_structure_columns_are_preferred_as_their_roles_are() -> None:
    names = ["SMILES (canonical)", "code", "drawing"]
    roles = find_roles(names, {"inchi": "code", "smiles": "drawing"})
    assert roles.structures == (
        ("smiles", "drawing"),
        ("smiles", "SMILES (canonical)"),
        ("inchi", "code"),
    )


def test_missing_stated_column_names_the_nearest() -> None:
    line = missing_column("lib.csv", "smiles", "structur", ["name", "structure"]).line()
    assert "no column 'structur' for smiles; did you mean 'structure'" in line
    with pytest.raises(InputError, match="no column 'X' for inchi"):
        require_structure("lib.csv", ["name"], {"inchi": "X"})


def test_unknown_role_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="no role 'smile'; did you mean smiles"):
        find_roles(["smiles"], {"smile": "smiles"})
