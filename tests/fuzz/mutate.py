"""Damage done to library files, and what can still be known of their records then."""

from __future__ import annotations

import random
import re

from tests.fuzz.grammar import Made

_TOKENS = [
    *(
        b'"',
        b"'",
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"$$$$\n",
    ),
    *(
        b"M  END\n",
        b"> <",
        b">  <DOI>\n",
        b"\xe6\xb5",
        b"\x1f\x8b",
        b"PK\x03\x04",
        b"smiles",
        b"\xef\xbb\xbf",
    ),
    *(
        b"V3000",
        b"999999999",
        b"-1",
        b"&#x0;",
        b"<br>",
        b"10.1000/",
        b"InChI=",
        b"\xc3\xa9",
        b"\x81\x30",
    ),
]


def mutated(rng: random.Random, made: Made) -> Made:
    """The file with some of its bytes changed."""
    content = bytearray(made.content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(content) + 1)
        action = rng.randrange(6)
        if action == 0 and content:
            content[min(at, len(content) - 1)] = rng.randrange(256)
        elif action == 1:
            content[at:at] = rng.choice(_TOKENS)
        elif action == 2:
            del content[at : at + rng.choice((1, 2, 10, 100))]
        elif action == 3:
            content[at:at] = content[at : at + rng.randrange(1, 60)]
        elif action == 4:
            content[at:at] = rng.randbytes(rng.randrange(1, 12))
        elif rng.random() < 0.2:
            del content[at:]
    return Made(made.name, bytes(content), known_count(made.name, bytes(content)))


def known_count(name: str, content: bytes) -> int | None:
    """Records of a damaged file, where the format alone tells their number."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if (
        "\0" in text
        or text.startswith("\ufeff")
        or re.match("\\W*(smiles|structure|inchi)", text, re.I)
    ):
        return None
    lines = re.split(r"\r\n|\r|\n", text)
    if name == "a.smi" and content[:2] not in (b"\x1f\x8b", b"PK"):
        filled = [line for line in lines if line.strip()]
        return len(filled)
    if name == "a.sdf" and lines and content[:2] not in (b"\x1f\x8b", b"PK"):
        ends = sum(line.startswith("$$$$") for line in lines)
        last = max((n for n, line in enumerate(lines) if line.startswith("$$$$")), default=-1)
        return ends if not any(line.strip() for line in lines[last + 1 :]) else None
    return None
