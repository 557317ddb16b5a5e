"""What must hold of the reading of organism names, whatever a source writes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core.organism_names import OrganismName, clean, mentions, readings, split_organisms
from screening.curate.marine import VERDICTS, Matcher
from screening.curate.taxa import Taxa
from screening.curate.taxa_rows import Taxon

unhurried = settings(deadline=None)
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12).filter(
    lambda word: word not in {"species", "indet", "forma", "subsp", "subvar", "conf", "prope"}
)
ENDINGS = ["", " Linnaeus, 1758", " (Linnaeus, 1758)", " CNB-392", " sp. nov.", " 53789"]


@unhurried
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for part in split_organisms(text):
        assert part == " ".join(part.split())
        readings(part)
    list(mentions(clean(text)))
    matcher = Matcher(Taxa([Taxon("Mya arenaria", 7, frozenset({"Marine"}))]))
    assert matcher.judge([text]).verdict in VERDICTS


@unhurried
@given(
    st.permutations([("Mya arenaria", "Marine"), ("Taxus baccata", "Terrestrial")]),
    st.sampled_from(ENDINGS[:4]),
    st.sampled_from(["; ", " | ", ", ", " and ", " & ", " / ", "/", " + ", " with ", " from "]),
)
def test_two_organisms_count_however_they_are_parted(
    organisms: list[tuple[str, str]], ending: str, parting: str
) -> None:
    taxa = Taxa([Taxon(name, len(name), frozenset({where})) for name, where in organisms])
    text = parting.join(name + ending for name, _ in organisms)
    found = Matcher(taxa).judge([text])
    assert (found.verdict, found.aphia_ids) == ("marine and other", (12, 13))


@unhurried
@given(words, words, st.sampled_from(ENDINGS), st.booleans())
def test_a_species_is_found_however_it_is_dressed(
    genus: str, species: str, ending: str, markup: bool
) -> None:
    name = f"{genus.capitalize()} {species}"
    dressed = (f"<i>{name}</i>" if markup else name) + ending
    taxa = Taxa([Taxon(name, 7, frozenset({"Marine"}))])
    read = [OrganismName(one.genus, one.species) for one in readings(clean(dressed))]
    assert OrganismName(genus, species) in read
    found = Matcher(taxa).judge([dressed])
    assert (found.verdict, found.aphia_ids) == ("marine", (7,))
