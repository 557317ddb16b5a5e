"""The books of a screen: records = compounds + rejects, and compounds share structures."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.tables import Tables

# The picture of the flow, in its own units.
WIDTH, HEIGHT = 900, 190
_TOP, _BAR, _THICK, _GAP = 8, 130, 14, 24
# A bar thinner than this cannot be seen.
_THIN = 3.0
_COLUMNS = (0, 330, 660)


@dataclass(frozen=True)
class Block:
    """One bar of the flow: a place, a number and what is counted."""

    x: float
    y: float
    height: float
    n: int
    singular: str
    plural: str
    kind: str


@dataclass(frozen=True)
class Books:
    """What became of the records, in numbers.

    Parameters
    ----------
    n_compounds, n_rejects, n_structures : rows of the tables; records are the first two together.
    """

    n_compounds: int
    n_rejects: int
    n_structures: int

    @property
    def n_records(self) -> int:
        """Records read."""
        return self.n_compounds + self.n_rejects

    @property
    def n_merged(self) -> int:
        """Compounds that share the structure of an earlier one."""
        return self.n_compounds - self.n_structures

    def blocks(self) -> list[Block]:
        """The bars of the flow, from the left: records, then their two parts, then structures."""
        [records, compounds, rejects, structures, merged] = [
            _height(n, self.n_records)
            for n in (
                self.n_records,
                self.n_compounds,
                self.n_rejects,
                self.n_structures,
                self.n_merged,
            )
        ]
        below = _TOP + compounds + _GAP if self.n_compounds else _TOP
        beside = _TOP + structures + _GAP if self.n_structures else _TOP
        first, second, third = _COLUMNS
        blocks = [
            Block(first, _TOP, records, self.n_records, "record", "records", "read"),
            Block(second, _TOP, compounds, self.n_compounds, "compound", "compounds", "good"),
            Block(second, below, rejects, self.n_rejects, "reject", "rejects", "bad"),
            Block(
                third,
                _TOP,
                structures,
                self.n_structures,
                "distinct structure",
                "distinct structures",
                "good",
            ),
            Block(
                third, beside, merged, self.n_merged, "merged duplicate", "merged duplicates", "dim"
            ),
        ]
        return [block for block in blocks if block.n]

    def bands(self) -> list[tuple[str, str]]:
        """The bands between the bars: (SVG path, kind)."""
        blocks = self.blocks()
        bands = []
        for left, right in ((_COLUMNS[0], _COLUMNS[1]), (_COLUMNS[1], _COLUMNS[2])):
            source = next((block for block in blocks if block.x == left), None)
            start = float(_TOP)
            for block in blocks:
                if block.x != right or source is None:
                    continue
                bands.append((_band(source.x + _THICK, start, block), block.kind))
                start += block.height
        return bands


def count_books(tables: Tables) -> Books:
    """Count compounds, rejects and structures."""
    numbers = [
        tables.one(f"SELECT count(*) FROM {name}")[0]
        for name in ("compounds", "rejects", "structures")
    ]
    return Books(*numbers)


def _height(n: int, of: int) -> float:
    return max(_THIN, _BAR * n / of) if n else 0.0


def _band(x: float, y: float, block: Block) -> str:
    """A band of the block's height from (x, y) to the block, bent in the middle."""
    middle, low = (x + block.x) / 2, y + block.height
    end = block.y + block.height
    return (
        f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {block.y:.1f} {block.x:.1f} "
        f"{block.y:.1f}V{end:.1f}C{middle:.1f} {end:.1f} {middle:.1f} {low:.1f} {x:.1f} {low:.1f}Z"
    )
