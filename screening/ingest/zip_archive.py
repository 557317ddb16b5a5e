"""Zip archives: their members are read as streams, and nothing is unpacked to disk.

Limits: an archive that claims to unpack to more than 200 times its size is taken for a bomb. Text
of structures packs to a fifth or a tenth; deflate itself reaches about 1,032 (zlib, "technical
details").
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from screening.core.errors import InputError

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
MAX_MEMBERS = 1_000_000
MAX_RATIO = 200
# Below this size, unpacked, no ratio does harm.
HARMLESS_BYTES = 256 << 20
_ENCRYPTED = 0x1
# What zipfile and the unpackers under it raise on a damaged archive, beside OSError.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    NotImplementedError,
)


class OpenArchive:
    """The one archive of a library that is open; a system lets a process open some 1,000 files.

    It stays open while its members are read one after another, since opening it reads its whole
    directory.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._zip: zipfile.ZipFile | None = None

    def of(self, path: Path) -> zipfile.ZipFile:
        """This archive, opened; the one before is closed."""
        if self._zip is None or self._path != path:
            self.close()
            self._zip, self._path = zipfile.ZipFile(path), path
        return self._zip

    def close(self) -> None:
        """Let the file go."""
        if self._zip is not None:
            self._zip.close()
            self._zip = None


class ZipArchive:
    """A zip archive and its members.

    Parameters
    ----------
    path : where it lies.
    opened : holds it open, alone among the archives of the library.
    """

    def __init__(self, path: Path, opened: OpenArchive) -> None:
        self.path = path
        self._opened = opened

    def members(self) -> list[zipfile.ZipInfo]:
        """Its files in the order of their names; folders are left out.

        Raises
        ------
        InputError : it is damaged, encrypted, or would unpack to far more than it is.
        """
        try:
            found = [info for info in self._opened.of(self.path).infolist() if not info.is_dir()]
        # A directory that is nonsense ends in one of these (a nameless member in an IndexError).
        except (*DAMAGE, ValueError, IndexError, OSError) as problem:
            raise self._damaged(problem) from None
        self._refuse_bomb(found)
        for info in found:
            if info.flag_bits & _ENCRYPTED:
                raise InputError(
                    f"{self.path}: {info.filename} is encrypted", "pack it without a password"
                )
        return sorted(found, key=lambda info: info.filename.split("/"))

    def open(self, member: zipfile.ZipInfo) -> BinaryIO:
        """The unpacked bytes of a member, as a stream.

        Raises
        ------
        InputError : the member's header is damaged, or it is packed in an unknown way.
        """
        try:
            return cast(BinaryIO, self._opened.of(self.path).open(member))
        except (*DAMAGE, ValueError, RuntimeError, OSError) as problem:
            raise self._damaged(problem, member.filename) from None

    def _damaged(self, problem: Exception, member: str = "") -> InputError:
        where = f"{self.path}: {member}" if member else str(self.path)
        reason = " ".join(str(problem).split())[:120] or type(problem).__name__
        return InputError(
            f"{where}: the zip archive cannot be read ({reason})", "pack or download it again"
        )

    def _refuse_bomb(self, found: list[zipfile.ZipInfo]) -> None:
        if len(found) > MAX_MEMBERS:
            raise InputError(
                f"{self.path}: {len(found):,} files in one archive",
                f"pack at most {MAX_MEMBERS:,}, or use one SDF",
            )
        unpacked = sum(info.file_size for info in found)
        if unpacked > max(HARMLESS_BYTES, MAX_RATIO * self.path.stat().st_size):
            raise InputError(
                f"{self.path}: would unpack to {unpacked:,} bytes, over {MAX_RATIO} times its size",
                "give the files unpacked if that is right",
            )
