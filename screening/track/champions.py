"""Who is and was champion: the alias, and beside it the history in the registered model's tags.

The alias is the truth. The tag `champions` lists the versions that were champion, the present one
last, without those that were rolled back; `champion_history` says in words what happened when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from screening.track.bundle_fields import RETIRED, STATUS
from screening.track.registry_read import CHALLENGER, CHAMPION, RegisteredVersion, versions_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

_STACK, HISTORY = "champions", "champion_history"
# A database holds 5,000 characters of a tag.
_KEPT_CHAMPIONS = 200
_KEPT_LINES = 40


def champion_of(versions: Sequence[RegisteredVersion]) -> RegisteredVersion | None:
    """The version with the alias `champion`."""
    return next((one for one in versions if CHAMPION in one.aliases), None)


def crown(
    client: MlflowClient, challenger: RegisteredVersion, champion: RegisteredVersion | None
) -> None:
    """Make a version champion; only within a turn (`turns.my_turn`), and as both were read in it.

    The alias is set in one request: whenever this is killed, there is one champion.
    """
    name = challenger.name
    stack = [*_stack(client, name, champion), challenger.version]
    over = f" over {champion.version}" if champion else ""
    _set_champion(client, challenger, stack, f"promoted {challenger.version}{over}")
    if champion:
        client.set_model_version_tag(name, str(champion.version), STATUS, RETIRED)
    if CHALLENGER in challenger.aliases:
        client.delete_registered_model_alias(name, CHALLENGER)


def uncrown(client: MlflowClient, champion: RegisteredVersion) -> RegisteredVersion | None:
    """Make the previous champion champion again; only within a turn. None: there is none."""
    name = champion.name
    there = {one.version: one for one in versions_of(client, name)}
    # One that was deleted in MLflow cannot come back.
    stack = [number for number in _stack(client, name, champion) if number in there]
    if len(stack) < 2:
        return None
    previous = there[stack[-2]]
    event = f"rolled back from {champion.version} to {previous.version}"
    _set_champion(client, previous, stack[:-1], event)
    number = str(champion.version)
    client.set_model_version_tag(name, number, STATUS, RETIRED)
    client.set_model_version_tag(name, number, "rolled_back_at", now())
    return previous


def history(client: MlflowClient, name: str) -> list[str]:
    """What happened to the champions of a name, a line each, the last one last."""
    text: str = client.get_registered_model(name).tags.get(HISTORY, "")
    return text.splitlines()


def now() -> str:
    """The time in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _set_champion(
    client: MlflowClient, version: RegisteredVersion, stack: Sequence[int], event: str
) -> None:
    name, number = version.name, str(version.version)
    lines = [*history(client, name), f"{now()} {event}"][-_KEPT_LINES:]
    kept = " ".join(map(str, stack[-_KEPT_CHAMPIONS:]))
    client.set_registered_model_tag(name, _STACK, kept)
    client.set_registered_model_alias(name, CHAMPION, number)
    client.set_registered_model_tag(name, HISTORY, "\n".join(lines))
    client.set_model_version_tag(name, number, STATUS, CHAMPION)
    client.set_model_version_tag(name, number, "champion_since", now())


def _stack(client: MlflowClient, name: str, champion: RegisteredVersion | None) -> list[int]:
    """The champions up to the present one, mended where a kill or a hand in MLflow left it."""
    if champion is None:
        return []
    text = client.get_registered_model(name).tags.get(_STACK, "")
    stack = [int(number) for number in text.split() if number.isdecimal()]
    while stack and stack[-1] != champion.version:
        stack.pop()
    return stack or [champion.version]
