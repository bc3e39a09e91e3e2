"""Kinds of words in an address: how a value is read and written, and what would be right for a wrong one."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from engine.problems import Problem
from engine.quantities import Quantity


@dataclass(frozen=True)
class Word:
    """A kind of value in an address."""

    read: Callable[[str], Any]  # the value that a text says; raises ValueError where it says none
    right: str  # what would be right, for the sentence about a text that says none
    write: Callable[[Any], str] = str  # the text that says a value

    def of(self, field: str, text: str) -> Any:
        """The value that the text of a field says.

        Raises
        ------
        Problem
            With the field, its text and what would be right.
        """
        try:
            return self.read(text)
        except Problem:
            raise
        except ValueError:
            raise Problem("address_field", field=field, value=text, expected=self.right) from None


def whole(low: int = 0, high: int = 9_999_999_999, right: str = "") -> Word:
    """Whole numbers between two; ``²``, ``1_000`` and numbers without end are none."""

    def read(text: str) -> int:
        digits = text.removeprefix("-") if low < 0 else text
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and low <= int(text) <= high):
            raise ValueError(text)
        return int(text)

    return Word(read, right or f"{low}..{high}")


def counted(count: int) -> Word:
    """Whole numbers that count from 1 in the address, and from 0 within."""
    from_one = whole(1, count)
    return Word(lambda text: int(from_one.read(text)) - 1, from_one.right, lambda number: str(number + 1))


def number(right: str, below: float | None = None) -> Word:
    """Numbers; with ``below`` only those of a smaller size, so no infinity and no ``nan``."""

    def read(text: str) -> float:
        size = float(text) if len(text) <= 40 else math.nan
        if below is not None and not abs(size) < below:
            raise ValueError(text)
        return size

    return Word(read, right, repr)


def one_of(names: Collection[str]) -> Word:
    """One of these names."""

    def read(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return Word(read, ", ".join(names))


def names(right: str) -> Word:
    """Names with hyphens between them; whether they are known is asked elsewhere."""
    return Word(lambda text: tuple(text.split("-")[:64]), right, "-".join)


def quantity(right: str) -> Word:
    """Names of numbers of an update; whether the network has them is asked elsewhere."""

    def read(text: str) -> Quantity:
        found = Quantity.named(text)
        if found is None:
            raise ValueError(text)
        return found

    return Word(read, right)


YES_NO: Final = Word(lambda text: bool(("0", "1").index(text)), "1", lambda yes: str(int(yes)))
TEXT: Final = Word(str, "")
