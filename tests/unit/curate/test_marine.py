from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from screening.curate.marine import NO_TAXA, Matcher, verdict
from screening.curate.taxa import Taxa
from screening.curate.taxa_rows import read_taxa


@pytest.mark.parametrize(
    ("environments", "expected"),
    [
        ({"Marine"}, "marine"),
        ({"Brackish"}, "marine"),
        ({"Marine", "Brackish"}, "marine"),
        ({"Marine", "Freshwater"}, "marine and other"),
        ({"Brackish", "Terrestrial"}, "marine and other"),
        ({"Freshwater", "Terrestrial"}, "not marine"),
        (set(), "unknown"),
    ],
)
def test_the_verdict_on_environments(environments: set[str], expected: str) -> None:
    assert verdict(frozenset(environments)) == expected


@pytest.mark.parametrize(
    ("organism", "expected", "ids"),
    [
        ("Lyngbya majuscula", "marine and other", (660754,)),
        ("<i>Lyngbya majuscula</i> Harvey ex Gomont, 1892", "marine and other", (660754,)),
        ("Salinispora tropica CNB-392", "marine", (396284,)),
        ("Salinispora sp. CNB-476", "marine", (394044,)),
        # A synonym counts under both names, with the AphiaID of the accepted one.
        ("Lyngbya bouillonii", "marine", (1656568,)),
        ("Moorena bouillonii", "marine", (1656568,)),
        # Of a genus all taxa are meant: Aspergillus itself lives everywhere.
        ("Aspergillus sydowii", "marine", (437632,)),
        ("Aspergillus sp. MF-93", "marine and other", (100211,)),
        ("Mycale laxissima", "marine", (168561,)),
        ("Sargassum sagamianum", "marine", (551834,)),
        ("Gadus morhua callarias", "marine", (322689,)),
        ("Gadus morhua kildinensis", "marine", (126436,)),
        ("Dictyota guineensis", "marine", (494913,)),
        ("Sonneratia × hainanensis", "marine", (344710,)),
        # No row of the genus's own: its species speak for it, without an AphiaID.
        ("Micromonospora sp.", "marine", ()),
        ("Microcystis aeruginosa", "not marine", (146558,)),
        ("Cochlearia officinalis L.", "marine and other", (425785,)),
        ("in situ sample: Microcystis aeruginosa bloom, Lake Suwa", "not marine", (146558,)),
        ("Aplysina fistularis", "unknown", (169648,)),
        ("Penicillium chrysogenum", "unknown", ()),
        ("unidentified sponge", "unknown", ()),
    ],
)
def test_one_organism(taxa: Taxa, organism: str, expected: str, ids: tuple[int, ...]) -> None:
    found = Matcher(taxa).judge([organism])
    assert (found.verdict, found.aphia_ids) == (expected, ids)


@pytest.mark.parametrize(
    ("organisms", "expected"),
    [
        (["Salinispora tropica", "Gadus morhua"], "marine"),
        (["Salinispora tropica", "Microcystis aeruginosa"], "marine and other"),
        (["Microcystis aeruginosa", "Microcystis sp."], "not marine"),
        # What is in no table has no say.
        (["Salinispora tropica", "Penicillium chrysogenum"], "marine"),
        (["Salinispora tropica; Microcystis aeruginosa"], "marine and other"),
        (["Salinispora tropica, Microcystis aeruginosa"], "marine and other"),
        (["Microcystis aeruginosa and Salinispora tropica"], "marine and other"),
        (["Salinispora tropica & Microcystis aeruginosa"], "marine and other"),
        (["Salinispora tropica / Microcystis aeruginosa"], "marine and other"),
        (["Salinispora tropica + Microcystis aeruginosa"], "marine and other"),
        (["Microcystis sp. from Salinispora tropica"], "marine and other"),
        # A species that the table has not is its genus, here as among organisms parted by `;`.
        (["Salinispora tropica, Aspergillus niger"], "marine and other"),
        (["Penicillium chrysogenum isolated from Salinispora tropica"], "marine"),
        # A higher taxon before its species only says what it is.
        (["Porifera: Mycale laxissima"], "marine"),
        (["Porifera"], "marine and other"),
        ([], "unknown"),
        (["", " "], "unknown"),
    ],
)
def test_several_organisms(taxa: Taxa, organisms: list[str], expected: str) -> None:
    assert Matcher(taxa).judge(organisms).verdict == expected


@pytest.mark.parametrize(
    ("organism", "line"),
    [
        ("Salinispora tropica", "Salinispora tropica: AphiaID 396284, Marine"),
        (
            "Salinispora tropica CNB-392",
            "Salinispora tropica CNB-392: Salinispora tropica AphiaID 396284, Marine",
        ),
        (
            "Lyngbya bouillonii",
            "Lyngbya bouillonii: AphiaID 613012, accepted as Moorena bouillonii AphiaID 1656568, "
            "Marine",
        ),
        (
            "Salinispora sp.",
            "Salinispora sp: genus Salinispora AphiaID 394044 with 1 of its species, Marine",
        ),
        (
            "Micromonospora sp. M42",
            "Micromonospora sp. M42: genus alone with 1 of its species, Brackish",
        ),
        ("Porifera", "Porifera: higher taxon AphiaID 558, Marine/Brackish/Freshwater"),
        (
            "bloom of Microcystis aeruginosa",
            "bloom of Microcystis aeruginosa: mentions Microcystis aeruginosa AphiaID 146558, "
            "Freshwater",
        ),
        (
            "Aplysina fistularis",
            "Aplysina fistularis: AphiaID 169648, no environment stated",
        ),
        ("Penicillium", "Penicillium: not in the table of taxa"),
    ],
)
def test_a_match_is_told(taxa: Taxa, organism: str, line: str) -> None:
    assert Matcher(taxa).judge([organism]).taxa == (line,)


def test_each_organism_of_one_text_is_told(taxa: Taxa) -> None:
    text = "Salinispora tropica, Microcystis aeruginosa"
    found = Matcher(taxa).judge([text])
    assert found.aphia_ids == (146558, 396284)
    assert found.taxa == (
        f"{text}: Salinispora tropica AphiaID 396284, Marine",
        f"{text}: mentions Microcystis aeruginosa AphiaID 146558, Freshwater",
    )


def test_phyla_come_from_the_table(taxa: Taxa) -> None:
    found = Matcher(taxa).judge(["Salinispora tropica", "Gadus morhua"])
    assert found.phyla == ("Actinomycetota", "Chordata")


def test_without_a_table_the_way_to_one_is_told() -> None:
    found = Matcher(None).judge(["Lyngbya majuscula"])
    assert (found.verdict, found.taxa) == ("unknown", (NO_TAXA,))


def test_a_long_text_is_shown_in_short(taxa: Taxa) -> None:
    (line,) = Matcher(taxa).judge(["x" * 10_000]).taxa
    assert len(line) < 200


def test_the_verdicts_on_a_published_library() -> None:
    """CyanoMetDB 2020 against the WoRMS taxa of MarineNP, both from a local mirror."""
    folder = os.environ.get("SCREENING_MIRROR")
    if not folder:
        pytest.skip("SCREENING_MIRROR names no folder")
    marine = Path(folder) / "marine"
    taxa = Taxa(read_taxa(marine / "worms_marine_taxa.csv"))
    assert taxa.n_taxa == 10_032
    matcher = Matcher(taxa)
    counts: Counter[str] = Counter()
    with (marine / "cyanometdb_2020.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            name = f"{row['Genus'].strip()} {row['Species'].strip()}".strip()
            counts[matcher.judge([name]).verdict] += 1
    assert counts == {"marine and other": 1628, "unknown": 321, "marine": 141}
