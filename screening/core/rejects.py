"""Reason codes of the reject ledger, each with the fix that is suggested to the user.

Codes are stable: scripts may rely on them. A stage that rejects a record names one of these.
"""

from __future__ import annotations

FIXES: dict[str, str] = {
    "empty_structure": "fill in the structure, or remove the row",
    "bad_record": "repair the record so that it can be read, or remove it",
    "bad_smiles": "correct the SMILES at the place named",
    "bad_molblock": "redraw the structure and export it again",
    "bad_inchi": "copy the whole InChI again, or give the structure as SMILES",
    "bad_valence": "correct the charge or the bonds of the atom named",
    "metal": "give the organic ligand alone, if that is what was assayed",
    "no_carbon": "leave it out: the models know organic molecules only",
    "polymer_or_query": "give one definite structure, without R groups or query atoms",
    "too_large": "leave it out, or give the active part alone",
    "no_inchikey": "simplify the structure until InChI accepts it",
    "timed_out": "simplify the structure, or raise the time limit in the configuration",
    "out_of_memory": "simplify the structure, or raise the memory limit in the configuration",
    "crashed": "simplify the structure; please report it",
    "not_describable": "simplify the structure; please report it",
    "not_predictable": "simplify the structure; please report it",
}


def fix_for(code: str) -> str:
    """The fix suggested for a reason code.

    Raises
    ------
    KeyError : the code is not in the list (a programming error).
    """
    return FIXES[code]
