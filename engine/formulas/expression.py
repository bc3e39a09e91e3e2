"""Expression trees: a formula that can be written with symbols, written with numbers, and evaluated."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

from engine.quantities import Quantity


class Expression:
    """A formula or a part of one."""


@dataclass(frozen=True)
class Ref(Expression):
    """A number of the update, which has a provenance of its own; ``value`` is the number as the book shows it.

    Books differ in signs and factors: a threshold is ``-b``, and its Ref names b and holds -b.
    """

    quantity: Quantity
    value: float


@dataclass(frozen=True)
class Symbol(Expression):
    """A quantity in general: indices are letters or numbers; ``""`` for a whole vector or matrix.

    ``last`` is the output's layer where that is known: some books have other letters there.
    """

    kind: str
    layer: int | str = ""
    j: int | str = ""
    i: int | str = ""
    sample: str = ""
    last: int = 0


@dataclass(frozen=True)
class Number(Expression):
    """A constant of the formula, such as 1 or 1/2; or a number ``worked`` out that has no name of its own."""

    value: float
    worked: bool = False


@dataclass(frozen=True)
class Sum(Expression):
    """Terms added from left to right."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class SumOver(Expression):
    """A sum over an index from 1 to ``last``, or over the members of a set ``within``; symbolic only."""

    index: str
    last: int | str
    body: Expression
    within: str = ""


@dataclass(frozen=True)
class Product(Expression):
    """Factors multiplied from left to right; of vectors and matrices where ``matrix`` is set."""

    factors: tuple[Expression, ...]
    matrix: bool = False


@dataclass(frozen=True)
class Hadamard(Expression):
    """Elementwise product; symbolic only."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Transpose(Expression):
    """Transpose of a matrix or vector; symbolic only."""

    of: Expression


@dataclass(frozen=True)
class SquaredNorm(Expression):
    """Squared length of a vector; symbolic only."""

    of: Expression


@dataclass(frozen=True)
class Difference(Expression):
    """left - right."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negative(Expression):
    """-of."""

    of: Expression


@dataclass(frozen=True)
class Quotient(Expression):
    """above / below."""

    above: Expression
    below: Expression


@dataclass(frozen=True)
class Square(Expression):
    """of * of."""

    of: Expression


@dataclass(frozen=True)
class Function(Expression):
    """A named function applied: ``f, f', exp, log, tanh, max0, sqrt, abs, sgn, sign``.

    ``sgn`` is the perceptron's, 1 from 0 on and else 0; ``sign`` is -1, 0 or 1.
    """

    name: str
    of: Expression


@dataclass(frozen=True)
class Derivative(Expression):
    """The gradient by ``by``: a partial derivative, or nabla where ``by`` is a vector or matrix.

    ``of`` is what is differentiated, by default the loss; with ``partial`` a whole ``by`` is a scalar.
    """

    by: Expression
    of: Expression = Symbol("loss")
    partial: bool = False


@dataclass(frozen=True)
class Power(Expression):
    """of to a power, a number or a letter; one to a letter is symbolic."""

    of: Expression
    exponent: int | str


@dataclass(frozen=True)
class Value(Expression):
    """A number of an example, which no update knows; ``given`` if somebody chose it."""

    value: float
    given: bool = False


@dataclass(frozen=True)
class Array(Expression):
    """A vector or matrix written out, row by row; has no one value."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True)
class Cases(Expression):
    """One value or another; each with its condition ``left sign right``; symbolic only."""

    rows: tuple[tuple[Expression, tuple[Expression, str, Expression]], ...]


@dataclass(frozen=True)
class Spelled(Expression):
    """A number that has a symbol, ``written`` out as what it is made of: E o (1 - o) for minus an error term."""

    symbol: "Symbol"
    written: Expression


@dataclass(frozen=True)
class Computed(Expression):
    """Written one way, computed another that keeps its digits: 1 - x is worthless where x rounds to 1."""

    shown: Expression
    function: Callable[..., float]
    args: tuple[Expression, ...]


_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sqrt": math.sqrt,
    "abs": abs,
    "sgn": lambda z: 1.0 if z >= 0.0 else 0.0,
    "sign": lambda z: 1.0 if z > 0.0 else -1.0 if z < 0.0 else 0.0,
}


def evaluate(expression: Expression) -> float:
    """The double that the tree stands for, by the operations in the order in which they are written.

    Raises
    ------
    ValueError
        For the symbolic nodes, which hold no numbers.
    """
    match expression:
        case Ref() | Number() | Value():
            return expression.value
        case Sum(terms):
            return reduce(lambda total, term: total + evaluate(term), terms[1:], evaluate(terms[0]))
        case Product(factors):
            return reduce(lambda total, factor: total * evaluate(factor), factors[1:], evaluate(factors[0]))
        case Difference(left, right):
            return evaluate(left) - evaluate(right)
        case Negative(of):
            return -evaluate(of)
        case Quotient(above, below):
            return evaluate(above) / evaluate(below)
        case Square(of):
            return evaluate(of) * evaluate(of)
        case Power(of, int(exponent)):
            return math.pow(evaluate(of), exponent)
        case Function(name, of) if name in _FUNCTIONS:
            return _FUNCTIONS[name](evaluate(of))
        case Computed(function=function, args=args):
            return function(*map(evaluate, args))
    raise ValueError(f"{type(expression).__name__} is symbolic and has no value")


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same node with each of its parts changed; what has no parts stays as it is."""
    match expression:
        case Sum(parts):
            return Sum(tuple(map(change, parts)))
        case Product(parts, matrix):
            return Product(tuple(map(change, parts)), matrix)
        case Difference(left, right) | Hadamard(left, right) | Quotient(left, right):
            return type(expression)(change(left), change(right))
        case Negative(of) | Square(of) | Transpose(of) | SquaredNorm(of):
            return type(expression)(change(of))
        case Function(name, of):
            return Function(name, change(of))
        case SumOver(index, last, body, within):
            return SumOver(index, last, change(body), within)
        case Computed(shown, function, args):
            return Computed(change(shown), function, args)
        case Array(rows):
            return Array(tuple(tuple(map(change, row)) for row in rows))
        case Cases(rows):
            return Cases(tuple((change(v), (change(left), sign, change(right))) for v, (left, sign, right) in rows))
        case Derivative(by, of, partial):
            return Derivative(change(by), change(of), partial)
        case Power(of, exponent):
            return Power(change(of), exponent)
        case Spelled(symbol, written):
            own = change(symbol)
            assert isinstance(own, Symbol)
            return Spelled(own, change(written))
    return expression


def refs(expression: Expression) -> Iterator[Ref]:
    """The numbers that an expression is made of, from left to right."""
    match expression:
        case Ref():
            yield expression
        case Sum(parts) | Product(parts):
            for part in parts:
                yield from refs(part)
        case Difference(left, right) | Quotient(left, right) | Hadamard(left, right):
            yield from refs(left)
            yield from refs(right)
        case Negative(of) | Square(of) | Power(of) | Function(_, of) | Transpose(of) | SquaredNorm(of):
            yield from refs(of)
        case Computed(shown=shown):
            yield from refs(shown)
        case Array(rows):
            for row in rows:
                for part in row:
                    yield from refs(part)
