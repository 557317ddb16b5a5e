"""Why a molecule cannot be used: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A molecule that a stage cannot take.

    Parameters
    ----------
    code : stable reason code, one of `core.rejects` (``bad_smiles``, ``metal``, ...).
    detail : one line that a chemist can act on.
    """

    code: str
    detail: str
