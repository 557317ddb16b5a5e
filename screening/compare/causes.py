"""Why a structure stands elsewhere than in the screen before."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening.core.history import ScreenState

# Effects below this are not told: two decimals are shown.
TOLD = 0.005
# The causes, in the order in which they are listed.
CAUSES = ("library", "model", "settings", "code")
N_TOLD = 3
# Settings that judge a prediction, whatever its objective.
_JUDGING = ("profile", "caution", "out_of_domain_factor")
_MEASURED = ("value", "std", "domain")
_Part = Mapping[str, Any]
_Key = tuple[str, str, str, int]


@dataclass(frozen=True)
class Difference:
    """One objective's part in a changed score.

    Parameters
    ----------
    group : the wish that the objective shares with others; empty where it stands alone.
    effect : change of the logarithm of the score.
    cause : model, settings or code.
    words : what changed, in words.
    """

    group: str
    effect: float
    cause: str
    words: str


class Causes:
    """Finds the causes of what changed between two states.

    Parameters
    ----------
    now, before : the states.
    """

    def __init__(self, now: ScreenState, before: ScreenState) -> None:
        self._now, self._before = now, before
        self._objectives = (
            _keyed(now.settings.get("objectives") or ()),
            _keyed(before.settings.get("objectives") or ()),
        )
        possible = {
            "model": self._model_changed({*now.models, *before.models}),
            "settings": self._judging_changed() or self._objectives[0] != self._objectives[1],
        }
        # What may have rescored the others, where a structure's own score is unchanged.
        self._possible = [cause for cause, is_so in possible.items() if is_so] or ["code"]

    def of(self, row: Mapping[str, Any]) -> tuple[list[str], str]:
        """Causes and reason of one row of `compare.joined.compared_rows`."""
        if row["previous_rank"] is None:
            return ["library"], "not in the screen before"
        if row["rank"] is None:
            return ["library"], "no longer in the library"
        moved = row["rank"] - row["previous_rank"]
        by_library = row["n_entered"] - row["n_left"]
        causes, told = self._of_score(row)
        if not causes and moved:
            told.append("own score unchanged")
            if moved != by_library:
                causes.update(self._possible)
                told.append(f"others were scored anew ({', '.join(self._possible)})")
        if by_library:
            causes.add("library")
            told.append(_neighbours(row["n_entered"], row["n_left"]))
        return [cause for cause in CAUSES if cause in causes], "; ".join(told)

    def _of_score(self, row: Mapping[str, Any]) -> tuple[set[str], list[str]]:
        """Causes of the structure's own changed score, and the largest of them in words."""
        if row["score"] == row["previous_score"]:
            return set(), []
        found = _grouped(self._differences(row))
        found.sort(key=lambda one: (-abs(one.effect), one.words))
        told = [one.words for one in found if abs(one.effect) >= TOLD][:N_TOLD]
        words = f"score {row['previous_score']:.3f} → {row['score']:.3f}"
        if told:
            words += f": {', '.join(told)}"
        return {one.cause for one in found} or {"code"}, [words]

    def _differences(self, row: Mapping[str, Any]) -> Iterable[Difference]:
        now, before = _parts(row["contributions"]), _parts(row["previous_contributions"])
        groups = _members(now.values())
        for key in {**now, **before}:
            new, old = now.get(key), before.get(key)
            effect = (new or {"effect": 0.0})["effect"] - (old or {"effect": 0.0})["effect"]
            if not effect:
                continue
            if new is None or old is None:
                what = "no longer" if new is None else "newly"
                words = f"{(new or old or {})['label']} {what} judged ({_signed(effect)})"
                yield Difference("", effect, "settings", words)
                continue
            for cause in self._causes_of_part(key, groups, new, old):
                words = _tell(cause, new, old, effect)
                yield Difference(new["group"], effect, cause, words)

    def _causes_of_part(
        self, key: _Key, groups: Mapping[str, set[str]], new: _Part, old: _Part
    ) -> list[str]:
        causes = []
        if any(new.get(key) != old.get(key) for key in _MEASURED):
            named = [name for name in (new["column"], new.get("over")) if name]
            columns = set().union(*(groups.get(name, {name}) for name in named))
            causes.append("model" if self._model_changed(columns) else "code")
        if self._settings_changed(key) or new["share"] != old["share"]:
            causes.append("settings")
        return causes or ["code"]

    def _model_changed(self, columns: Iterable[str]) -> bool:
        now, before = self._now.models, self._before.models
        return any(
            now.get(column, {}).get("digest") != before.get(column, {}).get("digest")
            for column in columns
        )

    def _settings_changed(self, key: _Key) -> bool:
        now, before = self._objectives
        return now.get(key) != before.get(key) or self._judging_changed()

    def _judging_changed(self) -> bool:
        now, before = self._now.settings, self._before.settings
        return any(now.get(key) != before.get(key) for key in _JUDGING)


def _grouped(differences: Iterable[Difference]) -> list[Difference]:
    """The differences; those of one group with one cause as one."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for number, one in enumerate(differences):
        groups.setdefault((one.group or f"\0{number}", one.cause), []).append(one)
    return [
        its[0] if len(its) == 1 else _sum(group, cause, its)
        for (group, cause), its in groups.items()
    ]


def _sum(group: str, cause: str, its: Sequence[Difference]) -> Difference:
    effect = math.fsum(one.effect for one in its)
    return Difference(group, effect, cause, f"{group} ({_signed(effect)}; {cause})")


def _keyed(wishes: Iterable[_Part]) -> dict[_Key, _Part]:
    """Objectives, or parts of a score, by what they judge; what is judged twice is numbered."""
    found: dict[_Key, _Part] = {}
    for one in wishes:
        what = (one["column"], one.get("over", ""), one["group"])
        number = sum(key[:-1] == what for key in found)
        found[(*what, number)] = one
    return found


def _parts(text: str | None) -> dict[_Key, _Part]:
    return _keyed(json.loads(text or "[]"))


def _members(parts: Iterable[_Part]) -> dict[str, set[str]]:
    """The columns of each group: an objective may judge a group's mean."""
    members: dict[str, set[str]] = {}
    for part in parts:
        if part["group"]:
            members.setdefault(part["group"], set()).add(part["column"])
    return members


def _tell(cause: str, new: Mapping[str, Any], old: Mapping[str, Any], effect: float) -> str:
    """Such as ``hERG block 0.61 → 0.32 (+0.11; model)``, or the label alone for settings."""
    what = str(new["label"])
    if new["value"] != old["value"]:
        what += f" {_number(old['value'])} → {_number(new['value'])}"
    elif new["domain"] != old["domain"]:
        what += f" {old['domain']} → {new['domain']} of domain"
    return f"{what} ({_signed(effect)}; {cause})"


def _number(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3g}"


def _signed(effect: float) -> str:
    return f"{effect:+.2f}".replace("-", "−")


def _neighbours(n_entered: int, n_left: int) -> str:
    told = [f"{n:,} {what}" for n, what in ((n_entered, "entered"), (n_left, "left")) if n]
    return f"{' and '.join(told)} above it"
