"""P1-P7 in the four books: rows instead of columns, a threshold instead of b, outputs o and targets t."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engine.books.book import COLUMN, ERROR, ROW, THRESHOLD, Notation
from engine.expression import Difference, Expression, Negative, Quotient, Ref, Sum, Symbol, rebuilt
from engine.perceptron.formulas import NOTATION, Living, Worked

OF_B: Final = ("b", "delta_b", "grad_b")  # in the threshold book these are those of theta = -b


def notation_of(name: str) -> Notation:
    """How the book of that name writes P1-P7."""
    symbols: dict[str, Callable[[Symbol], str]] = {
        COLUMN.name: NOTATION.symbol, ROW.name: _row, THRESHOLD.name: _threshold, ERROR.name: _error,
    }  # fmt: skip
    return replace(NOTATION, name=name, symbol=symbols[name])


def told(living: Living, name: str) -> Living:
    """The same formula in a book: a threshold is subtracted, and its number, change and slope have the other sign."""
    if name != THRESHOLD.name:
        return living
    general = tuple(replace(eq, left=_turned(eq.left), right=_turned(eq.right)) for eq in living.general)
    return replace(living, general=general, worked=tuple(map(_worked, living.worked)))


def _worked(line: Worked) -> Worked:
    if not (isinstance(line.left, Symbol) and line.left.kind in OF_B):
        return replace(line, left=_turned(line.left), right=_turned(line.right))
    right = line.right
    if line.left.kind == "b" and isinstance(right, Sum):
        right = Sum(tuple(_opposite(term) for term in right.terms))
    else:
        right = Negative(right)
    return replace(line, right=right, value=None if line.value is None else 0.0 - line.value)


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
    return rebuilt(expression, _turned)


def _row(s: Symbol) -> str:
    down = f"_{{{s.j}}}" if s.j != "" else ""
    written = {
        "dot": r"\vec x\,\vec w^{\mathsf T}", "dot_hat": rf"\hat x{down}\,\hat w^{{\mathsf T}}", "y": f"y^{{*}}{down}",
        "y_hat": f"y{down}", "norm": r"\lVert \vec w \rVert", "f": r"f(\vec x)",
        "origin": r"\lvert b \rvert / \lVert \vec w \rVert",
    }  # fmt: skip
    return written.get(s.kind) or NOTATION.symbol(s)


def _threshold(s: Symbol) -> str:
    written = {
        "b": r"\theta", "delta_b": r"\Delta\theta", "grad_b": r"\partial L/\partial\theta",
        "origin": r"\lvert \theta \rvert / \lVert w \rVert",
    }  # fmt: skip
    return written.get(s.kind) or NOTATION.symbol(s)


def _error(s: Symbol) -> str:
    down = f"_{{{s.j}}}" if s.j != "" else ""
    written = {"y": f"t{down}", "y_hat": f"o{down}", "eta": r"\alpha"}
    return written.get(s.kind) or NOTATION.symbol(s)
