"""Standardised structures of training tables, each distinct SMILES done once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from rdkit import RDLogger

from screening.chem.problem import Problem
from screening.chem.standardise import standardise


class Structure(NamedTuple):
    """What training keeps of a parent.

    drawn : the same for rows that draw one compound, stereochemistry, salt and all.
    """

    flat_key: str
    smiles: str
    drawn: str = ""


Structures = dict[str, Structure | str]
"""Raw SMILES to its structure, or to the reason code of its reject."""


def _silence() -> None:
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]


def _standardise_chunk(chunk: list[str]) -> list[Structure | str]:
    results: list[Structure | str] = []
    for smiles in chunk:
        parent = standardise(smiles.strip())
        if isinstance(parent, Problem):
            results.append(parent.code)
        else:
            drawn = ".".join((parent.smiles, *parent.removed_fragments))
            results.append(Structure(parent.flat_key, parent.smiles, drawn))
    return results


def standardise_all(smiles: Iterable[str], workers: int = 1) -> Structures:
    """Standardise every distinct SMILES.

    Parameters
    ----------
    smiles : raw SMILES as the tables give them.
    workers : processes; 1 works in this process.
    """
    distinct = list(dict.fromkeys(smiles))
    chunks = [distinct[start : start + 500] for start in range(0, len(distinct), 500)]
    if workers == 1 or len(chunks) == 1:
        _silence()
        results = [_standardise_chunk(chunk) for chunk in chunks]
    else:
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_silence) as pool:
            results = list(pool.map(_standardise_chunk, chunks))
    flat = [result for chunk in results for result in chunk]
    return dict(zip(distinct, flat, strict=True))
