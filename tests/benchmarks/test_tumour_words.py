"""What activity texts say of tumour cells, on texts of CMNPD's kind."""

from __future__ import annotations

import pytest
from tumour_words import ACTIVE, INACTIVE, MIXED, UNSTATED, WEAK, verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cytotoxic", ACTIVE),
        ("antifungal | cytotoxic", ACTIVE),
        ("Cytotox. 3 HTCLs", ACTIVE),
        ("potent antitumour agent", ACTIVE),
        ("inhibitors of HCT-116 cells", ACTIVE),
        ("low micromolar cytotoxicity towards human tumour cell lines", ACTIVE),
        ("cytotox. vs 3 HTCLs | mod. radical scavenging activity (DPPH)", ACTIVE),
        ("potent cytotox. vs. 2 HTCLs, weak AB activ.", ACTIVE),
        ("mildly cytotoxic", WEAK),
        ("mod. activity vs 2 HTCL, inactive vs 6 microbial strains", WEAK),
        ("low cytotoxicity against HTCL", WEAK),
        ("poorly cytotoxic with some examples exhibiting strong antifouling activity", WEAK),
        ("IA vs 4 HTCLs", INACTIVE),
        ("IA vs 5 HTCLs, 10 bact. strains, 2 viruses and barnacle larvae", INACTIVE),
        ("Not cytotox.", INACTIVE),
        ("non-cytotoxic", INACTIVE),
        ("No AB or cytotox. activ. detected", INACTIVE),
        ("potent α-glucosidase inhib. | no cytotox. vs 2 HTCL", INACTIVE),
        ("mod. activ. vs 1 HTCL | IA vs 3 HTCLs", MIXED),
        ("None or weak cytotox.", MIXED),
        ("", UNSTATED),
        ("antibacterial", UNSTATED),
        ("IA vs 3 bact.", UNSTATED),
        ("no cytotox. to norm. hum. cell line", UNSTATED),
        ("cytotoxic to brine shrimp", UNSTATED),
        ("inhibitor of NF-κB in RAW264.7 cells", UNSTATED),
        ("potent tumour promoter", UNSTATED),
        ("NT vs. 3 HTCLs", UNSTATED),
        ("mixt. potent activ. vs 2 HTCLs", UNSTATED),
    ],
)
def test_a_text(text: str, expected: str) -> None:
    assert verdict([text]) == expected


def test_nitric_oxide_is_no_negation() -> None:
    assert verdict(["cytotoxic, NO dependent"]) == ACTIVE


def test_texts_of_one_structure_speak_together() -> None:
    assert verdict(["mildly cytotoxic", "cytotoxic"]) == ACTIVE
    assert verdict(["cytotoxic", "IA vs 1 HTCL"]) == MIXED
    assert verdict(["antifungal", ""]) == UNSTATED
    assert verdict([]) == UNSTATED
