"""A book rewrites the lecture's trees: its letters, its order of factors, its signs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Sum,
    SumOver,
    Symbol,
    rebuilt,
)
from engine.formulas.fill import Place

Change = Callable[[Expression], Expression]
Rewrite = Callable[[Expression, Change, Place], Expression | None]  # None: not mine; the parts are changed in turn
Turn = Callable[[Equation, Place], Equation | None]  # None: the book has no such equation


@dataclass(frozen=True)
class Rewriting:
    """What a book does to an equation: first to the equation as a whole, then to each part of its two sides.

    Of the rewrites the first that takes a part decides what becomes of it. ``letters`` comes last: it gives sums their
    letters by layer, which is right only where what is outside of a sum has numbers for its indices.
    """

    equations: tuple[Turn, ...] = ()
    parts: tuple[Rewrite, ...] = ()
    letters: Rewrite | None = None

    def __call__(self, equation: Equation, place: Place) -> Equation | None:
        """The equation as the book has it; None where it has none."""
        if self == _NOTHING:
            return equation
        for turn in self.equations:
            turned = turn(equation, place)
            if turned is None:
                return None
            equation = turned
        rewrites = self.parts if self.letters is None else (*self.parts, self.letters)
        return replace(
            equation,
            left=rewritten(equation.left, rewrites, place),
            right=rewritten(equation.right, rewrites, place),
        )


_NOTHING: Final = Rewriting()


def rewritten(expression: Expression, rewrites: tuple[Rewrite, ...], place: Place) -> Expression:
    """A tree with every part rewritten."""

    def go(part: Expression) -> Expression:
        for rewrite in rewrites:
            found = rewrite(part, go, place)
            if found is not None:
                return found
        return rebuilt(part, go)

    return go(expression)


def kind_of(expression: Expression) -> str:
    """The kind of quantity that a symbol or a number stands for; empty for all else."""
    match expression:
        case Ref(quantity=quantity):
            return quantity.kind
        case Symbol(kind=kind):
            return kind
    return ""


def layer_of(index: str, body: Expression) -> int | None:
    """The layer that an index runs over, by the symbols that carry it."""
    match body:
        case Symbol(layer=layer, j=j, i=i) if isinstance(layer, int):
            return layer if j == index else layer - 1 if i == index else None
        case Product(parts) | Sum(parts):
            found = [layer_of(index, part) for part in parts]
        case Difference(left, right) | Hadamard(left, right) | Quotient(left, right):
            found = [layer_of(index, left), layer_of(index, right)]
        case _:
            of = getattr(body, "of", None) or getattr(body, "body", None)
            return layer_of(index, of) if isinstance(of, Expression) else None
    return next((layer for layer in found if layer is not None), None)


def letters(letter: Callable[[str, Expression, Place], str]) -> Rewrite:
    """Sums run over the book's own letters."""

    def rewrite(part: Expression, go: Change, place: Place) -> Expression | None:
        if not isinstance(part, SumOver):
            return None
        mine = letter(part.index, part.body, place)
        return SumOver(mine, part.last, go(_renamed(part.body, part.index, mine)), part.within)

    return rewrite


def _renamed(body: Expression, old: str, new: str) -> Expression:
    def rename(part: Expression) -> Expression:
        if isinstance(part, Symbol):
            j, i, sample = (new if one == old else one for one in (part.j, part.i, part.sample))
            return replace(part, j=j, i=i, sample=str(sample))
        return rebuilt(part, rename)

    return rename(body)


def signed(equation: Equation, place: Place) -> Equation:
    """Where a book shows the opposite of an error term, a gradient or a change, its formula has the other sign.

    Changes of an update over one sample are written out: the rate times the error term times the output below.
    """
    sign = {kind: -1.0 if factor < 0.0 else 1.0 for kind, factor in place.notation.factors.items()}
    error = sign.get("delta", 1.0)
    match equation:
        case Equation(left=Symbol("delta"), right=right) if error < 0.0:
            return replace(equation, right=_opposite(right))
        case Equation("D7", Derivative(Symbol(family)), right) if error * sign.get(f"grad_{family}", 1.0) < 0.0:
            return replace(equation, right=Negative(right))
        case Equation(
            left=Symbol("delta_W" | "delta_b" as kind, l, j, i), right=Product((Negative(eta), Derivative()))
        ) if place.single:
            rate: Expression = Negative(eta) if error * sign.get(kind, 1.0) > 0.0 else eta
            x = (Symbol("x", l - 1, i),) if kind == "delta_W" and isinstance(l, int) else ()
            return replace(equation, right=Product((rate, Symbol("delta", l, j), *x)))
    return equation


def _opposite(right: Expression) -> Expression:
    """Minus the right side of D8 or D9: the difference is turned round; error terms further up turn with this one."""
    match right:
        case Difference(left, other):
            return Difference(other, left)
        case Product((Difference(left, other), *rest)):
            return Product((Difference(other, left), *rest))
        case Hadamard(Difference(left, other), slope):
            return Hadamard(Difference(other, left), slope)
    return right


def slopes(first: bool) -> Rewrite:
    """o (1 - o) for the slope of a sigmoid, before the error or after it."""

    def rewrite(part: Expression, go: Change, place: Place) -> Expression | None:
        match part:
            case Hadamard(error, Function("f'", Symbol("u") as u)):
                steep, error = slope(u, place), go(error)
                return Hadamard(steep, error) if first else Hadamard(error, steep)
            case Product((error, Function("f'", Symbol("u") as u))):
                steep, error = slope(u, place), go(error)
                factors = steep.factors if isinstance(steep, Product) else (steep,)
                return Product((*factors, error) if first else (error, *factors))
        return None

    return rewrite


def slope(u: Symbol, place: Place) -> Expression:
    """f' of a neuron or of a layer, written out for a sigmoid."""
    if not isinstance(u.layer, int) or not place.network.activation(u.layer).logistic:  # any layer l may differ
        return Function("f'", u)
    x = replace(u, kind="x")
    one_less = Difference(Number(1.0), x)
    return Hadamard(x, one_less) if u.j == "" else Product((x, one_less))
