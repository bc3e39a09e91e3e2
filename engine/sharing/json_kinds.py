"""Which kinds of values the fields of a saved experiment may have, and the sentence where one has another."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.problems import Problem

Check = Callable[[object], bool]
Kinds = Mapping[str, tuple[Check, str]]  # field: what its value must pass, and how a sentence calls that
ROWS_OF_NUMBERS: Final = "rows of numbers, all of one length"


def field(kinds: Kinds, usual: Mapping[str, Any], plain: Mapping[str, Any], name: str) -> Any:
    """The value of a field, or its usual one.

    Raises
    ------
    Problem
        ``json_field`` where it is missing or of the wrong kind.
    """
    check, expected = kinds[name]
    value = plain.get(name, usual.get(name))
    if not check(value):
        raise Problem("json_field", field=name, expected=expected)
    return value


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
