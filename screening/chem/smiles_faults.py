"""Where the text of a SMILES breaks the rules: the first fault, named with its position.

RDKit decides what is a SMILES; this module only explains a refusal. It reads the text from left to
right by the grammar of OpenSMILES (http://opensmiles.org/opensmiles.html, sections 2 and 3) and
stops at the first character that cannot stand where it stands; what stays open (a ring, a branch)
is named at the place where it was opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from screening.chem.bracket_atom import bracket_fault, needs_brackets

_BONDS = "-=#:$/\\~"
_ORGANIC = ("Cl", "Br", *"BCNOPSFIbcnops*")


@dataclass(frozen=True, slots=True)
class _Ring:
    """An open ring bond: where its number stands, and the atom that it waits on."""

    at: int
    atom: int


class _Fault(Exception):
    """The first fault; ends the reading."""


@dataclass
class SmilesText:
    """A SMILES read character by character.

    Parameters
    ----------
    text : SMILES without white space around it.
    offset : characters that stood before it in the text as read.
    """

    text: str
    offset: int = 0
    fault: str = ""
    atoms: list[int] = field(default_factory=list)
    """Position of each atom in the text as read, counted from 1, in RDKit's order of atoms."""
    _index: int = 0
    _previous: int | None = None
    _bond: int | None = None
    _branches: list[tuple[int, int]] = field(default_factory=list)
    _rings: dict[int, _Ring] = field(default_factory=dict)
    _bonded: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        try:
            while self._index < len(self.text):
                self._take()
            self._finish()
        except _Fault as fault:
            self.fault = str(fault)

    def _place(self, index: int) -> str:
        return f"position {index + 1 + self.offset}"

    def _take(self) -> None:
        """Read what stands at the index and move on."""
        character = self.text[self._index]
        if character == "[":
            self._bracket()
        elif self.text.startswith(_ORGANIC, self._index):
            self._organic()
        elif character in _BONDS or self.text.startswith(("->", "<-"), self._index):
            self._open_bond()
        elif character.isdigit() or character == "%":
            self._ring_number()
        elif character in "(.)":
            self._punctuation(character)
        else:
            raise _Fault(self._stranger(character))

    def _stranger(self, character: str) -> str:
        place = self._place(self._index)
        if character == "]":
            return f"']' at {place} has no '['"
        if symbol := needs_brackets(self.text, self._index):
            return f"{symbol} at {place} is written [{symbol}] in SMILES"
        return f"character {character!r} at {place} is not used in SMILES"

    def _organic(self) -> None:
        rest = self.text[self._index : self._index + 2]
        if symbol := needs_brackets(self.text, self._index):
            place = self._place(self._index)
            raise _Fault(f"{symbol} at {place} is written [{symbol}] in SMILES")
        self._atom(2 if rest in ("Cl", "Br") else 1)

    def _bracket(self) -> None:
        start = self._index
        end = self.text.find("]", start)
        inside = self.text[start + 1 : end if end >= 0 else len(self.text)]
        if end < 0 or "[" in inside:
            raise _Fault(f"'[' at {self._place(start)} is never closed")
        if fault := bracket_fault(inside):
            reason, at = fault
            raise _Fault(reason.format(place=self._place(start + 1 + at)))
        self._atom(end + 1 - start)

    def _atom(self, length: int) -> None:
        number = len(self.atoms)
        self.atoms.append(self._index + 1 + self.offset)
        if self._previous is not None:
            self._join(self._previous, number)
        self._previous, self._bond = number, None
        self._index += length

    def _join(self, first: int, second: int) -> bool:
        pair = (min(first, second), max(first, second))
        new = pair not in self._bonded
        self._bonded.add(pair)
        return new

    def _open_bond(self) -> None:
        sign = self.text[self._index]
        if self._bond is not None:
            raise _Fault(f"two bonds in a row at {self._place(self._index)}")
        if self._previous is None:
            raise _Fault(f"bond '{sign}' at {self._place(self._index)} comes from no atom")
        self._bond = self._index
        dative = self.text.startswith(("->", "<-"), self._index)
        # RDKit takes a doubled backslash, as some programs escape it, for one.
        escaped = self.text.startswith("\\\\", self._index)
        self._index += 2 if dative or escaped else 1

    def _ring_number(self) -> None:
        start = self._index
        number, length = self._read_ring_number(start)
        place = self._place(start)
        if self._previous is None:
            raise _Fault(f"ring {number} at {place} follows no atom")
        if self.text[start - 1] == "(":
            raise _Fault(f"ring {number} at {place} stands alone in a branch")
        opened = self._rings.pop(number, None)
        if opened is None:
            self._rings[number] = _Ring(start, self._previous)
        elif opened.atom == self._previous:
            raise _Fault(f"ring {number} at {place} closes on the atom that opened it")
        elif not self._join(opened.atom, self._previous):
            raise _Fault(f"ring {number} at {place} joins two atoms that are bonded already")
        self._bond = None
        self._index += length

    def _read_ring_number(self, start: int) -> tuple[int, int]:
        """The number and the length of its text: 3, %12 or %(123)."""
        text = self.text
        if text[start].isdigit():
            return int(text[start]), 1
        if text[start + 1 : start + 2] == "(":
            end = text.find(")", start)
            digits = text[start + 2 : end]
            if end > 0 and digits.isdigit() and len(digits) <= 5:
                return int(digits), len(digits) + 3
        elif len(digits := text[start + 1 : start + 3]) == 2 and digits.isdigit():
            return int(digits), 3
        raise _Fault(f"'%' at {self._place(start)} needs a ring number of two digits")

    def _punctuation(self, character: str) -> None:
        place = self._place(self._index)
        if self._bond is not None:
            sign = self.text[self._bond]
            raise _Fault(f"bond '{sign}' at {self._place(self._bond)} leads to no atom")
        if character == "(":
            if self._previous is None:
                raise _Fault(f"'(' at {place} follows no atom")
            self._branches.append((self._index, self._previous))
        elif character == ")":
            if not self._branches:
                raise _Fault(f"')' at {place} has no '('")
            opened, self._previous = self._branches.pop()
            if opened == self._index - 1:
                raise _Fault(f"branch at {self._place(opened)} is empty")
        else:
            alone = self._previous is None or self.text[self._index - 1] == "("
            if alone or self.text[self._index + 1 : self._index + 2] in ("", ")", "."):
                raise _Fault(f"'.' at {place} parts nothing")
            self._previous = None
        self._index += 1

    def _finish(self) -> None:
        """Name what is still open at the end of the text, the first of its kind."""
        if self._bond is not None:
            sign = self.text[self._bond]
            raise _Fault(f"bond '{sign}' at {self._place(self._bond)} leads to no atom")
        if self._branches:
            raise _Fault(f"'(' at {self._place(self._branches[-1][0])} is never closed")
        if self._rings:
            number, ring = min(self._rings.items(), key=lambda item: item[1].at)
            raise _Fault(f"unclosed ring {number} at {self._place(ring.at)}")
