"""Sums and products of numbers as they are written: 0.3 - 0.1 is 0.2, and 0.1 + 0.2 - 0.3 lies on the plane.

Doubles miss such a number by their last bit, which decides where a point lies that by hand lies on the plane.
"""

from collections.abc import Iterable
from decimal import Context, Decimal
from functools import lru_cache
from typing import Final

EXACT: Final = Context(prec=200)  # more digits than a sum of products of doubles of moderate size has


@lru_cache(maxsize=4096)
def written(number: float) -> Decimal:
    """The shortest decimal that reads back as the number."""
    return Decimal(repr(float(number)))


def product(*factors: float) -> Decimal:
    """Their product, every digit of it."""
    found = Decimal(1)
    for factor in factors:
        found = EXACT.multiply(found, written(factor))
    return found


def total(terms: Iterable[Decimal]) -> float:
    """The double nearest to their sum."""
    found = Decimal(0)
    for term in terms:
        found = EXACT.add(found, term)
    return float(found) + 0.0
