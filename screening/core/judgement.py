"""What the gate says of a new version of a model, and the reasons, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Role = Literal["decides", "guards", "shows"]
Outcome = Literal["better", "as good", "worse", "not judged"]


@dataclass(frozen=True)
class ReasonRow:
    """One comparison of the challenger with the champion.

    Parameters
    ----------
    what : the quantity, such as `AUROC`.
    endpoint : its id; empty where all are meant.
    role : `decides` (must be better), `guards` (must not be worse), or `shows`.
    champion, challenger : the quantity of each; None where there is none.
    difference : positive where the challenger is better, whatever the quantity's own direction.
    low, high : ends of the interval of the difference.
    share_better : of the draws, 0 to 1, in which the challenger is better.
    verdict : what follows from the interval.
    reason : in a sentence.
    """

    what: str
    endpoint: str
    role: Role
    champion: float | None
    challenger: float | None
    difference: float | None
    low: float | None
    high: float | None
    share_better: float | None
    verdict: Outcome
    reason: str


@dataclass(frozen=True)
class JudgedBundle:
    """Which bundle was judged. digest : SHA-256 of its `bundle.json`."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True)
class Judgement:
    """The decision of the gate.

    Parameters
    ----------
    promoted : whether the challenger may become champion.
    summary : why, in a sentence.
    rows : the reasons.
    challenger, champion : what was compared; no champion for a first version.
    test_digest : of the fixed test.
    n_structures : of the fixed test that both models were scored on.
    n_not_featurised : of the fixed test that could not be scored.
    n_marine : scored ones that are known marine natural products.
    settings : draws, seed and tolerances.
    """

    promoted: bool
    summary: str
    rows: tuple[ReasonRow, ...]
    challenger: JudgedBundle
    champion: JudgedBundle | None
    test_digest: str
    n_structures: int
    n_not_featurised: int
    n_marine: int
    settings: Mapping[str, float]

    def to_json(self) -> str:
        """All of it, as JSON."""
        content: dict[str, Any] = asdict(self)
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Judgement:
        """Read what `to_json` wrote."""
        content = json.loads(text)
        old = content["champion"]
        content |= {
            "rows": tuple(ReasonRow(**row) for row in content["rows"]),
            "challenger": JudgedBundle(**content["challenger"]),
            "champion": None if old is None else JudgedBundle(**old),
        }
        return cls(**content)

    @property
    def title(self) -> str:
        """The decision in a line."""
        what = "promoted" if self.promoted else "refused"
        return f"{what}: {self.summary}"

    def table(self) -> list[tuple[str, ...]]:
        """The reasons as texts, a header first."""
        return [HEADER, *(_cells(row) for row in self.rows)]

    def terminal_lines(self) -> Iterator[str]:
        """The decision and the table, aligned for a terminal; the reasons of what decides below."""
        table = [row[:-1] for row in self.table()]
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        for row in table:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ""
        for one in self.rows:
            told = one.role == "guards" and one.verdict in ("worse", "not judged")
            if one.role == "decides" or told:
                yield f"{' '.join(filter(None, (one.endpoint, one.what)))}: {one.reason}"
        yield self.title


HEADER = (
    *("what", "endpoint", "role", "champion", "challenger", "difference", "interval"),
    *("draws better", "verdict", "reason"),
)


def _cells(row: ReasonRow) -> tuple[str, ...]:
    interval = "" if row.low is None else f"{signed(row.low)} to {signed(row.high)}"
    share = "" if row.share_better is None else f"{row.share_better:.0%}"
    return (
        *(row.what, row.endpoint or "all", row.role, _number(row.champion)),
        *(_number(row.challenger), signed(row.difference), interval, share),
        *(row.verdict, row.reason),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def signed(value: float | None) -> str:
    """A difference with its sign."""
    return "" if value is None else f"{value:+.3g}"
