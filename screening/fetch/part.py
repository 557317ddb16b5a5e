"""The part of a file that has come so far, kept between attempts and between calls."""

from __future__ import annotations

from pathlib import Path


class Part:
    """A growing file, with the entity tag of the server's version beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tag = path.with_name(path.name + ".etag")

    @property
    def size(self) -> int:
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.exists() else 0

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the rest of this very version, or else for the whole."""
        if not self.size:
            return {}
        headers = {"Range": f"bytes={self.size}-"}
        if self._tag.exists():
            headers["If-Range"] = self._tag.read_text(encoding="latin-1")
        return headers

    def begin(self, tag: str) -> None:
        """Note the entity tag of a version of which nothing has come yet.

        Only a strong tag promises the same bytes (RFC 9110, 8.8.3).
        """
        if tag.startswith('"'):
            self._tag.write_text(tag, encoding="latin-1")
        else:
            self._tag.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget all that has come."""
        self.path.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)

    def hand_over(self, target: Path) -> None:
        """Move the whole file to `target`."""
        self.path.replace(target)
        self._tag.unlink(missing_ok=True)
