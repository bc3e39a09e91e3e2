"""Which kinds of values the fields of a saved experiment may have, and the sentence where one has another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

Check = Callable[[object], bool]


@dataclass(frozen=True)
class JsonKind:
    """A kind of value in a file."""

    check: Check  # what a value must pass
    called: str  # how a sentence calls it: a key of CALLED
    plain: Callable[[Any], Any] = lambda value: value  # to lists, numbers and texts
    value: Callable[[Any], Any] = lambda plain: plain  # and back


def is_whole(value: object) -> bool:
    """Whether it is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether it is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def from_zero(check: Check) -> Check:
    """A check for numbers that pass ``check`` and are not negative."""

    def both(value: Any) -> bool:
        return check(value) and bool(value >= 0)

    return both


def list_of(check: Check, most: int) -> Check:
    """A check for lists of at most so many values that pass ``check``."""
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def is_table(value: object) -> bool:
    """Whether it is rows of numbers, all of one length."""
    return (
        isinstance(value, list)
        and all(isinstance(row, list) and all(map(is_number, row)) for row in value)
        and len({len(row) for row in value}) <= 1
    )


def is_a(kind: type) -> Check:
    """A check for values of a type."""
    return lambda value: isinstance(value, kind)


def numbers(array: Any) -> Any:
    """Nested lists; whole numbers without their .0, which halves a table of bits."""
    if isinstance(array, float):
        return int(array) if array == int(array) and abs(array) < 1e15 and str(array) != "-0.0" else array
    return [numbers(entry) for entry in (array if isinstance(array, list) else array.tolist())]


WHOLE: Final = JsonKind(is_whole, "json_whole")
NUMBER: Final = JsonKind(is_number, "json_number")
FLAG: Final = JsonKind(is_a(bool), "json_flag")
NAME: Final = JsonKind(is_a(str), "json_name")
NAMES: Final = JsonKind(list_of(is_a(str), 16), "json_names", list, tuple)
TABLE: Final = JsonKind(is_table, "json_table", numbers)
