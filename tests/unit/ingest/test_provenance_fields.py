"""Names, organisms and DOIs as people write them."""

from __future__ import annotations

import pytest

from screening.ingest.dois import dois_within, split_dois
from screening.ingest.markup import plain_text
from screening.ingest.name_lists import binomials, split_names
from screening.ingest.parting import part_fields
from screening.ingest.roles import find_roles


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<i>Lyngbya</i>  majuscula\n", "Lyngbya majuscula"),
        ("H<sub>2</sub>O", "H2O"),
        ("&alpha;-pinene &amp; &#946;", "α-pinene & β"),
        ("one<br/>two<p class='x'>three", "one two three"),
        ("a < b and c > d", "a < b and c > d"),
        ("14:3<125::aid-rcm847>3.0", "14:3<125::aid-rcm847>3.0"),
        ("R&D; <Unknown>", "R&D; <Unknown>"),
    ],
)
def test_markup(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("NP 881b ;; Anabaenopeptin 881b", ["NP 881b", "Anabaenopeptin 881b"]),
        ("1,2-diol, racemic|b\nc", ["1,2-diol, racemic", "b", "c"]),
        ("&alpha;-x; y", ["α-x", "y"]),
        (" ; |", []),
    ],
)
def test_names_are_parted_but_never_at_commas(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("genus", "species", "organisms"),
    [
        ("Conus", "", ["Conus"]),
        ("", "magus", ["magus"]),
        ("Conus", "magus", ["Conus magus"]),
        ("Conus", "Conus magus", ["Conus magus"]),
        ("Conus", "magus; textile", ["Conus magus", "Conus textile"]),
        ("Conus; Aplysina", "magus; aerophoba", ["Conus magus", "Aplysina aerophoba"]),
        ("Conus; Aplysina", "magus", ["Conus", "Aplysina", "magus"]),
        ("Conus", "magus; Aplysina", ["Conus magus", "Conus", "Aplysina"]),
    ],
)
def test_binomials(genus: str, species: str, organisms: list[str]) -> None:
    assert binomials(genus, species) == organisms


SICI = "10.1002/(Sici)1097-0231(20000215)14:3<125::Aid-Rcm847>3.0.Co;2-6"


@pytest.mark.parametrize(
    ("text", "dois", "others"),
    [
        ("10.1021/OL901438b", ["10.1021/ol901438b"], []),
        ("https://doi.org/10.1021/ol901438b", ["10.1021/ol901438b"], []),
        ("http://dx.doi.org/10.1021/ol901438b.", ["10.1021/ol901438b"], []),
        ("https://pubs.acs.org/doi/10.1021/ol901438b?ref=x", ["10.1021/ol901438b"], []),
        ("https://x.com/doi/10.1002/anie.1/abstract", ["10.1002/anie.1"], []),
        (
            "https://doi.org/10.1016/S0031-9422%2800%2997798-7",
            ["10.1016/s0031-9422(00)97798-7"],
            [],
        ),
        (
            "doi:10.1000/1; DOI 10.1000/2|10.1000/3\n10.1000/4",
            [f"10.1000/{n}" for n in range(1, 5)],
            [],
        ),
        ("doi: https://doi.org/10.1000/1", ["10.1000/1"], []),
        (f"Doi {SICI}", [SICI.lower()], []),
        (SICI.replace("<", "&lt;").replace(">", "&gt;"), [SICI.lower()], []),
        (f"{SICI}; {SICI}x", [SICI.lower(), f"{SICI}x".lower()], []),
        ("J. Nat. Prod. 2012", [], ["J. Nat. Prod. 2012"]),
        ("10.1000/1; personal communication", ["10.1000/1"], ["personal communication"]),
        ("10.12/short", [], ["10.12/short"]),
        ("", [], []),
    ],
)
def test_dois(text: str, dois: list[str], others: list[str]) -> None:
    assert split_dois(text) == (dois, others)


@pytest.mark.parametrize(
    ("text", "dois"),
    [
        ("J. Nat. Prod. 2005, 68, 1; doi:10.1021/np50001a002", ["10.1021/np50001a002"]),
        ("see https://doi.org/10.1021/NP1, and more", ["10.1021/np1"]),
        ("(10.1021/np1); [doi: 10.1016/s0040-4020(01)80000-1].", None),
        ("10.1021/a, 10.1021/b;10.1021/c", ["10.1021/a", "10.1021/b", "10.1021/c"]),
        (f"Smith <i>et al.</i> {SICI}.", [SICI.lower()]),
        ("J. Nat. Prod. 2005, 68; version 110.1021/np1; 10.5", []),
    ],
)
def test_dois_in_citations(text: str, dois: list[str] | None) -> None:
    expected = ["10.1021/np1", "10.1016/s0040-4020(01)80000-1"] if dois is None else dois
    assert dois_within(text) == expected


def test_a_doi_in_a_reference_is_a_doi_and_the_reference_stays() -> None:
    fields = {"smiles": "C", "Reference": "Org. Lett. 2, 1 doi:10.1000/B", "DOI": "10.1000/a"}
    parted = part_fields(fields, find_roles(fields, {}))
    assert parted.lists == {
        "dois": ("10.1000/a", "10.1000/b"),
        "references": ("Org. Lett. 2, 1 doi:10.1000/B",),
    }


FIELDS = {
    "Name": "aplysin <i>A</i>",
    "Compound": "old name; older name",
    "Synonyms": "older name | aplysin A",
    "Organism": "Aplysia; <i>Laurencia</i> sp.",
    "Genus": "Conus",
    "Species": "magus",
    "DOI": "https://doi.org/10.1000/A",
    "DOI_No2": "J. Nat. Prod.",
    "DOI_No3": "N/A",
    "Reference": "Smith &amp; al., 2012; 3",
    "InChIKey": "NCUIESRBHFXRKK-LLEBMXSWSA-N",
    "Formula": "C2H6O",
    "Phylum": "Mollusca",
    "Kingdom": "Animalia",
    "SMILES (canonical)": "OCC",
    "SMILES (isomeric)": "CCO",
    "lab note": " ok ",
    "nothing": " ",
}


def test_fields_of_a_record() -> None:
    parted = part_fields(FIELDS, find_roles(FIELDS, {}))
    assert [structure.text for structure in parted.structures] == ["CCO", "OCC"]
    assert parted.values == {
        "name": "aplysin A",
        "phylum": "Mollusca",
        "stated_inchikey": "NCUIESRBHFXRKK-LLEBMXSWSA-N",
        "stated_formula": "C2H6O",
    }
    assert parted.lists == {
        "synonyms": ("old name", "older name"),
        "organisms": ("Aplysia", "Laurencia sp.", "Conus magus"),
        "dois": ("10.1000/a",),
        "references": ("J. Nat. Prod.", "Smith & al., 2012; 3"),
    }
    assert parted.extra == {"DOI_No3": "N/A", "Kingdom": "Animalia", "lab note": "ok"}
