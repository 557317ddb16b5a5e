"""Judgements kept with a version: the last one as tags, and all as artifacts of its run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.errors import InputError
from screening.core.judgement import Judgement
from screening.track.away import store_errors
from screening.track.champions import now
from screening.track.fields import one_line
from screening.track.judgement_fields import judgement_markdown
from screening.track.registry_read import RegisteredVersion
from screening.track.store import Store, open_store

if TYPE_CHECKING:
    from mlflow import MlflowClient

_FOLDER = "judgements"
_SUMMARY_CHARS = 1_000


def keep_judgement(
    client: MlflowClient,
    version: RegisteredVersion,
    champion: RegisteredVersion | None,
    judgement: Judgement,
) -> None:
    """Keep what the gate says of a version against the champion; None: against the base value."""
    time = now()
    against = f"version {champion.version}" if champion else "the base value"
    # By their names they stand in the order of time.
    place = f"{_FOLDER}/{time.replace(':', '')}-against-{against.replace(' ', '-')}"
    client.log_text(version.run_id, judgement.to_json(), f"{place}.json")
    client.log_text(version.run_id, judgement_markdown(judgement), f"{place}.md")
    for key, value in (
        ("judgement", one_line(judgement.title, _SUMMARY_CHARS)),
        ("judged_against", against),
        ("judged_at", time),
    ):
        client.set_model_version_tag(version.name, str(version.version), key, value)


def promoting_judgement(store: Store, version: RegisteredVersion) -> Judgement:
    """The last judgement by which a version became champion.

    Raises
    ------
    InputError : there is none: somebody set the alias by hand.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    client = open_store(store.uri)
    with store_errors(store.uri), tempfile.TemporaryDirectory() as scratch:
        kept = [one.path for one in client.list_artifacts(version.run_id, _FOLDER)]
        for path in sorted((path for path in kept if path.endswith(".json")), reverse=True):
            file = Path(client.download_artifacts(version.run_id, path, scratch))
            judgement = Judgement.from_json(file.read_text(encoding="utf-8"))
            if judgement.promoted:
                return judgement
    raise InputError(
        f"version {version.version} of {version.name} is the champion without a judgement",
        "take the alias away in MLflow, and let the gate promote it",
    )
