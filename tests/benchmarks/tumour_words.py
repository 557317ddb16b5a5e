"""What CMNPD's activity texts say of tumour cells, by the rules of `tumour_words.tsv`.

A text is divided into clauses. A clause that names tumour lines, or speaks of tumour cells or
cytotoxicity and of no other assay, is a finding: negated, weak, or else active. Nothing said is
not inactive.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

RULES = Path(__file__).with_name("tumour_words.tsv")
ACTIVE, WEAK, INACTIVE, MIXED, UNSTATED = "active", "weak", "inactive", "mixed", "unstated"
# Where one finding ends: CMNPD's bar, a semicolon, and what opens a contrary one. A full stop
# alone ends nothing, since the texts abbreviate ("mod. cytotox. vs. 1 HTCL").
_CLAUSES = re.compile(
    r"\s\|\s|;|\bbut\b|\byet\b|\bwhile\b|[.,]\s+(?=(?:[Nn]ot?|Non|IA|[Ii]nactive|[Ww]eak|[Mm]od)\b)"
)


def read_rules() -> dict[str, re.Pattern[str]]:
    """One pattern a kind: `tumour`, `lines`, `elsewhere`, `unclear`, `negated`, `weak`."""
    with RULES.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    kinds = dict.fromkeys(row["kind"] for row in rows)
    return {
        kind: re.compile("|".join(row["pattern"] for row in rows if row["kind"] == kind))
        for kind in kinds
    }


_PATTERNS = read_rules()


def finding(clause: str) -> str:
    """Active, weak, inactive, mixed or unstated."""
    said = {kind for kind, pattern in _PATTERNS.items() if pattern.search(clause)}
    is_told = "lines" in said or ("tumour" in said and "elsewhere" not in said)
    if not is_told or "unclear" in said:
        return UNSTATED
    if {"negated", "weak"} <= said:
        return MIXED
    return INACTIVE if "negated" in said else WEAK if "weak" in said else ACTIVE


def verdict(texts: Iterable[str]) -> str:
    """What the texts of one structure say together.

    Active beside weak is active (another cell line, another paper); anything beside inactive is
    mixed, which nobody judges by.
    """
    found = {finding(clause) for text in texts for clause in _CLAUSES.split(text)} - {UNSTATED}
    if not found:
        return UNSTATED
    if found & {INACTIVE, MIXED}:
        return INACTIVE if found == {INACTIVE} else MIXED
    return ACTIVE if ACTIVE in found else WEAK
