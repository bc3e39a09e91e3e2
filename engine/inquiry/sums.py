"""The value of a typed sum such as ``-0.1^2/exp(1)``: what a learner may write where a number is asked for."""

import math
from collections.abc import Callable
from typing import Final

from engine.inquiry.grammar import COMPARISONS, CONNECTIVES, Applied, Literal, Named, Typing, parse
from engine.problems import Problem
from engine.typed import number

FUNCTIONS: Final[dict[str, Callable[[float], float]]] = {
    "abs": abs,
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sigmoid": lambda u: 1.0 / (1.0 + math.exp(-u)) if u >= 0.0 else math.exp(u) / (1.0 + math.exp(u)),
}
CONSTANTS: Final = {"e": math.e, "pi": math.pi}


def typed_number(text: str) -> float:
    """The number that a text says, written out or as a sum. By itself it may have a decimal comma; in a sum it may not.

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong and where: names that are no constants, functions that are not known, no number
        at the end of it.
    """
    try:
        alone = number(text)
    except ValueError:
        alone = math.inf
    return alone if math.isfinite(alone) else _value(parse(text, number=True))


def _value(typing: Typing) -> float:
    match typing:
        case Literal(value):
            return value
        case Named(name, at):
            if name not in CONSTANTS:
                raise Problem("typed_name", at=at, name=name, known=", ".join((*CONSTANTS, *FUNCTIONS)))
            return CONSTANTS[name]
        case Applied(operation, to, at):
            if operation in (*COMPARISONS, *CONNECTIVES):
                raise Problem("typed_unexpected", at=at, found=operation, expected="+ - * / ^")
            try:
                found = _applied(operation, tuple(map(_value, to)), at)
            except Problem:
                raise
            except (ValueError, OverflowError, ZeroDivisionError):
                raise Problem("typed_undefined", at=at, name=operation) from None
            if isinstance(found, complex) or not math.isfinite(found):
                raise Problem("typed_undefined", at=at, name=operation)
            return found


def _applied(operation: str, to: tuple[float, ...], at: int) -> float:
    match operation, to:
        case "+", (a, b):
            return a + b
        case "-", (a, b):
            return a - b
        case "-", (a,):
            return -a
        case "*", (a, b):
            return a * b
        case "/", (a, b):
            return a / b
        case "^", (a, b):
            return float(a**b) if a >= 0.0 or b == int(b) else math.nan
        case name, (a,) if name in FUNCTIONS:
            return FUNCTIONS[name](a)
    if operation in FUNCTIONS:
        raise Problem("typed_count", at=at, name=operation, count=len(to), expected=1)
    raise Problem("typed_name", at=at, name=operation, known=", ".join(FUNCTIONS))
