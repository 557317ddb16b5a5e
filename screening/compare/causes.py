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
Wish = tuple[str, str, str]
"""Column, what is taken off it, and group of an objective."""


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
        self._objectives = _by_wish(now), _by_wish(before)
        judged = {*self._objectives[0], *self._objectives[1]}
        possible = {
            "model": any(self._model_changed(wish) for wish in judged),
            "settings": any(self._settings_changed(wish) for wish in judged),
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
        for wish in {**now, **before}:
            new, old = now.get(wish), before.get(wish)
            effect = (new or {"effect": 0.0})["effect"] - (old or {"effect": 0.0})["effect"]
            if not effect:
                continue
            if new is None or old is None:
                label, what = (new or old or {})["label"], "no longer" if new is None else "newly"
                yield Difference(
                    "", effect, "settings", f"{label} {what} judged ({_signed(effect)})"
                )
                continue
            for cause in self._causes_of_part(wish, new, old):
                words = _tell(cause, new, old, effect)
                yield Difference(new["group"], effect, cause, words)

    def _causes_of_part(
        self, wish: Wish, new: Mapping[str, Any], old: Mapping[str, Any]
    ) -> list[str]:
        causes = []
        if any(new[key] != old[key] for key in _MEASURED):
            causes.append("model" if self._model_changed(wish) else "code")
        if self._settings_changed(wish) or new["share"] != old["share"]:
            causes.append("settings")
        return causes or ["code"]

    def _model_changed(self, wish: Wish) -> bool:
        """Whether another model predicts what is judged, or what is taken off it."""
        column, over, _ = wish
        named = {column, over}
        members = {
            member
            for of_state in self._objectives
            for member, _, group in of_state
            if group in named
        }
        return any(
            self._now.models.get(one, {}).get("digest")
            != self._before.models.get(one, {}).get("digest")
            for one in (named | members) - {""}
        )

    def _settings_changed(self, wish: Wish) -> bool:
        now, before = self._now.settings, self._before.settings
        return self._objectives[0].get(wish) != self._objectives[1].get(wish) or any(
            now.get(key) != before.get(key) for key in _JUDGING
        )


def _wish(of: Mapping[str, Any]) -> Wish:
    """What an objective or its contribution judges; the columns alone may come up twice."""
    return of["column"], of["over"], of["group"]


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


def _by_wish(state: ScreenState) -> dict[Wish, Any]:
    return {_wish(one): one for one in state.settings.get("objectives") or ()}


def _parts(text: str | None) -> dict[Wish, dict[str, Any]]:
    return {_wish(part): part for part in json.loads(text or "[]")}


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
