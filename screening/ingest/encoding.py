"""The text encoding of a library file, found from all of its bytes.

The order is strict, so that a file is never read two ways: a byte order mark; UTF-8; UTF-16 without
a mark; GB18030; Western (Windows-1252, which holds the letters of Latin-1); what charset-normalizer
takes a sample for. The whole file is read once for this, in blocks, which also finds a cut gzip
file before anything is written.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.core.errors import InputError
from screening.ingest.source import SourceFile

_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# A lead and a continuation byte: what UTF-8 text is full of and other encodings hardly hold.
_UTF8_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")


class Encoding(NamedTuple):
    """A codec that reads the whole file, and whether others would do so too."""

    name: str
    guessed: bool = False


def find_encoding(source: SourceFile, wanted: str | None = None) -> Encoding:
    """A codec that reads the whole file.

    Parameters
    ----------
    source : the file.
    wanted : the encoding that the user states; only checked then.

    Raises
    ------
    InputError : no encoding fits, the stated one does not, or the gzip stream is cut.
    """
    if wanted is not None:
        return Encoding(_stated_encoding(source, wanted))
    with source.open() as stream:
        head = stream.read(_SAMPLE_BYTES)
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return Encoding(_checked(source, marked))
    if b"\0" in head:  # also in UTF-16 of plain ASCII, which is valid UTF-8
        return Encoding(_utf16_without_mark(source, head))
    failure = decoding_failure(source, "utf-8")
    if failure is None:
        return Encoding("utf-8")
    return Encoding(_not_utf8(source, failure), guessed=True)


def _not_utf8(source: SourceFile, failure: int) -> str:
    sample = _sample_with_letters(source)
    _refuse_damaged_utf8(source, sample, failure)
    if _looks_double_byte(sample) and decoding_failure(source, "gb18030") is None:
        return "gb18030"
    if decoding_failure(source, "cp1252") is None:
        return "cp1252"
    return _guess(source, sample)


def decoding_failure(source: SourceFile, codec: str) -> int | None:
    """Line (from 1) of the first byte that a codec cannot read; None if it reads all."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line = 1
    for block in _blocks(source):
        try:
            line += decoder.decode(block).count("\n")
        except UnicodeDecodeError as problem:
            return line + problem.object[: problem.start].count(b"\n")
        except UnicodeError:  # UTF-16 and UTF-32 that lack their mark
            return line
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return line
    return None


def _blocks(source: SourceFile) -> Iterator[bytes]:
    with source.open() as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block


def _stated_encoding(source: SourceFile, wanted: str) -> str:
    try:
        "".encode(wanted)
    except LookupError:
        raise InputError(
            f"{source.where}: encoding {wanted!r} is not known",
            "use a name such as utf-8 or cp1252",
        ) from None
    return _checked(source, codecs.lookup(wanted).name)


def _checked(source: SourceFile, codec: str) -> str:
    line = decoding_failure(source, codec)
    if line is not None:
        raise InputError(
            f"{source.where}, line {line}: the text is not {codec}",
            "save the file as UTF-8, or state its encoding (ingest.encoding)",
        )
    return codec


def _utf16_without_mark(source: SourceFile, head: bytes) -> str:
    """UTF-16 by where the NUL bytes of its ASCII letters stand."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    rare, common = sorted((even, odd))
    if common * 4 >= len(head) // 2 and rare * 10 <= common:
        return _checked(source, codec)
    raise InputError(
        f"{source.where}: holds NUL bytes; it is no text file",
        "export the library as SMILES, CSV or SDF",
    )


def _sample_with_letters(source: SourceFile) -> bytes:
    """The lines that hold bytes beyond ASCII, up to 256 KiB: only they tell encodings apart."""
    sample = bytearray()
    for block in _blocks(source):
        for line in block.split(b"\n"):
            if not line.isascii():
                sample += line + b"\n"
        if len(sample) >= _SAMPLE_BYTES:
            break
    return bytes(sample[:_SAMPLE_BYTES])


def _refuse_damaged_utf8(source: SourceFile, sample: bytes, line: int) -> None:
    """Mostly UTF-8 with a broken place: reading it as another encoding would garble the rest."""
    high = sum(len(run) for run in _HIGH_RUN.findall(sample))
    in_letters = sum(len(letter) for letter in _UTF8_LETTER.findall(sample))
    if len(_UTF8_LETTER.findall(sample)) >= 3 and in_letters >= 0.8 * high:
        valid = sample.decode("utf-8", "ignore").encode()
        if sum(len(run) for run in _HIGH_RUN.findall(valid)) >= 0.8 * high:
            raise InputError(
                f"{source.where}, line {line}: a byte is not UTF-8, in a file that is UTF-8 else",
                "repair that line, or state the encoding (ingest.encoding)",
            )


def _looks_double_byte(sample: bytes) -> bool:
    """Chinese text has its high bytes in pairs; Western text has single ones between letters."""
    runs = [len(run) for run in _HIGH_RUN.findall(sample)]
    return sum(run for run in runs if run % 2 == 0) > sum(run for run in runs if run % 2)


def _guess(source: SourceFile, sample: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    if best is None or decoding_failure(source, best.encoding) is not None:
        raise InputError(
            f"{source.where}: the text encoding is not readable",
            "save the file as UTF-8, or state its encoding (ingest.encoding)",
        )
    return best.encoding
