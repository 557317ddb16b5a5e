from __future__ import annotations

import pytest

from screening.curate.approved_drugs import ApprovedDrugs, drugs_by_key

CYTARABINE = "UHDGCWIWMRVCDJ-CCXZUQQUSA-N"
CYTIDINE = "UHDGCWIWMRVCDJ-XVFCMESISA-N"
FLAT = "UHDGCWIWMRVCDJ-UHFFFAOYSA-N"


@pytest.fixture(scope="module")
def drugs() -> ApprovedDrugs:
    return drugs_by_key()


@pytest.mark.parametrize(
    ("structure_id", "stereo", "reason"),
    [
        (CYTARABINE, "defined", "approved drug: cytarabine (CHEMBL803, 1969)"),
        (
            CYTIDINE,
            "defined",
            "stereoisomer of an approved drug: cytarabine (CHEMBL803, 1969)",
        ),
        (
            FLAT,
            "undefined",
            "approved drug or its stereoisomer, not fully drawn: cytarabine (CHEMBL803, 1969)",
        ),
        ("ZUFQODAHGAHPFQ-UHFFFAOYSA-X", "none", None),
    ],
)
def test_why_a_structure_is_flagged(
    drugs: ApprovedDrugs, structure_id: str, stereo: str, reason: str | None
) -> None:
    assert drugs.reason(structure_id, stereo) == reason


def test_salts_of_one_drug_are_told_in_short(drugs: ApprovedDrugs) -> None:
    keys = [key for key, names in drugs.by_key.items() if len(names) > 4]
    assert keys
    told = drugs.reason(keys[0], "defined")
    assert told is not None
    assert told.endswith(f" and {len(drugs.by_key[keys[0]]) - 3} more")


def test_marine_drugs_are_among_them(drugs: ApprovedDrugs) -> None:
    named = " ".join(name for names in drugs.by_key.values() for name in names)
    for drug in ("trabectedin", "eribulin", "lurbinectedin", "vidarabine", "nelarabine"):
        assert f"{drug} (" in named
