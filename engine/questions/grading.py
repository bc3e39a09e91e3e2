"""An answer against the trace: right, or which mistakes of the catalogue make just this number."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from engine.activations import Activation
from engine.quantities import Quantity, value
from engine.questions.mistakes import MISTAKES, Sheet, possible, wrong_value

SHARE: Final = 0.01  # of a number, by which careful work with four figures may be off
STEP_SHARE: Final = 0.02  # of the step to a new weight: what its gradient may be off by, and the rounding behind it
Says = Callable[[float, float], bool]  # whether an answer says a number


@dataclass(frozen=True)
class Grade:
    """What an answer is."""

    right: bool
    # ids of the catalogue that give this number, all of them where they are several; empty where it is right, or where
    # no mistake explains it
    mistakes: tuple[str, ...] = ()
    opposite: bool = False  # whether it is right but for the sign


def close(answer: float, number: float, digits: int = 4, size: float | None = None) -> bool:
    """Whether an answer says a number: up to half a unit of its last shown digit, and 1 % of a ``size``, its own where
    none is given.
    """
    if not (math.isfinite(answer) and math.isfinite(number)):
        return False
    off = SHARE * abs(number if size is None else size)
    return abs(answer - number) <= (half_unit(number, digits) + off) * (1.0 + 1e-9)


def half_unit(number: float, digits: int) -> float:
    """Half a unit of the last of so many digits of a number; 0 for 0."""
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(number))) + 1 - digits) if number else 0.0


def moved(answer: float, number: float, before: float, digits: int = 4) -> bool:
    """Whether an answer says a new weight or bias, which was ``before`` the update and may be shown there rounded.

    The step is measured, not the weight, which is often a hundred times as large: the answer may be off by half a unit
    of its last digit, by what ``before`` lost where it was shown, and by 2 % of the step. Where the step is more than
    that half unit an answer that stays, or goes the other way, says it not.
    """
    if not (math.isfinite(answer) and math.isfinite(number) and math.isfinite(before)):
        return False
    step, half, seen = number - before, half_unit(number, digits), float(f"{before:.{digits}g}")
    off = abs(answer - number)
    if off <= half * (1.0 + 1e-9):
        return True
    if abs(step) > half and min((answer - before) * step, (answer - seen) * step) <= 0.0:
        return False
    return off <= (half + abs(before - seen) + STEP_SHARE * abs(step)) * (1.0 + 1e-9)


def squashed(answer: float, number: float, digits: int, activation: Activation) -> bool:
    """Whether an answer says an output between two bounds: the 1 % is of its way to 0 or to the nearest bound, for near
    a bound the slope and all that is made of it hang on that way.
    """
    size = min(abs(number), abs(number - activation.low), abs(number - activation.high))
    return close(answer, number, digits, size)


def judge(sheet: Sheet, quantity: Quantity, digits: int) -> Says:
    """What tells whether an answer says a number of this quantity."""
    if quantity.kind in ("new_W", "new_b"):
        before = value(sheet.update, Quantity(quantity.kind[-1], quantity.layer, quantity.j, quantity.i))
        return partial(moved, before=before, digits=digits)
    if quantity.kind == "x" and quantity.layer:
        activation = sheet.network.activation(quantity.layer)
        if activation.bounded and not activation.coupled:  # a quotient of two rounded numbers is not exact near 1
            return partial(squashed, digits=digits, activation=activation)
    return partial(close, digits=digits)


def graded(sheet: Sheet, quantity: Quantity, answer: float, digits: int = 4, among: Sequence[str] = MISTAKES) -> Grade:
    """The grade of an answer to what a number of the update is, shown with so many digits; mistakes are looked for
    ``among`` these.

    Raises
    ------
    Problem
        ``quantity`` where the update has no such number.
    """
    right, says = value(sheet.update, quantity), judge(sheet, quantity, digits)
    if sheet.update.rule.second and quantity.kind.startswith(("delta_", "new_")):
        among = ()  # what solves equations is made by no slip of the pen
    if says(answer, right):
        return Grade(True)
    return compared(answer, right, {m: wrong_value(sheet, m, quantity) for m in among if possible(sheet, m)}, says)


def compared(answer: float, right: float, wrong: Mapping[str, float], says: Says) -> Grade:
    """The grade of an answer beside the right number and those that mistakes make of it."""
    if says(answer, right):
        return Grade(True)
    found = tuple(m for m, number in wrong.items() if not says(number, right) and says(answer, number))
    return Grade(False, found, says(-answer, right))
