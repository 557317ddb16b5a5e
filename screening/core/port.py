"""A port of this machine to serve on."""

from __future__ import annotations

import socket

from screening.core.errors import ScreeningError

HOST = "127.0.0.1"


def check_free(port: int) -> None:
    """Refuse a port that is taken, before a server says so in a traceback.

    Raises
    ------
    ScreeningError : it cannot be used.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise ScreeningError(
                f"port {port} cannot be used ({problem.strerror})", "choose another with --port"
            ) from None
