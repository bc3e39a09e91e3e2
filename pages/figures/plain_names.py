"""The names of matrices and vectors as text for a picture, which knows no TeX."""

from engine.expression import Derivative, Expression, Function, Product, Symbol, Transpose
from pages.figures.lettering import superscript

_LETTERS = {"delta": "δ", "new_W": "W", "loss": "L", "delta_W": "ΔW"}
_ROWS = {"u": "z", "loss": "e"}


def plain(expression: Expression, turned: bool = False) -> str:
    """Such as ``W⁽²⁾ᵀ`` or ``∇<sub>y</sub>f``; ``turned`` with the letters of the notation of row vectors."""
    match expression:
        case Symbol(kind=kind, layer=layer):
            return _symbol(kind, layer, turned)
        case Transpose(of):
            return plain(of, turned) + "ᵀ"
        case Function(name, of):
            return name.replace("'", "′") + f"({plain(of, turned)})"
        case Derivative(by, of, partial):
            above = plain(of, turned)
            if partial:
                return f"∂{above}/∂{plain(by, turned)}"
            return f"∇<sub>{plain(by, turned)}</sub>{above}"
        case Product(factors):
            return " ".join(plain(factor, turned) for factor in (factors[::-1] if turned else factors))
    raise TypeError(f"no short name for {type(expression).__name__}")


def _symbol(kind: str, layer: int | str, turned: bool) -> str:
    above = superscript(layer) if isinstance(layer, int) and kind != "y" else ""
    if turned and kind == "delta":
        return f"∇<sub>z</sub>{above}"
    if turned and kind == "x" and isinstance(layer, int) and layer:
        return "y" + above
    if turned and kind == "y" and layer != "":
        return "y*"
    letter = (_ROWS if turned else {}).get(kind) or _LETTERS.get(kind, kind)
    return letter + above + ("′" if kind == "new_W" else "")
