"""A third party's code, installed into an environment of its own: what it does depends on what
it is asked for. It knows neither numpy nor our package.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

CALLS = Path(__file__).with_name("calls.txt")


class Moody:
    def __init__(self):
        self.told = 0
        print('{"results": "a print is no answer"}')
        os.system("echo nor is that of a child")

    def __call__(self, smiles):
        with CALLS.open("a") as stream:
            stream.write("".join(text + "\n" for text in smiles))
        print("predicting", len(smiles), flush=True)
        if "CCBr" in smiles:
            raise ValueError("bromine\x1b[31m is <b>not</b> known")
        if "CCCl" in smiles:
            print("out of chlorine", file=sys.stderr)
            os._exit(3)
        if "CCI" in smiles:
            time.sleep(60)
        return {
            "moody_risk": {
                "value": [None if text == "CCF" else len(text) / 100 for text in smiles],
                "std": [0.25] * len(smiles),
                "in_domain": [{"C": True, "CC": False}.get(text) for text in smiles],
            },
            "moody_size": (float("nan") if text == "CCF" else len(text) for text in smiles),
        }


def few_rows(smiles):
    return {"moody_risk": [0.5] * (len(smiles) - 1), "moody_size": [1] * len(smiles)}


def wrong_keys(smiles):
    return {"moody_risk": [0.5] * len(smiles), "mody_size": [1] * len(smiles)}


def text(smiles):
    return {"moody_risk": ["high"] * len(smiles), "moody_size": [1] * len(smiles)}


def percent(smiles):
    return {"moody_risk": [50] * len(smiles), "moody_size": [1] * len(smiles)}


def a_list(smiles):
    return [0.5] * len(smiles)


def rubbish(smiles):
    for number in range(3, 10):
        with contextlib.suppress(OSError):
            os.write(number, b"\x00 <html>\n")
    return {}


def leaves(smiles):
    sys.exit("no licence")
