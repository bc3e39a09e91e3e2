"""Books' symbols for the same quantities: a tree of expressions becomes TeX in the notation of one book."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from engine import numerals
from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import (
    Array,
    Cases,
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
    Spelled,
    Square,
    SquaredNorm,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    Value,
)
from engine.formulas.notation import COLUMN, THRESHOLD, Notation
from engine.network import MAX_NEURONS
from engine.quantities import RATE_KINDS, Quantity

LONGEST_ARRAY: Final = 5  # likewise rows and columns of an array on a screen, where its numbers are links
SIGNS: Final = {">=": r"\ge", ">": ">", "<": "<", "=": "="}  # of the conditions of cases
LONGEST_SUM: Final = 8  # longer sums are written with their first terms, dots, and the last


@dataclass(frozen=True)
class Style:
    """How numbers are written: with ``digits`` significant digits, each a link to its own explanation if ``linked``.

    Sums of more than ``longest`` terms are written with their first terms, dots, and the last. A fraction with a sum of
    more than ``above`` numbers over its bar, or ``below`` it, is written with a slash, where its line can be broken.
    """

    digits: int = 4
    linked: bool = False
    longest: int = LONGEST_SUM
    above: int = 4
    below: int = MAX_NEURONS


@lru_cache(maxsize=16384)
def symbol(quantity: Quantity, notation: Notation = COLUMN) -> str:
    """TeX of the symbol of a quantity, such as ``\\delta^{(1)}_{2}``; ``notation`` is that of its network."""
    layer = "" if quantity.kind in ("loss", *RATE_KINDS) else quantity.layer
    sample = "k" if quantity.kind == "loss" and quantity.sample and notation.name == THRESHOLD.name else ""
    return _letters(Symbol(quantity.kind, layer, quantity.j or "", quantity.i or "", sample=sample), notation)


@lru_cache(maxsize=16384)
def _letters(symbol: Symbol, notation: Notation) -> str:
    return notation.symbol(notation.own(symbol))


def equation(eq: Equation, notation: Notation = COLUMN) -> str:
    """TeX of an equation or an assignment."""
    where = rf"\;\;\scriptstyle({eq.where})" if eq.where else ""
    return f"{tex(eq.left, notation)} {sign(eq)} {tex(eq.right, notation)}{where}"


def assignment(line: Derived, notation: Notation = COLUMN) -> str:
    """TeX of an assignment as a program has it: what is computed, an arrow, where it goes."""
    assert line.general is not None
    return rf"{tex(line.general.right, notation)} \to {tex(line.general.left, notation)}"


def sign(eq: Equation | Derived) -> str:
    """TeX between the two sides of an equation, an assignment or a definition."""
    return r"\leftarrow" if eq.assigns else r"\equiv" if getattr(eq, "defines", False) else "="


def equations(every: Iterable[Equation], notation: Notation = COLUMN) -> list[str]:
    """TeX of several; one with the same left side as the one before goes on behind it: ``a = b = c``."""
    lines: list[str] = []
    left: Expression | None = None
    for eq in every:
        if eq.left == left and not eq.assigns:
            lines[-1] += f" {sign(eq)} {tex(eq.right, notation)}"
        else:
            lines.append(equation(eq, notation))
        left = eq.left
    return lines


def side_by_side(every: Iterable[str]) -> str:
    r"""TeX of one line, which may be broken between these parts: at a bare ``\qquad`` KaTeX never breaks it."""
    return r" \qquad\allowbreak ".join(every)


def is_given(quantity: Quantity) -> bool:
    """Whether somebody typed this number: it is then written without zeros that only fill up."""
    return quantity.kind in (*RATE_KINDS, "y") or (quantity.kind == "x" and not quantity.layer)


def tex(expression: Expression, notation: Notation = COLUMN, style: Style | None = None) -> str:
    """TeX of an expression; numbers in it are written in ``style``, or as their symbols where that is None."""
    return _Writer(notation, style).write(expression)


# How tightly a form binds; a part that binds less tightly than its place asks for gets brackets.
SUM, PRODUCT, POWER, ATOM = range(4)
# Forms that are written by a template: how tightly they bind, the template, their parts and what each place asks for.
FORMS: Final[dict[type[Expression], tuple[int, str, tuple[tuple[str, int], ...]]]] = {
    Difference: (SUM, "{} - {}", (("left", SUM), ("right", PRODUCT))),
    Negative: (SUM, "-{}", (("of", PRODUCT),)),
    Hadamard: (PRODUCT, r"{} \odot {}", (("left", PRODUCT), ("right", PRODUCT))),
    Square: (POWER, "{}^2", (("of", ATOM),)),
    SquaredNorm: (POWER, r"\lVert {} \rVert^2", (("of", SUM),)),
    Quotient: (ATOM, r"\frac{{{}}}{{{}}}", (("above", SUM), ("below", SUM))),
}
# The others, as far as what is in them does not decide.
BINDS: Final[dict[type[Expression], int]] = {Sum: SUM, SumOver: SUM, Product: PRODUCT, Power: POWER}
# Functions that are not written as a name with brackets.
FUNCTIONS: Final = {
    "exp": "e^{{{}}}",
    "sqrt": r"\sqrt{{{}}}",
    "abs": r"\lvert {} \rvert",
    "sgn": r"\operatorname{{sgn}}({})",
    "sign": r"\operatorname{{sign}}({})",
}
# Before these a product of numbers has a dot.
DOTTED: Final = (Ref, Number, Value, Sum, Difference, Quotient, Product, Power, Square)
# "exp_of" is exp where a number is to be written in by hand: an exponent has no room for it.
NAMES: Final = {"log": r"\ln", "tanh": r"\tanh", "max0": r"\max", "exp_of": r"\exp"}


_T = TypeVar("_T")


def _terms(expression: Expression) -> int:
    """How many terms are added or subtracted in an expression, in brackets or not."""
    match expression:
        case Computed(shown=of) | Negative(of):
            return _terms(of)
        case Sum(terms):
            return sum(map(_terms, terms))
        case Difference(left, right):
            return _terms(left) + _terms(right)
    return 1


def _shortened(parts: list[_T], dots: _T, most: int) -> list[_T]:
    return parts if len(parts) <= most else [*parts[: most - 2], dots, parts[-1]]


@dataclass(frozen=True)
class _Writer:
    notation: Notation
    style: Style | None

    def write(self, expression: Expression, at_least: int = SUM) -> str:
        """A part in its place."""
        text = self.text(expression)
        if at_least == SUM or self.binds(expression, text) >= at_least:
            return text
        tall = any(part in text for part in (r"\frac", r"\sum", r"\begin"))
        return rf"\left({text}\right)" if tall else f"({text})"

    def binds(self, expression: Expression, text: str) -> int:
        """How tightly the parts of an expression hold together, where it is written as ``text``."""
        match expression:
            case Computed(shown=shown):
                return self.binds(shown, text)
            case Spelled(_, written):  # in another product a product stands without brackets
                return ATOM if isinstance(written, Product) else self.binds(written, text)
            case Symbol(kind=kind):
                return SUM if kind in self.notation.compound else ATOM
            case Ref(quantity) if self.style is None:
                return SUM if quantity.kind in self.notation.compound else ATOM
            case Number(value):
                return ATOM if value >= 0.0 else SUM
            case Ref() | Value():
                digits = text[text.index("}{") + 2 :] if text.startswith(r"\htmlData") else text
                return SUM if digits.startswith("-") else PRODUCT if "cdot" in digits else ATOM
            case Quotient() if self.slashed(expression):
                return PRODUCT
            case Function("sqrt", of) if self.powered(of):
                return POWER
            case Derivative(by, of, partial) if not self.is_nabla(by, partial):
                return POWER  # a fraction, which stands alone but not before an exponent
            case Derivative(by, of, partial):
                return ATOM if isinstance(of, Symbol) and of.kind == "loss" else PRODUCT
        kind_of = type(expression)
        return FORMS[kind_of][0] if kind_of in FORMS else BINDS.get(kind_of, ATOM)

    def text(self, expression: Expression) -> str:
        """TeX of an expression, without brackets around it."""
        match expression:
            case Computed(shown=written) | Spelled(written=written):
                return self.text(written)
            case Ref(quantity, value):
                return self.number(value, quantity)
            case Symbol():
                return _letters(expression, self.notation)
            case Number(value, worked):
                return numerals.tex(value, self.style.digits if worked and self.style else 6)
            case Value(value, given):
                return numerals.tex(value, self.style.digits if self.style else 6, given)
            case Sum(terms):
                return self.sum(terms)
            case SumOver(index, last, body, within):
                over = rf"_{{{index} \in {within}}}" if within else rf"_{{{index}}}"
                bounds = rf"_{{{index}=1}}^{{{last}}}" if last != "" and not within else over
                return rf"\sum{bounds} {self.write(body, PRODUCT)}"
            case Product(factors, matrix):
                return self.product(factors, matrix)
            case Quotient(above, below) if self.slashed(expression):
                upper, lower = (
                    f"({self.write(one)})" if _terms(one) > 1 else self.write(one, POWER) for one in (above, below)
                )
                return f"{upper} / {lower}"
            case Square(Symbol() as of) if "^" in self.text(of):  # it has a layer there
                return f"({self.text(of)})^2"
            case Transpose(of):
                inside = self.write(of)
                bare = isinstance(of, Array) or (isinstance(of, Symbol) and "^" not in inside)
                return (inside if bare else f"({inside})") + r"^{\mathsf T}"
            case Function(name, of):
                return self.function(name, of)
            case Derivative():
                return self.derivative(expression)
            case Power(of, exponent):
                return f"{self.write(of, ATOM)}^{{{exponent}}}"
            case Array(rows):
                most = LONGEST_ARRAY if self.style and self.style.linked else MAX_NEURONS  # paper has room for all
                cells = [_shortened([self.write(part) for part in row], r"\cdots", most) for row in rows]
                lines = [" & ".join(row) for row in _shortened(cells, [r"\vdots"] * len(cells[0]), most)]
                return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"
            case Cases(rows):
                lines = [
                    f"{self.write(one)}, & {self.write(left)} {SIGNS[sign]} {self.write(right)}"
                    for one, (left, sign, right) in rows
                ]
                return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"
        _, template, parts = FORMS[type(expression)]
        return template.format(*(self.write(getattr(expression, part), asked) for part, asked in parts))

    def number(self, value: float, quantity: Quantity) -> str:
        """A number of the update, or its symbol."""
        if self.style is None:
            return symbol(quantity, self.notation)
        text = numerals.tex(value, self.style.digits, is_given(quantity))
        return rf"\htmlData{{ref={quantity}}}{{{text}}}" if self.style.linked else text

    def slashed(self, quotient: Quotient) -> bool:
        """Whether numbers are too many for a bar: before and behind a slash their line can be broken."""
        if self.style is None:
            return False
        return _terms(quotient.above) > self.style.above or _terms(quotient.below) > self.style.below

    def powered(self, root: Expression) -> bool:
        """Whether numbers are too many for the sign of a root, in which a line cannot be broken either."""
        return self.style is not None and _terms(root) > self.style.above

    def sum(self, terms: tuple[Expression, ...]) -> str:
        """Terms, in the middle dots where they are many."""
        longest = LONGEST_SUM if self.style is None else self.style.longest
        long = len(terms) > longest
        written = (*terms[: longest - 2], terms[-1]) if long else terms
        parts = [self.write(term, PRODUCT if at else SUM) for at, term in enumerate(written)]
        return " + ".join([*parts[:-1], r"\cdots", parts[-1]] if long else parts)

    def product(self, factors: tuple[Expression, ...], matrix: bool) -> str:
        """Factors; a dot between numbers."""
        parts = [self.write(factor, self.asked(at, factors, matrix)) for at, factor in enumerate(factors)]
        seen = [factor.shown if isinstance(factor, Computed) else factor for factor in factors[1:]]
        dotted = any(isinstance(one, DOTTED) or (isinstance(one, Function) and one.name == "sqrt") for one in seen)
        numbers = self.style is not None and not matrix and dotted
        return (r" \cdot " if numbers else self.notation.times if matrix else r"\,").join(parts)

    def asked(self, at: int, factors: tuple[Expression, ...], matrix: bool) -> int:
        """How tightly a factor has to bind to stand without brackets: less so at the ends."""
        factor, last = factors[at], at == len(factors) - 1
        if at == 0:
            if isinstance(factor, Negative):
                return SUM
            inner = factor.written if isinstance(factor, Spelled) else factor
            return POWER if matrix and isinstance(inner, (Hadamard, Derivative, Product)) else PRODUCT
        if last and isinstance(factor, (SumOver, Derivative)):
            return SUM
        return PRODUCT if last and not matrix and isinstance(factor, Product) and factor.matrix else POWER

    def function(self, name: str, of: Expression) -> str:
        """A function of an argument, whose brackets are as high as it is."""
        inside = self.write(of)
        if name == "sqrt" and self.powered(of):
            return f"({inside})^{{1/2}}"
        if name in FUNCTIONS:
            return FUNCTIONS[name].format(inside)
        left, right = (r"\bigl(", r"\bigr)") if "(" in inside.replace("^{(", "") else ("(", ")")
        if r"\begin" in inside or r"\frac" in inside:
            left, right = r"\left(", r"\right)"
        return f"{NAMES.get(name, name)}{left}{'0, ' if name == 'max0' else ''}{inside}{right}"

    def is_nabla(self, by: Expression, partial: bool) -> bool:
        """Whether a derivative is a gradient by a whole vector or matrix."""
        return isinstance(by, Symbol) and by.j == "" and not partial

    def derivative(self, of: Derivative) -> str:
        """A gradient or a partial derivative."""
        top = self.write(of.of, POWER)
        if self.is_nabla(of.by, of.partial):
            loss = isinstance(of.of, Symbol) and of.of.kind == "loss"
            return rf"\nabla_{{{self.write(of.by)}}}" + ("" if loss and self.notation.bare_nabla else f" {top}")
        return rf"\frac{{\partial {top}}}{{\partial {self.write(of.by, POWER)}}}"
