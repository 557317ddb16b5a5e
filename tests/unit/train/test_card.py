"""The card of a model whose table, columns and units somebody hostile has named."""

from __future__ import annotations

import re

from screening.core.accounting import Cost
from screening.core.bundle import read_manifest
from screening.core.costs import stated_cost
from screening.core.prices import AccountingSettings
from screening.core.provenance import PROJECT
from screening.train.card import render_card

HOSTILE = "IC50 | <img src=x> [a](javascript:b) `c` *d*\n# e"


def test_nothing_that_users_name_is_markup() -> None:
    manifest = read_manifest(PROJECT / "models/adme")
    first, *others = manifest.endpoints
    source = first.sources[0].model_copy(
        update=dict.fromkeys(("table", "column", "citation", "upstream", "licence"), HOSTILE)
    )
    texts = dict.fromkeys(("description", "unit", "direction"), HOSTILE)
    endpoint = first.model_copy(update={**texts, "sources": (source,)})
    training = {**manifest.training, "marine": {**manifest.training["marine"], "library": HOSTILE}}
    update = {"endpoints": (endpoint, *others), "training": training, "description": HOSTILE}
    card = render_card(manifest.model_copy(update={**update, "name": HOSTILE}))

    # Six in its sources and meaning, the library twice, name and description.
    assert card.count("IC50") >= 10
    for found in re.finditer("IC50.*?e(?![a-z])", card):
        assert not re.search(r"(?<!\\)[|`*\[]|<", found.group())
    assert "\n# e" not in card
    # As many cells in every row as in the table's head.
    for table in re.findall(r"(?:^\|.*\n)+", card, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_what_the_training_cost_is_told() -> None:
    manifest = read_manifest(PROJECT / "models/adme")
    cost = stated_cost(
        Cost(seconds=90, peak_memory_mib=812.4, cpu_seconds=120, energy_wh=2.25),
        AccountingSettings(price_per_cpu_hour=0.3, currency="EUR"),
    )
    training = {**manifest.training, "cost": cost}
    card = render_card(manifest.model_copy(update={"training": training}))
    assert ", 120 s of processor time, 812 MiB at most, 2.2 Wh, 0.01 EUR" in card
