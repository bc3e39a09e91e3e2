"""Books' symbols for the same quantities: a tree of expressions becomes TeX in the notation of one book."""

from dataclasses import dataclass
from typing import Final, TypeVar

from engine import numerals
from engine.books.book import COLUMN, ERROR, NOTATIONS, ROW, THRESHOLD, Notation
from engine.books.telling import told
from engine.explain import Equation
from engine.expression import (
    Array,
    Computed,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Square,
    SquaredNorm,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    Value,
)
from engine.network import MAX_NEURONS
from engine.quantities import RATE_KINDS, Quantity

__all__ = [
    "COLUMN", "ERROR", "NOTATIONS", "ROW", "THRESHOLD", "Notation", "Style", "equation", "is_given", "symbol", "tex",
    "told",
]  # fmt: skip

LONGEST_ARRAY: Final = 5  # likewise rows and columns of an array on a screen, where its numbers are links
LONGEST_FRACTION: Final = 4  # numbers above a bar; a longer sum stands before a slash, where its line can be broken
LONGEST_SUM: Final = 8  # longer sums are written with their first terms, dots, and the last


@dataclass(frozen=True)
class Style:
    """How numbers are written: with ``digits`` significant digits, each a link to its own explanation if ``linked``.

    Sums of more than ``longest`` terms are written with their first terms, dots, and the last.
    """

    digits: int = 4
    linked: bool = False
    longest: int = LONGEST_SUM


def symbol(quantity: Quantity, notation: Notation = COLUMN) -> str:
    """TeX of the symbol of a quantity, such as ``\\delta^{(1)}_{2}``; ``notation`` is that of its network."""
    layer = "" if quantity.kind in ("loss", *RATE_KINDS) else quantity.layer
    sample = "k" if quantity.kind == "loss" and quantity.sample and notation.name == THRESHOLD.name else ""
    return notation.symbol(
        notation.own(Symbol(quantity.kind, layer, quantity.j or "", quantity.i or "", sample=sample))
    )


def equation(eq: Equation, notation: Notation = COLUMN) -> str:
    """TeX of an equation or an assignment."""
    sign = r"\leftarrow" if eq.assigns else "="
    return f"{tex(eq.left, notation)} {sign} {tex(eq.right, notation)}"


def is_given(quantity: Quantity) -> bool:
    """Whether somebody typed this number: it is then written without zeros that only fill up."""
    return quantity.kind in (*RATE_KINDS, "y") or (quantity.kind == "x" and not quantity.layer)


def tex(expression: Expression, notation: Notation = COLUMN, style: Style | None = None) -> str:
    """TeX of an expression; numbers in it are written in ``style``, or as their symbols where that is None."""
    return _Writer(notation, style).write(expression)


# How tightly each form binds; a part that binds less than its place asks for gets brackets.
_SUM, _PRODUCT, _UNARY, _ATOM = range(4)


_T = TypeVar("_T")


def _shortened(parts: list[_T], dots: _T, most: int) -> list[_T]:
    return parts if len(parts) <= most else [*parts[: most - 2], dots, parts[-1]]


@dataclass(frozen=True)
class _Writer:
    notation: Notation
    style: Style | None

    def write(self, expression: Expression, at_least: int = _SUM) -> str:
        text, binds = self._form(expression)
        if binds >= at_least:
            return text
        tall = any(part in text for part in (r"\frac", r"\sum", r"\begin"))
        return rf"\left({text}\right)" if tall else f"({text})"

    def _form(self, expression: Expression) -> tuple[str, int]:
        match expression:
            case Ref(quantity, value):
                return self._number(value, quantity)
            case Symbol(kind=kind):
                return self._letter(self.notation.symbol(self.notation.own(expression)), kind)
            case Number(value, worked):
                digits = self.style.digits if worked and self.style else 6
                return numerals.tex(value, digits), _ATOM if value >= 0 else _SUM
            case Sum(terms):
                return self._sum(terms), _SUM
            case SumOver(index, _, body, within) if within:
                return rf"\sum_{{{index} \in {within}}} {self.write(body, _PRODUCT)}", _SUM
            case SumOver(index, last, body):
                over = rf"\sum_{{{index}=1}}^{{{last}}}" if last != "" else rf"\sum_{{{index}}}"
                return f"{over} {self.write(body, _PRODUCT)}", _SUM
            case Product(factors, matrix):
                return self._product(factors, matrix), _PRODUCT
            case Hadamard(left, right):
                return rf"{self.write(left, _PRODUCT)} \odot {self.write(right, _PRODUCT)}", _PRODUCT
            case Difference(left, right):
                return f"{self.write(left)} - {self.write(right, _PRODUCT)}", _SUM
            case Negative(of):
                return f"-{self.write(of, _PRODUCT)}", _SUM
            case Quotient(Sum(terms) as above, below) if self.style and len(terms) > LONGEST_FRACTION:
                return f"({self.write(above)}) / {self.write(below, _UNARY)}", _PRODUCT
            case Quotient(above, below):
                return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", _ATOM
            case Square(of):
                return f"{self.write(of, _ATOM)}^2", _UNARY
            case Transpose(of):
                inside = self.write(of)
                bare = isinstance(of, Array) or (isinstance(of, Symbol) and "^" not in inside)
                return (inside if bare else f"({inside})") + r"^{\mathsf T}", _ATOM
            case SquaredNorm(of):
                return rf"\lVert {self.write(of)} \rVert^2", _UNARY
            case Function(name, of):
                return self._function(name, of)
            case Derivative(by, differentiated, partial):
                top = self.write(differentiated, _UNARY)
                if isinstance(by, Symbol) and by.j == "" and not partial:
                    loss = isinstance(differentiated, Symbol) and differentiated.kind == "loss"
                    whose = "" if loss and self.notation.bare_nabla else f" {top}"
                    return rf"\nabla_{{{self.write(by)}}}{whose}", _ATOM if loss else _PRODUCT
                return rf"\frac{{\partial {top}}}{{\partial {self.write(by, _UNARY)}}}", _ATOM
            case Power(of, exponent):
                return f"{self.write(of, _ATOM)}^{{{exponent}}}", _UNARY
            case Value(value, given):
                text = numerals.tex(value, self.style.digits if self.style else 6, given)
                return text, _SUM if text.startswith("-") else _PRODUCT if "cdot" in text else _ATOM
            case Computed(shown=shown):
                return self._form(shown)
            case Array(rows):
                most = LONGEST_ARRAY if self.style and self.style.linked else MAX_NEURONS  # paper has room for all
                written = [_shortened([self.write(part) for part in row], r"\cdots", most) for row in rows]
                lines = [" & ".join(row) for row in _shortened(written, [r"\vdots"] * len(written[0]), most)]
                return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}", _ATOM
        raise TypeError(f"cannot write {type(expression).__name__}")

    def _letter(self, text: str, kind: str) -> tuple[str, int]:
        return text, _SUM if kind in self.notation.compound else _ATOM

    def _number(self, value: float, quantity: Quantity) -> tuple[str, int]:
        if self.style is None:
            return self._letter(symbol(quantity, self.notation), quantity.kind)
        text = numerals.tex(value, self.style.digits, is_given(quantity))
        binds = _SUM if text.startswith("-") else _PRODUCT if "cdot" in text else _ATOM
        return (rf"\htmlData{{ref={quantity}}}{{{text}}}" if self.style.linked else text), binds

    def _sum(self, terms: tuple[Expression, ...]) -> str:
        longest = LONGEST_SUM if self.style is None else self.style.longest
        long = len(terms) > longest
        written = (*terms[: longest - 2], terms[-1]) if long else terms
        parts = [self.write(term, _PRODUCT if at else _SUM) for at, term in enumerate(written)]
        return " + ".join([*parts[:-1], r"\cdots", parts[-1]] if long else parts)

    def _product(self, factors: tuple[Expression, ...], matrix: bool) -> str:
        last = len(factors) - 1
        parts = []
        for at, factor in enumerate(factors):
            bare = isinstance(factor, Negative) if at == 0 else at == last and isinstance(factor, (SumOver, Derivative))
            first = at == 0 and not (matrix and isinstance(factor, (Hadamard, Derivative)))
            parts.append(self.write(factor, _SUM if bare else _PRODUCT if first else _UNARY))
        seen = [factor.shown if isinstance(factor, Computed) else factor for factor in factors[1:]]
        dotted = any(isinstance(one, (Ref, Number, Value, Sum, Difference, Quotient, Product)) for one in seen)
        numbers = self.style is not None and not matrix and dotted
        return (r" \cdot " if numbers else r"\,").join(parts)

    def _function(self, name: str, of: Expression) -> tuple[str, int]:
        if name == "exp":
            return f"e^{{{self.write(of)}}}", _ATOM
        if name in ("sqrt", "abs"):
            left, right = (r"\sqrt{", "}") if name == "sqrt" else (r"\lvert ", r" \rvert")
            return f"{left}{self.write(of)}{right}", _ATOM
        if name in ("sgn", "sign"):
            return rf"\operatorname{{{name}}}({self.write(of)})", _ATOM
        head = {"log": r"\ln", "tanh": r"\tanh", "max0": r"\max"}.get(name, name)
        inside = self.write(of)
        left, right = (r"\bigl(", r"\bigr)") if "(" in inside.replace("^{(", "") else ("(", ")")
        if r"\begin" in inside or r"\frac" in inside:
            left, right = r"\left(", r"\right)"
        return f"{head}{left}{'0, ' if name == 'max0' else ''}{inside}{right}", _ATOM
