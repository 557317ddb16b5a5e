from __future__ import annotations

import pytest

from screening.core.organism_names import (
    OrganismName,
    clean,
    further_names,
    key,
    mentions,
    readings,
    split_organisms,
)


@pytest.mark.parametrize(
    ("text", "genus", "species", "variety"),
    [
        ("Lyngbya majuscula", "lyngbya", "majuscula", ""),
        ("LYNGBYA MAJUSCULA", "lyngbya", "majuscula", ""),
        ("lyngbya majuscula", "lyngbya", "majuscula", ""),
        ("Lyngbya majuscula Harvey ex Gomont, 1892", "lyngbya", "majuscula", ""),
        ("Aplysina fistularis (Pallas, 1766)", "aplysina", "fistularis", ""),
        ("Scytonema mirabilis (Dillwyn) Bornet", "scytonema", "mirabilis", ""),
        ("Salinispora tropica CNB-392", "salinispora", "tropica", ""),
        ("Aspergillus sp. MF-93", "aspergillus", "", ""),
        ("Streptomyces sp", "streptomyces", "", ""),
        ("Dysidea spp.", "dysidea", "", ""),
        ("Streptomyces CNQ-418", "streptomyces", "", ""),
        ("Lyngbya cf. majuscula", "lyngbya", "majuscula", ""),
        ("Lyngbya aff. majuscula", "lyngbya", "", ""),
        ("Mycale (Arenochalina) laxissima", "mycale", "laxissima", ""),
        ("Sargassum sagamianum var. yezoense", "sargassum", "sagamianum", "yezoense"),
        ("Cladostephus spongiosus f. verticillatus", "cladostephus", "spongiosus", "verticillatus"),
        ("Gadus morhua callarias", "gadus", "morhua", "callarias"),
        ("Sonneratia × hainanensis", "sonneratia", "hainanensis", ""),
        ("Sonneratia x hainanensis", "sonneratia", "hainanensis", ""),
        ("Dictyota guineënsis", "dictyota", "guineensis", ""),
        ("Aphanizomenon flos-aquae", "aphanizomenon", "flosaquae", ""),
        ("Microcystis [Microcystis]aeruginosa", "microcystis", "aeruginosa", ""),
        ("Caretta caretta", "caretta", "caretta", ""),
        ("CARETTA CARETTA", "caretta", "caretta", ""),
        ("[Oscillatoria] agardhii", "oscillatoria", "agardhii", ""),
        ("Anabaena ? circinalis", "anabaena", "circinalis", ""),
        ("Lyngbya Gomont", "lyngbya", "", ""),
        ("Nostoc", "nostoc", "", ""),
    ],
)
def test_a_name_is_read(text: str, genus: str, species: str, variety: str) -> None:
    assert readings(text) == [OrganismName(genus, species, variety)]


def test_alternatives_are_kept_apart() -> None:
    assert readings("Lyngbya/Moorea majuscula/producens") == [
        OrganismName("lyngbya", "majuscula"),
        OrganismName("lyngbya", "producens"),
        OrganismName("moorea", "majuscula"),
        OrganismName("moorea", "producens"),
    ]


@pytest.mark.parametrize("text", ["", "123", "?", "()", "K12 mutant", "-"])
def test_no_name_is_read_from_no_name(text: str) -> None:
    assert readings(text) == []


def test_markup_and_entities_go() -> None:
    assert clean("<i>Lyngbya</i>&nbsp;<em>majuscula</em> &amp; al.") == "Lyngbya majuscula & al."


def test_organisms_are_parted_outside_of_parentheses() -> None:
    text = "Lyngbya sp.; mats (78°S; 163°E) | Nostoc"
    assert split_organisms(text) == ["Lyngbya sp", "mats (78°S; 163°E)", "Nostoc"]


def test_names_inside_a_sentence() -> None:
    text = "in situ sample: Microcystis aeruginosa bloom, Nodularia sp. from Lake Kinneret"
    assert list(mentions(text))[:2] == [
        OrganismName("microcystis", "aeruginosa"),
        OrganismName("nodularia"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dysidea avara, Penicillium citrinum",
        "Dysidea avara (Schmidt, 1862) and Penicillium citrinum Thom, 1910",
        "Dysidea avara & Penicillium citrinum",
        "Dysidea avara/Penicillium citrinum",
        "Dysidea avara / Penicillium citrinum",
        "Dysidea avara + Penicillium citrinum",
        "Dysidea avara with Penicillium citrinum",
        "Dysidea avara, host of the fungus Penicillium citrinum",
        "DYSIDEA AVARA AND PENICILLIUM CITRINUM",
        "dysidea avara, penicillium citrinum",
    ],
)
def test_a_second_organism_is_found(text: str) -> None:
    assert OrganismName("penicillium", "citrinum") in further_names(text)
    assert readings(text)[0].genus == "dysidea"
    assert OrganismName("dysidea", "avara") not in further_names(text)


def test_a_slash_parts_names_or_alternatives() -> None:
    assert readings("Dysidea avara/Penicillium citrinum") == [OrganismName("dysidea", "avara")]
    assert OrganismName("moorea", "producens") in readings("Lyngbya/Moorea majuscula/producens")


def test_genera_of_a_list_are_found() -> None:
    assert further_names("Haliclona & Aplysina") == [OrganismName("aplysina")]
    assert further_names("Aplysina aerophoba, Penicillium sp.") == [OrganismName("penicillium")]


@pytest.mark.parametrize(
    "text",
    [
        "Caretta caretta (Linnaeus, 1758)",
        "Conus marmoreus Lamarck, 1816",
        "Lyngbya majuscula Harvey ex Gomont, 1892",
        "Halichondria panicea (Pallas, 1766) Lamouroux, Quoy & Gaimard",
        "LYNGBYA MAJUSCULA HARVEY EX GOMONT, 1892",
        "Mycale (Arenochalina) laxissima (Duchassaing & Michelotti, 1864)",
        "Gadus morhua callarias",
        "Salinispora tropica CNB-392",
    ],
)
def test_an_author_is_no_organism(text: str) -> None:
    assert further_names(text) == []


def test_a_place_is_no_genus() -> None:
    assert list(mentions("in situ sample: Greek Lake, Key Largo, Florida")) == []


def test_keys_have_no_case_accent_or_hyphen() -> None:
    assert key("Flos-Aquae") == key("flosaquaë") == "flosaquae"
