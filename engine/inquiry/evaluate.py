"""The value of an expression such as ``sign(delta_W.2.1.3)`` or ``first(loss < 0.1)`` at an update of a run."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.inquiry.grammar import COMPARISONS, CONNECTIVES, Applied, Literal, Named, Typing, holds_or_not, parse
from engine.inquiry.sums import CONSTANTS, FUNCTIONS
from engine.problems import Problem
from engine.quantities import SAMPLE_KINDS
from engine.rules.angles import angles
from engine.work import pause

UPTO: Final = 10_000  # updates that ``first`` looks through
NEVER: Final = math.inf  # what it gives where none of them fits
Truths = NDArray[np.bool_]
OVER: Final[dict[str, Callable[[Floats], Floats]]] = {  # several numbers, along the last axis, become one
    "max": lambda numbers: np.asarray(numbers.max(axis=1)),
    "min": lambda numbers: np.asarray(numbers.min(axis=1)),
    "sum": lambda numbers: np.asarray(numbers.sum(axis=1)),
    "mean": lambda numbers: np.asarray(numbers.mean(axis=1)),
    "norm": lambda numbers: np.asarray(np.sqrt((numbers * numbers).sum(axis=1))),
}
EACH: Final[dict[str, Callable[[float], float]]] = {
    **FUNCTIONS,
    "sign": lambda number: float(np.sign(number)),
}
_AT_ONCE: Final[dict[str, Callable[[Floats], Floats]]] = {  # those that numpy makes of many numbers to the last bit
    "abs": np.abs,
    "sign": np.sign,
}
OF_RUN: Final = ("first", "at")
BETWEEN: Final[dict[str, Callable[[Floats, Floats], Floats]]] = {"angle": angles}  # of two vectors
_COMPARED: Final[dict[str, Callable[[Floats, Floats], Truths]]] = {
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_COMBINED: Final[dict[str, Callable[[Floats, Floats], Floats]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}


class Names(Protocol):
    """What the names in an expression stand for."""

    @property
    def known(self) -> tuple[str, ...]:
        """Examples of them, for the sentence about one that is none."""

    @property
    def end(self) -> int:
        """The last update there is, as far as is known."""

    @property
    def block(self) -> int:
        """How many updates ``over`` may be asked about at once."""

    def size(self, name: str, /) -> int | None:
        """How many numbers a name stands for where it stands for most; None where it names none. Computes nothing."""

    def nearest(self, name: str, /) -> tuple[str, ...]:
        """Names like one that is none, for the same sentence."""

    def named(self, name: str, t: int, /) -> Floats | None:
        """The numbers of a name at update t, as a flat array; None where that update has none."""

    def over(self, name: str, ts: range, /) -> Floats:
        """The same at each of these updates, a row for each; not a number where that update has none."""


@dataclass(frozen=True)
class _Moments:
    """Updates that an expression is worked out at, and what ``first`` has found by then, which is the same at all.

    ``single`` is one update, which must have whatever is named.
    """

    names: Names
    ts: range
    single: bool
    firsts: dict[Typing, float]

    def elsewhere(self, ts: range, single: bool) -> "_Moments":
        return replace(self, ts=ts, single=single)


def evaluated(text: str | Typing, names: Names, t: int) -> float | bool:
    """The number or the truth that an expression has at update t.

    Beside the functions of sums it may use ``sign``; ``max, min, sum, mean, norm`` of several numbers, such as those of
    a layer; ``angle`` between two rows of numbers, in degrees; ``and``, ``or``; ``at(t, ...)``, the value at another
    update; ``first(...)``, the first update, from 0 to 10,000, at which a condition holds, infinite where there is
    none. What has no finite value, in a run that diverges, is no error.

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong and where.
    """
    tree = parse(text) if isinstance(text, str) else text
    check(tree, names)
    found = _flat(tree, _Moments(names, range(t, t + 1), single=True, firsts={}))[0]
    return bool(found) if found.dtype == np.bool_ else float(found)


def evaluated_over(tree: Typing, names: Names, ts: range, firsts: dict[Typing, float]) -> Floats | Truths:
    """The same at each of these updates, bit for bit, of a tree that was checked.

    ``firsts`` keeps what ``first`` finds from call to call. What an update does not have, such as the second sample
    where its batch is the short one at the end of an epoch, is not a number there.
    """
    return _flat(tree, _Moments(names, ts, single=False, firsts=firsts))


def check(tree: Typing, names: Names) -> None:
    """Raise what is wrong with an expression that shall be one number or one truth; nothing is computed.

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong, where, and what would be right.
    """
    if not holds_or_not(tree):
        _single(tree, names)
    else:
        _width(tree, names)


def _width(tree: Typing, names: Names) -> int:
    """How many numbers it gives; of a truth 0."""
    match tree:
        case Named(name, at) if name not in CONSTANTS:
            size = names.size(name)
            if size is None:
                raise _unknown(name, at, names.nearest(name), names.known)
            return size
        case Applied(operation, to, at):
            if operation in CONNECTIVES:
                for part in to:
                    if not holds_or_not(part):
                        _width(part, names)
                        raise Problem("typed_condition", at=part.at)
                    _width(part, names)
                return 0
            if operation in COMPARISONS:
                for part in to:
                    _single(part, names)
                return 0
            return _applied_width(tree, names)
    return 1


def _applied_width(tree: Applied, names: Names) -> int:
    """Of an operation on numbers, or of a function."""
    operation, to, at, count = tree.operation, tree.to, tree.at, len(tree.to)
    functions = (*EACH, *OVER, *BETWEEN, *OF_RUN)
    if operation not in (*_COMBINED, *functions):
        raise _unknown(operation, at, tuple(get_close_matches(operation, functions, n=1)), functions)
    takes = 2 if operation in ("at", *BETWEEN) else count if operation in (*_COMBINED, *OVER) else 1
    if count != takes:
        raise Problem("typed_count", at=at, name=operation, count=count, expected=takes)
    if operation == "first":
        if not holds_or_not(to[0]):
            _width(to[0], names)
            raise Problem("typed_condition", at=to[0].at)
        _width(to[0], names)
        return 1
    if operation == "at":
        _single(to[0], names)
        match to[0]:
            case Literal(when):
                _reachable([when], to[0])
        return _numbers(to[1], names)
    sizes = [_numbers(part, names) for part in to]
    if operation in BETWEEN:
        if sizes[0] != sizes[1]:
            raise Problem("typed_sizes", at=at, name=operation, count=sizes[0], other=sizes[1])
        return 1
    if operation in OVER:
        return 1
    if len(set(sizes)) > 1 and 1 not in sizes:
        raise Problem("typed_many", at=at, name=operation, count=max(sizes))
    return max(sizes)


def _numbers(tree: Typing, names: Names) -> int:
    """How many numbers it gives; a truth is none."""
    if holds_or_not(tree):
        raise Problem("typed_unexpected", at=tree.at, found="< > = and or", expected="+ - * / ^")
    return _width(tree, names)


def _single(tree: Typing, names: Names) -> None:
    """See that it gives one number."""
    size = _numbers(tree, names)
    if size != 1:
        name = tree.name if isinstance(tree, Named) else tree.operation if isinstance(tree, Applied) else ""
        raise Problem("typed_many", at=tree.at, name=name, count=size)


def _unknown(name: str, at: int, nearest: tuple[str, ...], known: tuple[str, ...]) -> Problem:
    """The sentence about a name that is none: what is like it, and what there is."""
    if nearest and nearest[0].partition(".")[0] == name.partition("@")[0].partition(".")[0]:
        return Problem("typed_path", at=at, name=name, expected=nearest[0])
    return Problem("typed_name", at=at, name=name, known=", ".join(dict.fromkeys((*nearest, *known))))


def of_first_sample(tree: Typing) -> Typing:
    """The same where a number of a sample that is not named is that of the first."""
    match tree:
        case Named(name, _) if name.partition(".")[0] in SAMPLE_KINDS and "@" not in name:
            return replace(tree, name=f"{name}@1")
        case Applied(_, to, _):
            return replace(tree, to=tuple(map(of_first_sample, to)))
        case _:
            return tree


def _flat(tree: Typing, moments: _Moments) -> Floats | Truths:
    found = _value(tree, moments)
    return found if found.dtype == np.bool_ else _numbered(found)[:, 0]


def _value(tree: Typing, moments: _Moments) -> Floats | Truths:
    """Numbers as an array (updates, n), truths as one (updates,)."""
    match tree:
        case Literal(number):
            return np.full((len(moments.ts), 1), number)
        case Named(name, at):
            return _named(name, at, moments)
        case Applied(operation, _, _) if operation in OF_RUN:
            return _of_run(tree, moments)
        case Applied(operation, to, _):
            values = [_value(one, moments) for one in to]
            if operation in CONNECTIVES:
                both = np.logical_and if operation == "and" else np.logical_or
                return np.asarray(both(*values))
            numbers = [_numbered(value) for value in values]
            if operation in COMPARISONS:
                with np.errstate(all="ignore"):
                    return _COMPARED[operation](numbers[0][:, 0], numbers[1][:, 0])
            return _applied(operation, numbers)


def _named(name: str, at: int, moments: _Moments) -> Floats:
    names, ts = moments.names, moments.ts
    if name in CONSTANTS:
        return np.full((len(ts), 1), CONSTANTS[name])
    if not moments.single:
        return names.over(name, ts)
    numbers = names.named(name, ts[0])
    if numbers is None:
        raise Problem("typed_name", at=at, name=name, known=", ".join(names.known))
    return numbers[None]


def _applied(operation: str, values: list[Floats]) -> Floats:
    with np.errstate(all="ignore"):
        if operation in _COMBINED and len(values) == 2:
            return _COMBINED[operation](*values)
        if operation == "-":
            return -values[0]
        if operation in OVER:
            return OVER[operation](np.ascontiguousarray(np.concatenate(values, axis=1)))[:, None]
        if operation in BETWEEN:
            return BETWEEN[operation](*values)[:, None]
    if operation in _AT_ONCE:
        return _AT_ONCE[operation](values[0])
    each = [_tried(EACH[operation], number) for number in values[0].ravel().tolist()]
    return np.array(each).reshape(values[0].shape)


def _of_run(tree: Applied, moments: _Moments) -> Floats | Truths:
    """``first(condition)`` and ``at(t, expression)``."""
    if tree.operation == "first":
        if tree not in moments.firsts:
            moments.firsts[tree] = _first(tree.to[0], moments)
        return np.full((len(moments.ts), 1), moments.firsts[tree])
    whens = _numbered(_value(tree.to[0], moments))[:, 0]
    if moments.single:
        _reachable(whens.tolist(), tree.to[0])
    found, back = np.unique(np.where(_within(whens), whens, -1.0), return_inverse=True)
    there = [moments.elsewhere(range(int(when), int(when) + 1), moments.single) for when in found.tolist() if when >= 0]
    values = [_numbered(_value(tree.to[1], one)) for one in there]
    if len(values) < len(found):  # where there is no such update there is no number
        values = [np.full((1, values[0].shape[1] if values else 1), np.nan), *values]
    return np.asarray(np.concatenate(values)[back])


def _within(whens: Floats) -> Truths:
    """Whether each is an update that ``at`` can ask about."""
    return np.asarray((whens >= 0) & (whens <= UPTO) & (whens == np.floor(whens)))


def _reachable(whens: list[float], tree: Typing) -> None:
    for when in whens:
        if not _within(np.array([when]))[0]:
            raise Problem("typed_update", at=tree.at, value=when, limit=UPTO)


def _first(condition: Typing, moments: _Moments) -> float:
    """The first update at which it holds."""
    names, now, size = moments.names, 0, 1
    while now <= min(UPTO, names.end):
        ts = range(now, min(now + size, UPTO + 1))
        holds = _value(condition, moments.elsewhere(ts, single=False))
        if holds.any():
            return float(now + int(np.argmax(holds)))
        now, size = ts.stop, min(names.block, 4 * size)
        pause()
    return NEVER


def _numbered(value: Floats | Truths) -> Floats:
    return value.astype(np.float64, copy=False)


def _tried(function: Callable[[float], float], number: float) -> float:
    try:
        return function(number)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
