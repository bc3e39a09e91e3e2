"""P1-P7 in the four books: rows instead of columns, a threshold instead of b, outputs o and targets t."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import (
    Array,
    Difference,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Sum,
    Symbol,
    Transpose,
    rebuilt,
)
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD, Notation
from engine.perceptron.formulas import NOTATION

OF_B: Final = ("b", "delta_b", "grad_b")  # in the threshold book these are those of theta = -b


def notation_of(name: str) -> Notation:
    """How the book of that name writes P1-P7."""
    symbols: dict[str, Callable[[Symbol], str]] = {
        COLUMN.name: NOTATION.symbol,
        ROW.name: _row,
        THRESHOLD.name: _threshold,
        ERROR.name: _error,
    }
    return replace(NOTATION, name=name, symbol=symbols[name])


def told(lines: tuple[Derived, ...], name: str) -> tuple[Derived, ...]:
    """The same formula in a book: a threshold is subtracted, and its number, change and slope have the other sign.

    With it the dummy input is -1. In the book of rows a vector that is written out is a row.
    """
    turn = {ROW.name: _in_rows, THRESHOLD.name: _turned}.get(name)
    if turn is None:
        return lines
    written = [replace(one, general=_rewritten(one.general, turn)) for one in lines]
    return tuple(_worked(one) if name == THRESHOLD.name and one.result is not None else one for one in written)


def own(weights: Floats, name: str) -> Floats:
    """Weights with b, or their change, (n + 1,), as a book has them: a threshold has the other sign."""
    last = 0.0 - weights[-1:] if name == THRESHOLD.name else weights[-1:]
    return np.concatenate([weights[:-1], last])


def letter_of_b(name: str) -> str:
    """What a book calls b, in TeX."""
    return notation_of(name).symbol(Symbol("b"))


def _rewritten(equation: Equation | None, turn: Callable[[Expression], Expression]) -> Equation | None:
    return equation and replace(equation, left=turn(equation.left), right=turn(equation.right))


def _worked(line: Derived) -> Derived:
    if not (isinstance(line.left, Symbol) and line.left.kind in OF_B):
        return replace(line, left=_turned(line.left), numbers=tuple(map(_turned, line.numbers)))
    right = line.right
    if line.left.kind == "b" and isinstance(right, Sum):
        right = Sum(tuple(_opposite(term) for term in right.terms))
    else:
        right = Negative(right)
    return replace(line, numbers=(right,), result=Number(0.0 - line.value, worked=True))


def _opposite(term: Expression) -> Expression:
    """A number of b or of its change as one of theta."""
    return Ref(term.quantity, 0.0 - term.value) if isinstance(term, Ref) else Negative(term)


def _is_b(term: Expression) -> bool:
    return (isinstance(term, Symbol) and term.kind == "b") or (isinstance(term, Ref) and term.quantity.kind == "b")


def _turned(expression: Expression) -> Expression:
    match expression:
        case Sum((*terms, last)) if terms and _is_b(last):
            rest = terms[0] if len(terms) == 1 else Sum(tuple(terms))
            return Difference(_turned(rest), last if isinstance(last, Symbol) else _opposite(last))
        case Negative(Quotient(above, below)) if _is_b(above):
            return Quotient(_opposite(above), _turned(below))
        case Ref() if _is_b(expression):
            return _opposite(expression)
        case Array(((x,), (Number(1.0),))):
            return Array(((x,), (Negative(Number(1.0)),)))
    return rebuilt(expression, _turned)


def _in_rows(expression: Expression) -> Expression:
    match expression:
        case Array(rows):
            return Array(tuple(zip(*rows, strict=True)))
        case Product((Transpose(of=left), right), matrix=True):
            return Product((left, Transpose(right)), matrix=True)
    return rebuilt(expression, _in_rows)


def _row(s: Symbol) -> str:
    down = f"_{{{s.j}}}" if s.j != "" else ""
    written = {
        "dot": rf"\vec x{down}\,\vec w^{{\mathsf T}}",
        "a": r"\vec a",
        "dot_hat": rf"\hat x{down}\,\hat w^{{\mathsf T}}",
        "y": f"y^{{*}}{down}",
        "y_hat": f"y{down}",
        "norm": r"\lVert \vec w \rVert",
        "f": r"f(\vec x)",
        "origin": r"\lvert b \rvert / \lVert \vec w \rVert",
    }
    if s.j == "" and s.kind in ("w", "x"):
        return rf"\vec {s.kind}"
    return written.get(s.kind) or NOTATION.symbol(s)


def _threshold(s: Symbol) -> str:
    written = {
        "b": r"\theta",
        "delta_b": r"\Delta\theta",
        "grad_b": r"\partial L/\partial\theta",
        "origin": r"\lvert \theta \rvert / \lVert w \rVert",
    }
    return written.get(s.kind) or NOTATION.symbol(s)


def _error(s: Symbol) -> str:
    down = f"_{{{s.j}}}" if s.j != "" else ""
    written = {"y": f"t{down}", "y_hat": f"o{down}", "eta": r"\alpha"}
    return written.get(s.kind) or NOTATION.symbol(s)
