"""The small language of programs in which a fault is to be found: Python's signs, run here and never by ``exec``.

It has numbers, arrays, dictionaries by layer, a dozen functions of NumPy, ``for`` over layers and rows, ``if`` between
two whole numbers, and functions of one line. Everything else is refused by name.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from engine.problems import Problem

LONGEST: Final = 200  # characters of a line
MOST_STEPS: Final = 5000  # statements that one run makes
LARGEST: Final = 4096  # numbers of an array
LONGEST_INTEGER: Final = 1023  # bits; a longer one is no double
Values = dict[str, Any]

_OPERATIONS: Final[dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.MatMult: ("@", operator.matmul),
    ast.Pow: ("**", operator.pow),
}
_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
NUMPY: Final[dict[str, Callable[..., Any]]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sum": np.sum,
    "max": np.max,
    "maximum": np.maximum,
    "outer": np.outer,
    "dot": np.dot,
    "ones": np.ones,
    "zeros": np.zeros,
    "mean": np.mean,
}
# How many numbers these are about to make, which is asked before they are made.
ROOM: Final[dict[str, Callable[..., float]]] = {
    "outer": lambda *given: math.prod(float(np.size(one)) for one in given),
    "ones": lambda *given: math.prod(abs(float(one)) for one in given),
    "zeros": lambda *given: math.prod(abs(float(one)) for one in given),
}
PLAIN: Final[dict[str, Callable[..., Any]]] = {"len": len, "dict": dict, "sum": np.sum, "abs": np.abs}
STATEMENTS: Final = (ast.Assign, ast.AugAssign, ast.FunctionDef)


def run(text: str, given: Mapping[str, Any]) -> Values:
    """What every name holds when the program has run, from what is given to it.

    Raises
    ------
    Problem
        ``line_...`` with the number of the line.
    """
    values: Values = {name: dict(value) if isinstance(value, dict) else value for name, value in given.items()}
    with np.errstate(all="ignore"):
        _Run(values).block(_statements(text))
    return values


@lru_cache(maxsize=64)  # a program is run with one line changed after the other
def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Problem("line_syntax", line=getattr(error, "lineno", None) or 1) from None


def one_line(text: str, number: int) -> str:
    """A line that somebody typed, for the place of line ``number``, without blanks around it.

    Raises
    ------
    Problem
        ``line_long`` or ``line_syntax`` where it is not one statement of this language.
    """
    plain = text.strip()
    if len(plain) > LONGEST:
        raise Problem("line_long", line=number, size=len(plain), limit=LONGEST)
    try:
        body = ast.parse(plain).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    if len(body) != 1 or not isinstance(body[0], STATEMENTS) or "\n" in plain or ";" in plain:
        raise Problem("line_syntax", line=number)
    return plain


class _Run:
    """Runs statements one after the other; functions that the program makes see their argument and each other."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.functions: dict[str, tuple[str, ast.expr]] = {}
        self.steps = 0
        self.line = 1

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, statement: ast.stmt) -> None:
        self.line = statement.lineno
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Problem("line_steps", line=self.line, limit=MOST_STEPS)
        match statement:
            case ast.Import(names=[ast.alias(name="numpy", asname="np")]):
                pass
            case ast.FunctionDef(
                name=name, args=ast.arguments(args=[only]), body=[ast.Return(value=ast.expr() as made)]
            ):
                self.functions[name] = only.arg, made
            case ast.Assign(targets=[target], value=value):
                self.put(target, self.value(value))
            case ast.AugAssign(target=target, op=operation, value=value):
                self.put(target, self.operate(operation, self.value(target), self.value(value)))
            case ast.For(target=target, iter=each, body=inner, orelse=[]):
                for one in self.each(each):
                    self.put(target, one)
                    self.block(inner)
            case ast.If(test=ast.Compare() as test, body=inner, orelse=[]):
                if self.holds(test):
                    self.block(inner)
            case _:
                raise self.refused(type(statement).__name__)

    def put(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.values[name] = value
            case ast.Subscript(value=ast.Name(id=name), slice=place):
                held = self.values.get(name)
                if not isinstance(held, dict):
                    raise Problem("line_name", line=self.line, name=name)
                held[self.key(place)] = value
            case ast.Tuple(elts=parts) if isinstance(value, tuple) and len(parts) == len(value):
                for part, one in zip(parts, value, strict=True):
                    self.put(part, one)
            case _:
                raise self.refused("=")

    def each(self, expression: ast.expr) -> Iterator[Any]:
        match expression:
            case ast.Tuple(elts=parts):
                yield from [self.value(part) for part in parts]
            case ast.Call(func=ast.Name(id="zip"), args=[one, other], keywords=[]):
                yield from self.pairs(self.value(one), self.value(other))
            case _:
                raise self.refused("for")

    def pairs(self, one: Any, other: Any) -> list[tuple[Any, Any]]:
        """The rows of two arrays or lists, beside each other."""
        try:
            if isinstance(one, str) or isinstance(other, str):  # functions, which are held as their names
                raise TypeError
            return list(zip(one, other, strict=False))
        except TypeError:
            raise self.refused("zip") from None

    def holds(self, test: ast.expr) -> bool:
        """Whether a condition between two numbers holds; one between arrays is as many conditions as they have."""
        found = self.value(test)
        if np.size(found) != 1:
            raise self.refused("if")
        return bool(found)

    def key(self, expression: ast.expr) -> int:
        found = self.value(expression)
        if isinstance(found, bool) or not isinstance(found, int):
            raise self.refused("[ ]")
        return found

    def value(self, expression: ast.expr) -> Any:
        match expression:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return number
            case ast.Name(id=name):
                if name in self.functions:
                    return name
                if name not in self.values:
                    raise Problem("line_name", line=self.line, name=name)
                return self.values[name]
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self.tried(operator.neg, self.number(self.value(inner)))
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.number(self.value(inner))
            case ast.BinOp(left=left, op=operation, right=right):
                return self.operate(operation, self.value(left), self.value(right))
            case ast.Compare(left=left, ops=[how], comparators=[right]) if type(how) in _COMPARISONS:
                return self.tried(
                    lambda a, b: _COMPARISONS[type(how)](a, b),
                    self.number(self.value(left)),
                    self.number(self.value(right)),
                )
            case ast.Subscript(value=held, slice=place):
                return self.entry(held, place)
            case ast.Attribute(value=inner, attr="T"):
                return np.asarray(self.number(self.value(inner))).T
            case ast.Tuple(elts=parts):
                return tuple(self.value(part) for part in parts)
            case ast.Dict(keys=keys, values=held):
                return {self.key(k): self.value(v) for k, v in zip(keys, held, strict=True) if k is not None}
            case ast.Call():
                return self.called(expression)
            case _:
                raise self.refused(type(expression).__name__)

    def entry(self, held: ast.expr, place: ast.expr) -> Any:
        of, key = self.value(held), self.key(place)
        if not isinstance(of, dict) or key not in of:
            raise Problem("line_entry", line=self.line, name=ast.unparse(held)[:40], entry=key)
        return of[key]

    def called(self, call: ast.Call) -> Any:
        arguments = [self.value(one) for one in call.args]
        axis: dict[str, Any] = {}
        for word in call.keywords:
            if word.arg != "axis":
                raise self.refused(str(word.arg))
            axis["axis"] = self.key(word.value)
        match call.func:
            case ast.Attribute(value=ast.Name(id="np"), attr=name) if name in NUMPY:
                numbers = [self.number(one) for one in arguments]
                if name in ROOM and self.tried(ROOM[name], *numbers) > LARGEST:
                    raise Problem("line_large", line=self.line, limit=LARGEST)
                return self.tried(lambda *given: NUMPY[name](*given, **axis), *numbers)
            case ast.Name(id=name) if name in PLAIN and name not in self.functions and not axis:
                return self.tried(PLAIN[name], *arguments)
            case _:
                return self.own(call, arguments)

    def own(self, call: ast.Call, arguments: list[Any]) -> Any:
        """A function of the program itself, by its name or out of a dictionary of functions."""
        name = self.value(call.func) if isinstance(call.func, ast.Name | ast.Subscript) else None
        if not isinstance(name, str) or name not in self.functions or len(arguments) != 1 or call.keywords:
            raise Problem("line_name", line=self.line, name=ast.unparse(call.func)[:40])
        parameter, made = self.functions[name]
        inner = _Run({parameter: arguments[0]})
        before = list(self.functions)[: list(self.functions).index(name)]  # those above it: nothing calls itself
        inner.functions = {other: self.functions[other] for other in before}
        inner.line = self.line
        return inner.value(made)

    def operate(self, operation: ast.operator, left: Any, right: Any) -> Any:
        if type(operation) not in _OPERATIONS:
            raise self.refused(type(operation).__name__)
        _, do = _OPERATIONS[type(operation)]
        a, b = self.number(left), self.number(right)
        if isinstance(operation, ast.Pow) and isinstance(a, int):
            a = float(a)  # whole numbers would grow without end
        return self.tried(do, a, b)

    def number(self, value: Any) -> Any:
        """A number or an array, which is all that can be calculated with."""
        if isinstance(value, str | dict | tuple | list):
            raise self.refused("{ }" if isinstance(value, dict) else "( )")
        return value

    def tried(self, do: Callable[..., Any], *given: Any) -> Any:
        try:
            made = do(*given)
        except (ValueError, TypeError, IndexError):
            shapes = ", ".join(str(np.shape(one)) for one in given if not isinstance(one, str | dict | tuple | list))
            if not shapes:
                raise self.refused("( )") from None
            raise Problem("line_shape", line=self.line, shapes=shapes) from None
        except (ArithmeticError, MemoryError):
            raise Problem("line_undefined", line=self.line) from None
        if isinstance(made, int) and made.bit_length() > LONGEST_INTEGER:
            raise Problem("line_undefined", line=self.line)
        if isinstance(made, complex) or np.size(made) > LARGEST:
            raise Problem("line_large", line=self.line, limit=LARGEST)
        return made

    def refused(self, what: str) -> Problem:
        return Problem("line_refused", line=self.line, what=what)
