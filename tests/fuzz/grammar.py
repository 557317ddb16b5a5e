"""Library files made by a grammar, each with the number of records that it must give."""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

STRUCTURES = [
    *("CCO", "C[C@H](N)C(=O)O", "CC(=O)[O-].[Na+]", "C(", "CC(O)F |&1:1|", "*CC", "[Fe]", "N/A"),
    *("InChI=1S/CH4/h1H4", "InChI=1S/H2O/h1H2", "InChI=", "C" * 3000, "海绵", "=1+1", "\x00", "-"),
]
WORDS = [
    *(
        "ethanol",
        "海绵胸苷",
        "acide kaïnique",
        "<i>Lyngbya</i> majuscula",
        "α-β",
        "a; b | c",
        "1,234",
    ),
    *("12,5", "0.5", "10.1021/ol901438b", "https://doi.org/10.1000/1; x", "doi: ", "=cmd|'x'!A0"),
    *("<script>", "&alpha;", "&#xD800;", "\u2028", "\x85", "\x0b", "\x1c", "\ufeff", "\U0001f9ea"),
    *("two\nlines", "\r", '5" nail', '"', '""', "N/A", "nan", "", " ", "$$$$", "M  END", "> <x>"),
    *(
        "InChI=1S/CH4/h1H4",
        "\udc80".encode("utf-8", "replace").decode(),
        "1e999",
        "'",
        "\\",
        "%s{}",
    ),
]
HEADERS = [
    *("name", "DOI", "DOI_No2", "Synonyms", "organism", "Genus", "Species", "phylum", "InChI"),
    *(
        "reference",
        "InChIKey",
        "formula",
        "lab note",
        "IC50",
        "id",
        "SMILES (canonical)",
        "",
        "name",
    ),
    *("molblock", "smiles 2", "a" * 500, "海绵", "Licence", "a;b"),
]
TAB = "\t"
BLOCK = "{title}\n  x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0 0.0 0.0 C\nM  END\n"
V3000 = (
    "{title}\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\n"
    "M  V30 COUNTS 1 0 0 0 0\nM  V30 BEGIN ATOM\nM  V30 1 C 0 0 0 0\nM  V30 END ATOM\n"
    "M  V30 END CTAB\nM  END\n"
)


@dataclass
class Made:
    """A library file: name, content, and its records where their number is known."""

    name: str
    content: bytes
    n_records: int | None


def word(rng: random.Random) -> str:
    if rng.random() < 0.15:
        return "".join(
            chr(rng.choice((rng.randrange(1, 128), rng.randrange(160, 0xD7FF))))
            for _ in range(rng.randrange(8))
        )
    return rng.choice(WORDS)


def one_line(text: str) -> str:
    return re.sub(r"[\r\n]", " ", text)


def encoded(rng: random.Random, text: str) -> bytes:
    """Text in UTF-8 or UTF-16; other encodings are guessed and may split lines elsewhere."""
    return text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")), "replace")


def smiles_file(rng: random.Random) -> Made:
    lines = [
        one_line(f"{rng.choice(STRUCTURES)}{rng.choice((' ', TAB))}{word(rng)}")
        for _ in range(rng.randrange(6))
    ]
    lines = ["CCO first", *(line.replace("\0", "") for line in lines)]
    end = rng.choice(("\n", "\r\n", "\r"))
    text = end.join(lines) + end * rng.randrange(3)
    n_records = sum(bool(line.strip()) for line in lines)
    return Made(
        rng.choice(("a.smi", "a.txt", "a.ism", "a.cxsmiles")), encoded(rng, text), n_records
    )


def inchi_file(rng: random.Random) -> Made:
    lines = [
        rng.choice(("InChI=1S/CH4/h1H4", "InChI=1S/CH4/h1H4\tx", "CCO", "AuxInfo=1/0/N:1"))
        for _ in range(rng.randrange(1, 6))
    ]
    return Made("a.inchi", "\n".join(lines).encode(), len(lines))


def table_file(rng: random.Random) -> Made:
    delimiter, end = rng.choice(",\t;|"), rng.choice(("\n", "\r\n"))
    headers = ["smiles", *(rng.choice(HEADERS) for _ in range(rng.randrange(1, 6)))]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(headers)
    n_rows = rng.randrange(6)
    for _ in range(n_rows):
        if rng.random() < 0.15:  # a line that no program wrote
            stream.write(rng.choice(("CCO" + delimiter * 9 + "x", 'C"C"', "C,;|\tx")) + end)
            continue
        fields = [rng.choice(STRUCTURES), *(word(rng) for _ in headers[1:])]
        writer.writerow([field.replace("\0", "") for field in fields])
    name = {",": "a.csv", "\t": "a.tsv"}.get(delimiter, rng.choice(("a.csv", "a.txt", "a.tab")))
    return Made(name, encoded(rng, stream.getvalue()), n_rows)


def sdf_record(rng: random.Random) -> str:
    block = rng.choice((BLOCK, BLOCK, V3000)).format(title=one_line(word(rng)).replace("$$$$", ""))
    if rng.random() < 0.2:
        lines = block.splitlines(keepends=True)
        block = "".join(line for line in lines if rng.random() < 0.7)
    items = "".join(
        f">  <{one_line(rng.choice(HEADERS))}>\n{one_line(word(rng)).replace('$$$$', '')}\n\n"
        for _ in range(rng.randrange(4))
    )
    return f"{block}{items}$$$$\n"


def sdf_file(rng: random.Random) -> Made:
    n_records = rng.randrange(1, 5)
    text = "".join(sdf_record(rng) for _ in range(n_records)).replace("\0", "")
    return Made("a.sdf", encoded(rng, text), n_records)


def mol_file(rng: random.Random) -> Made:
    return Made(
        "a.mol",
        BLOCK.format(title=one_line(word(rng)).replace("$$$$", "")).replace("\0", "").encode(),
        1,
    )


def workbook_file(rng: random.Random) -> Made:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["smiles", *(rng.choice(HEADERS) for _ in range(3))])
    n_rows = rng.randrange(5)
    for _ in range(n_rows):
        cells = [
            "CCO",
            rng.choice((1.5, 12, True, None, 1e300)),
            rng.choice(("a; b", "=1+1", "海绵")),
        ]
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return Made("a.xlsx", stream.getvalue(), n_rows)


def parquet_file(rng: random.Random) -> Made:
    n_rows = rng.randrange(1, 5)
    columns: dict[str, list[object]] = {"smiles": [rng.choice(STRUCTURES) for _ in range(n_rows)]}
    columns["mass"] = [rng.choice((1.5, None, float("nan"), 1e-300)) for _ in range(n_rows)]
    columns["name"] = [word(rng) for _ in range(n_rows)]
    columns["Synonyms"] = [rng.choice((["a", "b"], [], None)) for _ in range(n_rows)]
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return Made("a.parquet", stream.getvalue(), n_rows)


def gzip_file(rng: random.Random) -> Made:
    inner = rng.choice((smiles_file, table_file, sdf_file, mol_file, inchi_file))(rng)
    return Made(inner.name + ".gz", gzip.compress(inner.content, 1), inner.n_records)


def zip_file(rng: random.Random) -> Made:
    stream = io.BytesIO()
    n_records = 0
    way = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(stream, "w", way) as archive:
        for number in range(rng.randrange(1, 5)):
            inner = rng.choice((smiles_file, table_file, sdf_file, mol_file, gzip_file))(rng)
            if inner.name.startswith("a.txt"):
                inner.name = "a.smi" + inner.name[5:] if inner.n_records is None else "a.doc"
            n_records += 0 if inner.name == "a.doc" else inner.n_records or 0
            folder = rng.choice(("", "x/", "../", "/", "海绵/"))
            archive.writestr(f"{folder}{number}{inner.name}", inner.content)
        if rng.random() < 0.3:
            archive.writestr(rng.choice(("__MACOSX/a.smi", ".DS_Store", "notes.doc", "b.zip")), "x")
    return Made("a.zip", stream.getvalue(), n_records)


# Makers with their shares; the packed binary kinds cost most, and have fewer rules of ours.
MAKERS: list[tuple[Callable[[random.Random], Made], float]] = [
    (table_file, 0.34),
    (smiles_file, 0.16),
    (sdf_file, 0.2),
    (mol_file, 0.06),
    (inchi_file, 0.05),
    (gzip_file, 0.06),
    (zip_file, 0.07),
    (parquet_file, 0.04),
    (workbook_file, 0.02),
]
