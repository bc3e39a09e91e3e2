"""Whether the numbers of a formula, as they are printed, give its value: digits may be too few, or the way another.

A line is written with rounded numbers, and some are written one way and computed another (``Computed``): x (1 - x) says
nothing where x is printed as 1. Two digits that agree are as much as rounding is asked for here; below that a note says
why. Ordinary rounding, where the last digits differ, needs none.
"""

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import reduce
from typing import Final

from engine import numerals
from engine.decimals import EXACT, written
from engine.formulas.expression import (
    Computed,
    Difference,
    Expression,
    Function,
    Number,
    Product,
    Ref,
    Sum,
    Value,
    evaluate,
    rebuilt,
    refs,
)

NEAR: Final = 0.05  # of the value: what lies nearer agrees in two digits
ROUNDING: Final = 1e-14  # of its terms: a sum that is smaller may be what rounding has left
WRITTEN: Final = 6  # digits of constants, whatever the others have


def print_notes(worked: Expression | None, value: float, digits: int) -> tuple[str, ...]:
    """Keys of what to say beside ``worked = value``, printed with so many digits; empty where it can be worked out.

    ``print_from_u``: an output is printed as its limit, and the value is computed from the net input.
    ``print_angle``: likewise of an angle near 0 or 180 degrees. ``print_few_digits``: the digits shown are too few.
    ``print_rounding``: the numbers cancel, as 0.1 + 0.2 - 0.3 by hand, and the value is what doubles leave of that.
    Nothing is said of what is not finite, nor of formulas without numbers.
    """
    if worked is None or not math.isfinite(value):
        return ()
    try:
        keys = [_key(node) for node in _computed(worked) if _loses(node, digits)]
        if not keys and _left_over(worked, value):
            keys = ["print_rounding"]
        elif not keys and not _agrees(_from_print(worked, digits), value, worked, digits):
            keys = ["print_few_digits"]
    except ValueError:  # a symbol is in it
        return ()
    return tuple(dict.fromkeys(keys))


def notes_of_lines(lines: Iterable[tuple[Expression | None, float]], digits: int) -> tuple[str, ...]:
    """The same of several lines, each key once."""
    return tuple(dict.fromkeys(key for worked, value in lines for key in print_notes(worked, value, digits)))


def printed(number: float, digits: int) -> float:
    """The number that a reader reads."""
    return float(numerals.significant(number, digits).replace(numerals.MINUS, "-").replace("∞", "inf"))


def _key(node: Computed) -> str:
    return "print_angle" if isinstance(node.shown, Function) and node.shown.name == r"\arccos" else "print_from_u"


def _computed(expression: Expression) -> Iterator[Computed]:
    """The parts that are computed from other numbers than those that are written, the outermost first."""
    found: list[Computed] = []

    def look(part: Expression) -> Expression:
        if isinstance(part, Computed) and _otherwise(part):
            found.append(part)
            return part
        return rebuilt(part, look)

    look(expression)
    yield from found


def _otherwise(node: Computed) -> bool:
    used = {ref.quantity for arg in node.args for ref in refs(arg)}
    return {ref.quantity for ref in refs(node.shown)} != used


def _loses(node: Computed, digits: int) -> bool:
    """Whether the numbers written miss the value, and those that it is computed from do not, or miss it by less."""
    true = evaluate(node)
    if not math.isfinite(true):
        return False
    shown = _from_print(node.shown, digits)
    if _agrees(shown, true, node.shown, digits):
        return False
    used = node.function(*(_from_print(arg, digits) for arg in node.args))
    return not math.isfinite(shown) or 2.0 * abs(used - true) < abs(shown - true)


def _left_over(worked: Expression, value: float) -> bool:
    """Whether the value is rounding alone: tiny beside its terms, which by hand give another number."""
    match worked:
        case Sum(terms):
            parts = terms
        case Difference(left, right):
            parts = (left, right)
        case _:
            return False
    if not 0.0 < abs(value) <= ROUNDING * sum(abs(evaluate(part)) for part in parts):
        return False
    exact = _by_hand(worked)
    return exact is not None and abs(float(exact) - value) > NEAR * abs(value)


def _by_hand(expression: Expression) -> Decimal | None:
    """Sums and products of the numbers as they are written; None for anything else."""
    match expression:
        case Ref(value=value) | Value(value) | Number(value):
            return written(value)
        case Difference(left, right):
            parts = [_by_hand(left), _by_hand(right)]
            return None if None in parts else EXACT.subtract(*parts)  # type: ignore[arg-type]
        case Sum(parts) | Product(parts):
            add = EXACT.add if isinstance(expression, Sum) else EXACT.multiply
            found = [_by_hand(part) for part in parts]
            return None if None in found else reduce(add, found)  # type: ignore[arg-type]
    return None


def _agrees(found: float, value: float, expression: Expression, digits: int) -> bool:
    """Whether two digits agree; what should be 0 may be off by the rounding of what it is made of."""
    if value:
        return abs(found - printed(value, digits)) <= NEAR * abs(value)
    largest = max((abs(ref.value) for ref in refs(expression)), default=1.0)
    return abs(found) <= 10.0 ** (1 - digits) * max(1.0, largest)


def _from_print(expression: Expression, digits: int) -> float:
    """What the printed numbers give; a NaN where they give none, such as the logarithm of 0.

    Raises
    ------
    ValueError
        For what is symbolic.
    """
    read = _read(expression, digits)
    try:
        return evaluate(read)
    except (OverflowError, ZeroDivisionError):
        return math.nan
    except ValueError as error:
        if "symbolic" in str(error):
            raise
        return math.nan


def _read(expression: Expression, digits: int) -> Expression:
    """The tree with its numbers as they are printed, and written ways in place of computed ones."""
    match expression:
        case Ref(value=value) | Value(value) | Number(value, worked=True):
            return Number(printed(value, digits))
        case Number(value):
            return Number(printed(value, WRITTEN))
        case Computed(shown, function, args) if _otherwise(expression):
            return _read(shown, digits)
        case Computed(_, function, args):  # the same numbers, in a way that does not overflow
            return Number(function(*(_from_print(arg, digits) for arg in args)))
        case Function(r"\arccos", of):
            cosine = _from_print(of, digits)
            return Number(math.degrees(math.acos(cosine)) if abs(cosine) <= 1.0 else math.nan)
    return rebuilt(expression, lambda part: _read(part, digits))
