"""An answer against the trace: right, or which mistakes of the catalogue make just this number."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.quantities import Quantity, value
from engine.questions.mistakes import MISTAKES, Sheet, possible, wrong_value

SHARE: Final = 0.01  # by which careful work with four figures may be off


@dataclass(frozen=True)
class Grade:
    """What an answer is.

    Attributes
    ----------
    right : bool
    mistakes : tuple of str
        Ids of the catalogue that give this number, all of them where they are several; empty where it is right, or
        where no mistake explains it.
    opposite : bool
        Whether it is right but for the sign.
    """

    right: bool
    mistakes: tuple[str, ...] = ()
    opposite: bool = False


def close(answer: float, number: float, digits: int = 4) -> bool:
    """Whether an answer says a number: up to 1 % or half a unit of its last shown digit, whichever is more."""
    if not (math.isfinite(answer) and math.isfinite(number)):
        return False
    half = 0.5 * 10.0 ** (math.floor(math.log10(abs(number))) + 1 - digits) if number else 0.0
    return abs(answer - number) <= max(SHARE * abs(number), half) * (1.0 + 1e-12)


def graded(sheet: Sheet, quantity: Quantity, answer: float, digits: int = 4, among: Sequence[str] = MISTAKES) -> Grade:
    """The grade of an answer to what a number of the update is, shown with so many digits; mistakes are looked for
    ``among`` these.

    Raises
    ------
    Problem
        ``quantity`` where the update has no such number.
    """
    right = value(sheet.update, quantity)
    if sheet.update.rule.second and quantity.kind.startswith(("delta_", "new_")):
        among = ()  # what solves equations is made by no slip of the pen
    if close(answer, right, digits):
        return Grade(True)
    return compared(answer, right, {m: wrong_value(sheet, m, quantity) for m in among if possible(sheet, m)}, digits)


def compared(answer: float, right: float, wrong: Mapping[str, float], digits: int = 4) -> Grade:
    """The grade of an answer beside the right number and those that mistakes make of it."""
    if close(answer, right, digits):
        return Grade(True)
    found = tuple(
        m for m, number in wrong.items() if not close(number, right, digits) and close(answer, number, digits)
    )
    return Grade(False, found, close(answer, -right, digits))
