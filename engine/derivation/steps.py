"""The derivations of D1-D6 line by line, as expression trees in column notation."""

from collections.abc import Mapping
from typing import Final

from engine.derivation.walk import Line, Step, line
from engine.expression import (
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


def x_(j: int | str) -> Symbol:
    """Entry j of x."""
    return Symbol("x", "", j)


def y_(i: int | str) -> Symbol:
    """Entry i of y."""
    return Symbol("y", "", i)


def u_(i: int | str) -> Symbol:
    """Entry i of u."""
    return Symbol("u", "", i)


def w_(i: int | str, j: int | str) -> Symbol:
    """The entry of W in row i, column j."""
    return Symbol("W", "", i, j)


def lines(formula: str, stage: int, n: int, m: int, given: Mapping[str, float] | None = None) -> tuple[Line, ...]:
    """What is given, why the formula holds, and the formula, in this order; ``given`` are the numbers of D1."""
    if formula == "D1":
        return _chain(given or {})
    makers = {"D2": _by_weights, "D3": _by_inputs, "D4": _elementwise, "D6": _any_function}
    if formula == "D5":
        return _composed_by_weights() if stage else _composed_by_inputs(n)
    return makers[formula](n, m)


def _distance() -> Line:
    """f, and its gradient (FORMULAS F7)."""
    apart = Difference(Y, Symbol("c"))
    half = Quotient(Number(1.0), Number(2.0))
    return line("distance", Step(Function("f", Y), Product((half, SquaredNorm(apart)))), Step(nabla(Y), apart))


def _chain(given: Mapping[str, float]) -> tuple[Line, ...]:
    u, v, w, x = (Symbol(letter) for letter in "uvwx")
    a, b = (Value(given.get(letter, 1.0), True) for letter in "ab")
    terms = tuple(Product((partial(F, one), partial(one, x))) for one in (u, v, w))
    return (
        line("given", Step(F, Sum((Product((u, v)), Square(w)))), Step(u, Product((a, x))), Step(v, Square(x)),
             Step(w, Sum((Product((b, x)), Number(1.0))))),
        line("into_f", Step(partial(F, u), v), Step(partial(F, v), u), Step(partial(F, w), Product((Number(2.0), w)))),
        line("out_of_x", Step(partial(u, x), a), Step(partial(v, x), Product((Number(2.0), x))),
             Step(partial(w, x), b)),
        line("three_ways", Step(partial(F, x), Sum(terms))),
    )  # fmt: skip


def _layer(m: int) -> Line:
    return line(
        "given", Step(Y, matrix(W, X)), Step(y_("i"), SumOver("j", m, Product((w_("i", "j"), x_("j")))))
    )  # fmt: skip


def _by_weights(n: int, m: int) -> tuple[Line, ...]:
    by = w_("i", "j")
    every = SumOver("k", n, Product((partial(F, y_("k")), partial(y_("k"), by))))
    return (
        _layer(m),
        _distance(),
        line("every_y", Step(partial(F, by), every)),
        line("one_y", Step(partial(y_("i"), by), x_("j")), Step(partial(y_("k"), by), Number(0.0), r"k \ne i")),
        line("one_left", Step(partial(F, by), Product((partial(F, y_("i")), x_("j"))))),
        line("together", Step(nabla(W), matrix(nabla(Y), Transpose(X)))),
    )


def _by_inputs(n: int, m: int) -> tuple[Line, ...]:
    by = x_("j")
    return (
        _layer(m),
        _distance(),
        line("every_y", Step(partial(F, by), SumOver("i", n, Product((partial(F, y_("i")), partial(y_("i"), by)))))),
        line("weight", Step(partial(y_("i"), by), w_("i", "j"))),
        line("put_in", Step(partial(F, by), SumOver("i", n, Product((w_("i", "j"), partial(F, y_("i"))))))),
        line("together", Step(nabla(X), matrix(Transpose(W), nabla(Y)))),
    )


def _sigmoid() -> Step:
    t = Symbol("t")
    g = Function("g", t)
    return Step(Function("g'", t), Product((g, Difference(Number(1.0), g))))


def _elementwise(n: int, m: int) -> tuple[Line, ...]:
    by = x_("j")
    return (
        line("given", Step(y_("j"), Function("g", by)), _sigmoid()),
        _distance(),
        line("every_y", Step(partial(F, by), SumOver("k", n, Product((partial(F, y_("k")), partial(y_("k"), by)))))),
        line("own_x", Step(partial(y_("j"), by), Function("g'", by)),
             Step(partial(y_("k"), by), Number(0.0), r"k \ne j")),
        line("one_left", Step(partial(F, by), Product((partial(F, y_("j")), Function("g'", by))))),
        line("together", Step(nabla(X), Hadamard(nabla(Y), Function("g'", X)))),
    )  # fmt: skip


def _composed() -> tuple[Line, ...]:
    return (
        line("given", Step(U, matrix(W, X)), Step(Y, Function("g", U)), _sigmoid()),
        _distance(),
        line("through_g", Step(nabla(U), Hadamard(nabla(Y), Function("g'", U)))),
    )


def _slope() -> Hadamard:
    return Hadamard(nabla(Y), Function("g'", U))


def _composed_by_inputs(n: int) -> tuple[Line, ...]:
    inner = Product((partial(F, y_("i")), Function("g'", u_("i"))))
    return (
        *_composed(),
        line("through_W", Step(nabla(X), matrix(Transpose(W), nabla(U)))),
        line("both", Step(partial(F, x_("j")), SumOver("i", n, Product((w_("i", "j"), inner))))),
        line("together", Step(nabla(X), matrix(Transpose(W), _slope()))),
    )


def _composed_by_weights() -> tuple[Line, ...]:
    right = Product((partial(F, y_("i")), Function("g'", u_("i")), x_("j")))
    return (
        *_composed(),
        line("to_W", Step(nabla(W), matrix(nabla(U), Transpose(X)))),
        line("both", Step(partial(F, w_("i", "j")), right)),
        line("together", Step(nabla(W), matrix(_slope(), Transpose(X)))),
    )


def _any_function(n: int, m: int) -> tuple[Line, ...]:
    by = x_("j")
    slope = partial(y_("i"), by)
    a, J_ij = Symbol("a", "", "i", "j"), Symbol("J", "", "i", "j")
    return (
        line("any_g", Step(Y, Function("g", X)), Step(y_("i"), SumOver("j", m, Product((a, Power(by, "i")))))),
        _distance(),
        line("every_y", Step(partial(F, by), SumOver("i", n, Product((partial(F, y_("i")), slope))))),
        line("jacobian", Step(J_ij, slope), Step(slope, Product((Symbol("i"), a, Power(by, "i-1"))))),
        line("put_in", Step(partial(F, by), SumOver("i", n, Product((J_ij, partial(F, y_("i"))))))),
        line("together", Step(nabla(X), matrix(Transpose(J), nabla(Y)))),
    )
