"""The names of matrices and vectors as text for a picture, which knows no TeX."""

from engine.expression import Derivative, Difference, Expression, Function, Product, Symbol, Transpose
from pages.figures.lettering import subscript, superscript

_LETTERS = {"delta": "δ", "new_W": "W", "loss": "L", "delta_W": "ΔW", "new_b": "b"}
_ROWS = {"u": "z", "loss": "e"}


def plain(expression: Expression, turned: bool = False) -> str:
    """Such as ``W⁽²⁾ᵀ`` or ``∇<sub>y</sub>f``; ``turned`` with the letters of the notation of row vectors."""
    match expression:
        case Symbol():
            return _symbol(expression, turned)
        case Transpose(of):
            return plain(of, turned) + "ᵀ"
        case Function(name, of):
            return name.replace("'", "′") + f"({plain(of, turned)})"
        case Derivative(by, of, partial):
            above = plain(of, turned)
            if partial or (isinstance(by, Symbol) and by.j != ""):
                return f"∂{above}/∂{plain(by, turned)}"
            return f"∇<sub>{plain(by, turned)}</sub>{above}"
        case Difference(left, right):
            return f"{plain(left, turned)} − {plain(right, turned)}"
        case Product(factors):
            return " ".join(plain(factor, turned) for factor in (factors[::-1] if turned else factors))
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
