"""The names of matrices and vectors as text for a picture, which knows no TeX."""

from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Function,
    Negative,
    Number,
    Product,
    Quotient,
    Spelled,
    Symbol,
    Transpose,
)
from engine.formulas.notation import COLUMN, ROW, Notation
from engine.numerals import given
from pages.figures.lettering import subscript, superscript, unicode

_LETTERS = {"delta": "δ", "new_W": "W", "loss": "L", "delta_W": "ΔW", "f_prime": "f′", "new_b": "b"}
_ROWS = {"u": "z", "loss": "e"}


def plain(expression: Expression, book: Notation = COLUMN) -> str:
    """Such as ``W⁽²⁾ᵀ`` or ``∇<sub>y</sub>f``, in the letters of a book."""
    match expression:
        case Symbol() if book.name in (COLUMN.name, ROW.name):
            return _symbol(expression, book.name == ROW.name)
        case Symbol():
            mark = "′" if expression.kind.startswith("new_") else ""
            return unicode(book.symbol(book.own(expression))) + mark
        case Spelled(symbol):
            return plain(symbol, book)
        case Negative(of):
            return "−" + plain(of, book)
        case Number(value):
            return given(value, 4)
        case Product((Quotient(Number(1.0), Number(2.0)), of)):
            return "½" + plain(of, book)
        case Transpose(of):
            return plain(of, book) + "ᵀ"
        case Function(name, of):
            return name.replace("'", "′").replace(r"\sigma", "σ") + f"({plain(of, book)})"
        case Derivative(by, of, partial):
            above = plain(of, book)
            below = plain(by, book)
            if partial or (isinstance(by, Symbol) and by.j != ""):
                return f"∂{above}/∂{f'({below})' if '−' in below else below}"
            return f"∇<sub>{plain(by, book)}</sub>{above}"
        case Difference(left, right):
            return f"{plain(left, book)} − {plain(right, book)}"
        case Product(factors):
            return " ".join(plain(factor, book) for factor in factors)
    raise TypeError(f"no short name for {type(expression).__name__}")


def _symbol(symbol: Symbol, turned: bool) -> str:
    kind, layer, whole = symbol.kind, symbol.layer, symbol.j == ""
    above = superscript(layer) if isinstance(layer, int) and kind != "y" else ""
    parts = [part for part in ((symbol.i, symbol.j) if turned else (symbol.j, symbol.i)) if isinstance(part, int)]
    low = ("," if any(part > 9 for part in parts) else "").join(map(subscript, parts))
    if turned and kind == "delta" and whole:
        return f"∇<sub>z</sub>{above}"
    if turned and kind == "x" and isinstance(layer, int) and layer:
        return f"y{low}{above}"
    if turned and kind == "y" and layer != "":
        return f"y*{low}"
    letter = (_ROWS if turned else {}).get(kind) or _LETTERS.get(kind, kind)
    if kind in ("W", "new_W") and not whole:
        letter = letter.lower()
    return letter + low + above + ("′" if kind.startswith("new_") else "")


def bare(text: str) -> str:
    """A name without its tags, to measure it or to read it out."""
    return text.replace("<sub>", "").replace("</sub>", "")
