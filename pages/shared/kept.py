"""A cache: under each name the last results, each with the values it was made from."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

MOST: Final = 6  # a screen, the four that a step leads to, and the one before
T = TypeVar("T")
Store: TypeAlias = dict[str, tuple[tuple[object, Any], ...]]  # by name the newest first: values, and what was made


def kept(store: Store, name: str, values: object, make: Callable[[], T], most: int = MOST) -> T:
    """The result kept for these values, or a new one by ``make``; the last ``most`` of a name stay.

    The values are held, not their ``id``: what they belonged to cannot be taken for another.
    """
    for other, found in store.get(name, ()):
        if other is values or other == values:
            result: T = found
            return result
    made = make()
    store[name] = ((values, made), *store.get(name, ()))[:most]
    return made
