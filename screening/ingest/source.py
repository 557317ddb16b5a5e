"""One file of a library: what kind it is, and how its bytes are read."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from screening.core.errors import InputError
from screening.ingest.zip_archive import DAMAGE, HARMLESS_BYTES, MAX_RATIO, ZipArchive

Kind = Literal["smiles", "inchi", "table", "sdf", "molfile", "text", "workbook", "parquet"]

# File ending → kind. `text` is a table if its first line is a header with a structure column,
# otherwise a SMILES file.
KINDS: dict[str, Kind] = {
    ".smi": "smiles",
    ".smiles": "smiles",
    ".cxsmiles": "smiles",
    ".cxsmi": "smiles",
    ".ism": "smiles",
    ".inchi": "inchi",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".sdf": "sdf",
    ".sd": "sdf",
    ".mol": "molfile",
    ".txt": "text",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_GZIP_MAGIC = b"\x1f\x8b"
_SPOOL_BYTES = 16 << 20
_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a library, on disk or inside a zip archive.

    Parameters
    ----------
    path : where it lies; for a member, where the archive lies.
    label : what the tables call it: its file name, with as much of its folder as tells it apart.
    kind : how its content is read.
    gzipped : whether its bytes are packed with gzip.
    named : the path that the user named: the file itself, or the folder or archive around it.
    archive, member : the zip archive that it is in, and its entry there.
    """

    path: Path
    label: str
    kind: Kind
    gzipped: bool
    named: Path | None = None
    archive: ZipArchive | None = None
    member: zipfile.ZipInfo | None = None

    @property
    def where(self) -> str:
        """The file as errors name it."""
        return f"{self.path}: {self.member.filename}" if self.member else str(self.path)

    @property
    def stem(self) -> str:
        """Its file name without the endings."""
        name = PurePosixPath(self.label).name
        plain = name[:-3] if name.lower().endswith(".gz") else name
        return PurePosixPath(plain).stem

    @property
    def packing(self) -> str:
        """How its bytes are packed, in words."""
        ways = ["zip"] * (self.member is not None) + ["gzip"] * self.gzipped
        return ", ".join(ways) or "none"

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The unpacked bytes, from the beginning.

        Raises
        ------
        InputError : the file cannot be opened, or its packing is cut or damaged.
        """
        try:
            with self._packed() as packed:
                if self.gzipped:
                    with gzip.open(packed) as stream:
                        yield cast(BinaryIO, stream)
                else:
                    yield packed
        except EOFError:
            raise InputError(
                f"{self.where}: the {self._wrap()} is truncated", "copy or download it again, whole"
            ) from None
        except (gzip.BadGzipFile, zlib.error, *DAMAGE) as problem:
            raise InputError(
                f"{self.where}: the {self._wrap()} is damaged ({problem})",
                "copy or download it again",
            ) from None
        except OSError as problem:
            raise InputError(
                f"{self.where}: cannot be read ({problem.strerror or problem})",
                "check the file and its permissions",
            ) from None

    @contextmanager
    def open_seekable(self) -> Iterator[BinaryIO]:
        """The unpacked bytes in a stream that can be wound back; packed ones by a nameless copy.

        Raises
        ------
        InputError : as `open`; or the copy grows to far more than a library does (a bomb).
        """
        if not self.gzipped and self.member is None:
            with self.open() as stream:
                yield stream
            return
        limit, n_bytes = self._copy_limit(), 0
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as copy:
            with self.open() as stream:
                while block := stream.read(_COPY_BYTES):
                    n_bytes += len(block)
                    if n_bytes > limit:
                        raise InputError(
                            f"{self.where}: unpacks to over {MAX_RATIO} times its size",
                            "give the file unpacked if that is right",
                        )
                    copy.write(block)
            copy.seek(0)
            yield cast(BinaryIO, copy)

    def _copy_limit(self) -> int:
        """Bytes that a copy may have: the rule of zip archives, which state their sizes."""
        if self.member is not None and not self.gzipped:
            return self.member.file_size
        packed = self.member.file_size if self.member else self.path.stat().st_size
        return max(HARMLESS_BYTES, MAX_RATIO * packed)

    def _packed(self) -> BinaryIO:
        if self.archive is not None and self.member is not None:
            return self.archive.open(self.member)
        return self.path.open("rb")

    def _wrap(self) -> str:
        return "gzip file" if self.gzipped else "zip archive"


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name; None if it is of no known kind."""
    plain = name[:-3] if name.lower().endswith(".gz") else name
    return KINDS.get(PurePosixPath(plain).suffix.lower())


def is_gzip(head: bytes) -> bool:
    """Whether bytes begin as gzip; the ending of a name is not believed."""
    return head.startswith(_GZIP_MAGIC)
