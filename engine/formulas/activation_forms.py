"""How each activation and its slope are written: one entry a name, asked by every explanation and derivation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.formulas.expression import (
    Cases,
    Difference,
    Expression,
    Function,
    Negative,
    Number,
    Product,
    Quotient,
    Square,
    Sum,
)

_ONE: Final = Number(1.0)
_ZERO: Final = Number(0.0)


@dataclass(frozen=True)
class Form:
    """Trees of an activation, over whatever stands for u and for x = f(u): symbols, or numbers with their names.

    Attributes
    ----------
    f : callable
        f(u), from u.
    slope : callable or None
        f'(u), from x and u; None where it is a number without a formula, such as 0 or 1.
    reused : callable or None
        f'(u) as a program reuses it, from f(u) alone (D12); None where f(u) does not suffice.
    """

    f: Callable[[Expression], Expression]
    slope: Callable[[Expression, Expression], Expression] | None = None
    reused: Callable[[Expression], Expression] | None = None


FORMS: Final[dict[str, Form]] = {
    "sigmoid": Form(
        f=lambda u: Quotient(_ONE, Sum((_ONE, Function("exp", Negative(u))))),
        slope=lambda x, u: Product((x, Difference(_ONE, x))),
        reused=lambda x: Product((x, Difference(_ONE, x))),
    ),
    "tanh": Form(
        f=lambda u: Function("tanh", u),
        slope=lambda x, u: Difference(_ONE, Square(x)),
        reused=lambda x: Difference(_ONE, Product((x, x))),
    ),
    "relu": Form(
        f=lambda u: Function("max0", u),
        reused=lambda x: Cases(((_ONE, (x, ">", _ZERO)), (_ZERO, (x, "=", _ZERO)))),
    ),
    "identity": Form(f=lambda u: u, reused=lambda x: _ONE),
    "softmax": Form(f=lambda u: u, slope=lambda x, u: Product((x, Difference(_ONE, x)))),  # on its Jacobian's diagonal
}
