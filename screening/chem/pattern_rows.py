"""Which patterns find all the features they need, told for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from screening.chem.pattern_needs import GroupNeeds


class PatternRows:
    """The features that the patterns of some groups need, a row of bits for each.

    Most rows lack the same few features in most molecules. So each is first asked for the word of
    64 features that it lacked some of last time, and only where it has them for all the others.

    Parameters
    ----------
    groups : name → what its patterns need.
    n_words : 64-bit words of a row.
    """

    def __init__(self, groups: Mapping[str, GroupNeeds], n_words: int) -> None:
        bits = b"".join(
            row.to_bytes(8 * n_words, "little") for group in groups.values() for row in group.rows
        )
        self._rows = np.frombuffer(bits, np.uint64).reshape(-1, n_words)
        self._watched = np.zeros(len(self._rows), dtype=np.int64)
        self._needed_there = self._rows[:, 0].copy()
        self._patterns: dict[int, tuple[str, int]] = {}
        self._choices: dict[int, list[list[set[int]]]] = {}
        first = 0
        for name, group in groups.items():
            self._patterns |= {first + number: (name, number) for number in range(group.n_patterns)}
            for number, choices in group.choices.items():
                self._choices[first + number] = [
                    [{first + row for row in both} for both in either] for either in choices
                ]
            first += len(group.rows)
        self._names = tuple(groups)

    def candidates(self, lacking: NDArray[np.uint64]) -> dict[str, list[int]]:
        """Patterns of each group that may match, by number, ascending; the others do not.

        Parameters
        ----------
        lacking : (n_words,) uint64, bits of the features that the molecule lacks.
        """
        met = self._met(lacking)
        all_met = set(met)
        found: dict[str, list[int]] = {name: [] for name in self._names}
        for row in filter(self._patterns.__contains__, met):
            choices = self._choices.get(row)
            if choices and not all(any(both <= all_met for both in either) for either in choices):
                continue
            name, number = self._patterns[row]
            found[name].append(number)
        return found

    def _met(self, lacking: NDArray[np.uint64]) -> list[int]:
        """Rows that lack nothing, ascending."""
        open_rows = np.flatnonzero((lacking[self._watched] & self._needed_there) == 0)
        lacked = self._rows[open_rows] & lacking
        words = (lacked != 0).argmax(axis=1)
        is_met = lacked[np.arange(len(words)), words] == 0
        unmet, words = open_rows[~is_met], words[~is_met]
        self._watched[unmet] = words
        self._needed_there[unmet] = self._rows[unmet, words]
        found: list[int] = open_rows[is_met].tolist()
        return found
