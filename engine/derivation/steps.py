"""The derivations of D1-D6 line by line, as expression trees in column notation."""

from dataclasses import dataclass
from typing import Final

from engine.derivation.walk import Line, Stop, equal, line
from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Number,
    Power,
    Product,
    Quotient,
    Square,
    SquaredNorm,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    Value,
)

F: Final = Symbol("f")
X, Y, U, W, J = (Symbol(letter) for letter in ("x", "y", "u", "W", "J"))


def partial(of: Expression, by: Expression) -> Derivative:
    """The partial derivative of one number by another."""
    return Derivative(by, of, partial=True)


def nabla(by: Expression) -> Derivative:
    """The gradient of f by a vector or matrix."""
    return Derivative(by, F)


def matrix(*factors: Expression) -> Product:
    """A product of vectors and matrices."""
    return Product(factors, matrix=True)


def x_(i: int | str) -> Symbol:
    """Entry i of x, which goes in."""
    return Symbol("x", "", i)


def y_(j: int | str) -> Symbol:
    """Entry j of y, which comes out."""
    return Symbol("y", "", j)


def u_(j: int | str) -> Symbol:
    """Entry j of u."""
    return Symbol("u", "", j)


def w_(j: int | str, i: int | str) -> Symbol:
    """Entry j, i of W: what leads from x_i to y_j."""
    return Symbol("W", "", j, i)


@dataclass(frozen=True)
class Given:
    """The numbers of an example that only its formulas have: a, b of D1, c, and the a_ji of D6."""

    a: float = 1.0
    b: float = 1.0
    c: tuple[float, ...] = ()
    A: tuple[tuple[float, ...], ...] = ()


def lines(stop: Stop, n: int, m: int, given: Given) -> tuple[Line, ...]:
    """The lines of D1-D6 for y of n and x of m numbers, the formula itself last; D5 by x at stage 0, by W at 1."""
    if stop.formula == "D1":
        return _chain(given)
    if stop.formula == "D5":
        return _composed_by_weights(given) if stop.stage else _composed_by_inputs(n, given)
    makers = {"D2": _by_weights, "D3": _by_inputs, "D4": _elementwise, "D6": _any_function}
    return makers[stop.formula](n, m, given)


def _distance(given: Given) -> Line:
    """f, its gradient (FORMULAS F7), and the numbers c that it is about."""
    apart, c = Difference(Y, Symbol("c")), Symbol("c")
    half = Quotient(Number(1.0), Number(2.0))
    return line(
        "distance",
        equal(Function("f", Y), Product((half, SquaredNorm(apart)))),
        equal(nabla(Y), apart),
        equal(c, Transpose(_numbers((given.c,)))),
    )


def _numbers(rows: tuple[tuple[float, ...], ...]) -> Array:
    return Array(tuple(tuple(Value(number, True) for number in row) for row in rows))


def _chain(given: Given) -> tuple[Line, ...]:
    u, v, w, x, y = (Symbol(letter) for letter in "uvwxy")
    a, b = Value(given.a, True), Value(given.b, True)
    ways = [
        equal(partial(F, by), Sum(tuple(Product((partial(F, one), partial(one, by))) for one in (u, v, w))))
        for by in (x, y)
    ]
    return (
        line(
            "given",
            equal(F, Sum((Product((u, v)), Square(w)))),
            equal(u, Sum((Product((a, x)), y))),
            equal(v, Product((x, y))),
            equal(w, Sum((Product((b, x)), Square(y)))),
        ),
        line(
            "into_f", equal(partial(F, u), v), equal(partial(F, v), u), equal(partial(F, w), Product((Number(2.0), w)))
        ),
        line("out_of_x", equal(partial(u, x), a), equal(partial(v, x), y), equal(partial(w, x), b)),
        line(
            "out_of_y",
            equal(partial(u, y), Number(1.0)),
            equal(partial(v, y), x),
            equal(partial(w, y), Product((Number(2.0), y))),
        ),
        line("three_ways", ways[0]),
        line("three_ways", ways[1]),
    )


def _layer(m: int) -> Line:
    return line("given", equal(Y, matrix(W, X)), equal(y_("j"), SumOver("i", m, Product((w_("j", "i"), x_("i"))))))


def _by_weights(n: int, m: int, given: Given) -> tuple[Line, ...]:
    by = w_("j", "i")
    every = SumOver("k", n, Product((partial(F, y_("k")), partial(y_("k"), by))))
    return (
        _layer(m),
        _distance(given),
        line("every_y", equal(partial(F, by), every)),
        line("one_y", equal(partial(y_("j"), by), x_("i")), equal(partial(y_("k"), by), Number(0.0), r"k \ne j")),
        line("one_left", equal(partial(F, by), Product((partial(F, y_("j")), x_("i"))))),
        line("together", equal(nabla(W), matrix(nabla(Y), Transpose(X)))),
    )


def _by_inputs(n: int, m: int, given: Given) -> tuple[Line, ...]:
    by = x_("i")
    return (
        _layer(m),
        _distance(given),
        line("every_y", equal(partial(F, by), SumOver("j", n, Product((partial(F, y_("j")), partial(y_("j"), by)))))),
        line("weight", equal(partial(y_("j"), by), w_("j", "i"))),
        line("put_in", equal(partial(F, by), SumOver("j", n, Product((w_("j", "i"), partial(F, y_("j"))))))),
        line("together", equal(nabla(X), matrix(Transpose(W), nabla(Y)))),
    )


def _sigmoid() -> Equation:
    t = Symbol("t")
    g = Function("g", t)
    return equal(Function("g'", t), Product((g, Difference(Number(1.0), g))))


def _elementwise(n: int, m: int, given: Given) -> tuple[Line, ...]:
    by = x_("j")
    return (
        line("given", equal(y_("j"), Function("g", by)), _sigmoid()),
        _distance(given),
        line("every_y", equal(partial(F, by), SumOver("k", n, Product((partial(F, y_("k")), partial(y_("k"), by)))))),
        line(
            "own_x",
            equal(partial(y_("j"), by), Function("g'", by)),
            equal(partial(y_("k"), by), Number(0.0), r"k \ne j"),
        ),
        line("one_left", equal(partial(F, by), Product((partial(F, y_("j")), Function("g'", by))))),
        line("together", equal(nabla(X), Hadamard(nabla(Y), Function("g'", X)))),
    )


def _composed(given: Given) -> tuple[Line, ...]:
    return (
        line("given", equal(U, matrix(W, X)), equal(Y, Function("g", U)), _sigmoid()),
        _distance(given),
        line("through_g", equal(nabla(U), Hadamard(nabla(Y), Function("g'", U)))),
    )


def _slope() -> Hadamard:
    return Hadamard(nabla(Y), Function("g'", U))


def _composed_by_inputs(n: int, given: Given) -> tuple[Line, ...]:
    inner = Product((partial(F, y_("j")), Function("g'", u_("j"))))
    return (
        *_composed(given),
        line("through_W", equal(nabla(X), matrix(Transpose(W), nabla(U)))),
        line("both", equal(partial(F, x_("i")), SumOver("j", n, Product((w_("j", "i"), inner))))),
        line("together", equal(nabla(X), matrix(Transpose(W), _slope()))),
    )


def _composed_by_weights(given: Given) -> tuple[Line, ...]:
    right = Product((partial(F, y_("j")), Function("g'", u_("j")), x_("i")))
    return (
        *_composed(given),
        line("to_W", equal(nabla(W), matrix(nabla(U), Transpose(X)))),
        line("both", equal(partial(F, w_("j", "i")), right)),
        line("together", equal(nabla(W), matrix(_slope(), Transpose(X)))),
    )


def _any_function(n: int, m: int, given: Given) -> tuple[Line, ...]:
    by = x_("i")
    slope = partial(y_("j"), by)
    a, J_ji = Symbol("a", "", "j", "i"), Symbol("J", "", "j", "i")
    return (
        line(
            "any_g",
            equal(Y, Function("g", X)),
            equal(y_("j"), SumOver("i", m, Product((a, Power(by, "j"))))),
            equal(Array(((a,),)), _numbers(given.A)),
        ),
        _distance(given),
        line("every_y", equal(partial(F, by), SumOver("j", n, Product((partial(F, y_("j")), slope))))),
        line("jacobian", equal(J_ji, slope), equal(slope, Product((Symbol("j"), a, Power(by, "j-1"))))),
        line("put_in", equal(partial(F, by), SumOver("j", n, Product((J_ji, partial(F, y_("j"))))))),
        line("together", equal(nabla(X), matrix(Transpose(J), nabla(Y)))),
    )
