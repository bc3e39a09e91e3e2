"""Numbers as floats, read-only arrays of them and equality by value, for the records that hold them."""

import math
from collections.abc import Iterable
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.problems import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def frozen(values: ArrayLike, where: str) -> Floats:
    """A read-only copy as doubles.

    Raises
    ------
    Problem
        ``not_number`` if a value is not a number; non-finite values are allowed here.
    """
    try:
        if np.asarray(values).dtype.kind not in "biufO":  # texts and complex numbers would be converted silently
            raise TypeError
        array = np.array(values, dtype=np.float64, order="C")  # the kernel is compiled for this layout
    except (TypeError, ValueError, OverflowError):
        raise Problem("not_number", where=where, value=values) from None
    array.flags.writeable = False
    return array


def sealed(array: Floats) -> Floats:
    """The same array, made read-only: for arrays that nobody else holds."""
    array.flags.writeable = False
    return array


def require_finite(array: Floats, where: str) -> None:
    """Raise ``Problem("not_finite")`` that names the first place (counted from 1) that is not finite."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = ", ".join(str(index + 1) for index in bad[0])
        raise Problem("not_finite", where=f"{where}[{place}]", value=array[tuple(bad[0])])


def same(left: Iterable[Floats], right: Iterable[Floats]) -> bool:
    """Whether two sequences of arrays hold the same values; a NaN equals a NaN."""
    left, right = tuple(left), tuple(right)
    return len(left) == len(right) and all(
        a is b or (a.shape == b.shape and np.array_equal(a, b, equal_nan=True))
        for a, b in zip(left, right, strict=True)
    )


def left_to_right(terms: Iterable[float]) -> float:
    """The sum of one term or more in the order in which they are written, rounded at each, as it is worked by hand.

    From Python 3.12 on its own ``sum`` keeps what rounding loses, and ends on another last digit than before.
    """
    return reduce(add, map(float, terms))


def as_float(value: object) -> float:
    """The number as a float; nan where it is none."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return math.inf
