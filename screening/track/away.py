"""What is wrong with a store: it cannot be used, or it is a server that is away for now."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from screening.core.addresses import public_uri
from screening.core.errors import ConfigError

CONNECT_TIMEOUT_S = 10
SERVERS = ("http", "https")
REMEDY = "start it, correct tracking.uri or MLFLOW_TRACKING_URI, or set tracking.uri to null"
# Answers below this say that the request was wrong: waiting would not help.
_SERVER_FAULT = 500


class StoreAway(ConfigError):
    """A server does not answer, or not as it should; a screen need not wait for it."""


@contextmanager
def store_errors(uri: str) -> Iterator[None]:
    """Turn what MLflow, its database and the network say of an unusable store into one line.

    Raises
    ------
    StoreAway : a server that cannot be reached, or that fails.
    ConfigError : any other store, or a server that refuses.
    """
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, RequestException) as problem:
        said = str(problem).splitlines()[0][:200]
        kind = StoreAway if is_server(uri) and _is_away(problem) else ConfigError
        raise kind(f"MLflow store {public_uri(uri)}: {said}", REMEDY) from problem


def check_reachable(uri: str) -> None:
    """Try a server's port first: MLflow itself would go on trying for minutes.

    Raises
    ------
    StoreAway : nobody answers.
    """
    if not is_server(uri):
        return
    parts = urlsplit(uri)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=CONNECT_TIMEOUT_S):
            return
    except (OSError, UnicodeError) as problem:
        said = getattr(problem, "strerror", None) or problem
        raise StoreAway(f"no MLflow server answers at {public_uri(uri)} ({said})", REMEDY) from None


def is_server(uri: str) -> bool:
    """Whether the address is that of a server, not of a database."""
    return urlsplit(uri).scheme in SERVERS


def _is_away(problem: Exception) -> bool:
    """Whether the server failed, rather than refused the request."""
    from mlflow.exceptions import MlflowException

    if isinstance(problem, MlflowException):
        return bool(problem.get_http_status_code() >= _SERVER_FAULT)
    answer = getattr(problem, "response", None)
    return answer is None or answer.status_code >= _SERVER_FAULT
