"""Whether matrices and vectors, as they are printed, give the result that stands behind them, entry by entry."""

from collections.abc import Callable, Iterable
from functools import partial, reduce
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.formulas.derived import Derived
from engine.formulas.expression import (
    Array,
    Difference,
    Expression,
    Hadamard,
    Negative,
    Number,
    Product,
    Ref,
    Spelled,
    Sum,
    Transpose,
    Value,
    evaluate,
    rebuilt,
)
from engine.formulas.printed import NEAR, printed

ZERO: Final = 1e-3  # how far from 0 rounded numbers may lead


def notes_of_arrays(derived: Iterable[Derived], digits: int) -> tuple[str, ...]:
    """Keys of why arrays, as they are printed, do not give their result, entry by entry.

    Steps with f in them are left out: f of a rounded number is near its value.
    """
    keys = []
    for one in derived:
        assert isinstance(one.result, Array)
        exact = np.array([[evaluate(part) for part in row] for row in one.result.rows])
        shown = np.vectorize(partial(printed, digits=digits))(exact)
        for step in one.numbers:
            found = arrays(step, partial(printed, digits=digits))
            if found is not None and not _agree(found, exact, shown):
                keys.append("print_from_u" if _written_out(step) else "print_few_digits")
    return tuple(dict.fromkeys(keys))


def arrays(expression: Expression, read: Callable[[float], float]) -> Floats | None:
    """What a tree of arrays gives, each number first passed through ``read``; None with f in it."""
    go = partial(arrays, read=read)
    match expression:
        case Array(rows):
            parts = [[go(part) for part in row] for row in rows]
            return None if any(part is None for row in parts for part in row) else np.array(parts, dtype=float)
        case Ref(value=number) | Value(value=number) | Number(value=number):
            return np.array(read(number))
        case Spelled(_, written):
            return go(written)
        case Transpose(of):
            inner = go(of)
            return None if inner is None else inner.T
        case Negative(of):
            inner = go(of)
            return None if inner is None else -inner
        case Sum(terms):
            return _folded(np.add, map(go, terms))
        case Product(factors, matrix):
            return _folded(np.matmul if matrix else np.multiply, map(go, factors))
        case Difference(left, right):
            return _folded(np.subtract, map(go, (left, right)))
        case Hadamard(left, right):
            return _folded(np.multiply, map(go, (left, right)))
    return None


def _folded(operation: Callable[[Floats, Floats], Floats], parts: Iterable[Floats | None]) -> Floats | None:
    found = list(parts)
    return None if any(part is None for part in found) else reduce(operation, found)  # type: ignore[arg-type]


def _agree(found: Floats, exact: Floats, shown: Floats) -> bool:
    """Whether two digits of every entry agree; beside the largest entry what should be 0 may be off by rounding."""
    with np.errstate(all="ignore"):
        near = np.abs(found - shown) <= NEAR * np.abs(exact)
    return bool(np.all(near | ~np.isfinite(exact) | ((exact == 0.0) & (np.abs(found) <= ZERO))))


def _written_out(expression: Expression) -> bool:
    """Whether a slope x (1 - x) is written out in it."""
    found = False

    def look(part: Expression) -> Expression:
        nonlocal found
        found = found or (isinstance(part, Difference) and isinstance(part.left, Number))
        return rebuilt(part, look)

    look(expression)
    return found
