"""Parting a record loses no text, and each normal form is its own normal form."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.ingest.dois import dois_within, split_dois
from screening.ingest.markup import plain_text
from screening.ingest.name_lists import split_names
from screening.ingest.parting import Parted, part_fields
from screening.ingest.roles import find_roles
from screening.ingest.table_header import unique_names

HEADERS = [
    *("SMILES (isomeric)", "SMILES (canonical)", "InChI", "molblock", "id", "CID", "name", "title"),
    *("Synonyms", "Alternative names", "organism", "Source organism", "Genus", "Species"),
    *("DOI", "DOI_No2", "reference", "References", "phylum", "Kingdom", "known for", "activity"),
    *("InChIKey", "Formula", "licence", "status", "lab note", "IC50", ""),
]
WORDS = st.sampled_from(
    [
        *("CCO", "InChI=1S/CH4/h1H4", "10.1021/ol901438b", "https://doi.org/10.1000/Ab;2", "N/A"),
        *("(10.1000/y)", "J. Nat. Prod. 2005, 68, 1; doi:10.1021/np5", "nan", "#REF!"),
        *("doi:10.1000/x", "doi", "<i>Lyngbya</i>", "majuscula", "Conus", ";", "|", "\n", ",", " "),
        *(
            "&alpha;",
            "&amp;lt;",
            "<br>",
            "海绵",
            "1,5",
            "M  END",
            "-",
            "10.1002/(SICI)1<1::A>3.0;2-5",
        ),
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FIELD = st.lists(WORDS | TEXT, max_size=5).map("".join)
RECORD = st.lists(st.tuples(st.sampled_from(HEADERS), FIELD), max_size=12)


def words_of(text: str) -> set[str]:
    """What must be found again: the letters and digits, without markup, case and addresses."""
    prefix = re.compile(r"https?://\S*?(?=10\.)|\bdoi(?=\b|10\.)", re.IGNORECASE)
    # What follows `?` or `#` is of the address, not of the DOI.
    text = re.sub(r"(10\.\d{4,9}/[^\s?#]*)[?#]\S*", r"\1 ", text)
    bare = plain_text(prefix.sub(" ", text))
    return set(re.findall(r"[^\W_]+", bare.casefold()))


def everything(parted: Parted) -> str:
    lists = [text for texts in parted.lists.values() for text in texts]
    structures = [structure.text for structure in parted.structures]
    return "\n".join([*structures, *parted.values.values(), *lists, *parted.extra.values()])


@settings(max_examples=400, deadline=None)
@given(RECORD)
def test_no_text_is_lost(record: list[tuple[str, str]]) -> None:
    names = unique_names([name for name, _ in record])
    fields = dict(zip(names, (text for _, text in record), strict=True))
    parted = part_fields(fields, find_roles(names, {}))
    found = everything(parted)
    # Both ways: the lists hold plain text, the extra fields hold it as it was.
    pressed = re.sub(r"[\W_]+", "", f"{found} {plain_text(found)}".casefold())
    for name, text in fields.items():
        if "M  END" in text:  # what follows the end of a molblock is no part of it
            continue
        missing = [word for word in words_of(text) if word not in pressed]
        assert not missing, (name, text, parted)


@settings(max_examples=300, deadline=None)
@given(FIELD)
def test_normal_forms_are_stable(text: str) -> None:
    names = split_names(text)
    dois = [*split_dois(text)[0], *dois_within(text)]
    if "&" in text:  # an entity of an entity takes two steps
        return
    assert [part for name in names for part in split_names(name)] == names
    assert all(split_dois(doi) == ([doi], []) for doi in dois)
    assert all(re.fullmatch(r"10\.\d{4,9}(\.\d+)*/\S+", doi) for doi in dois)
    assert all(doi == doi.lower() for doi in dois)
