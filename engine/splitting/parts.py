"""Where the numbers inside E1-E7 come from: an error, a share, what a neuron gets, a length, a difference."""

import re
from dataclasses import replace
from typing import Final

from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import (
    Difference,
    Expression,
    Function,
    Negative,
    Number,
    Product,
    Quotient,
    Square,
    Sum,
    SumOver,
    Symbol,
    evaluate,
)
from engine.quantities import Quantity
from engine.splitting.formulas import MOST, SplittingPlace, back, exact, split, stands_for, term
from engine.splitting.rules import errors, sent_back

# e: what a neuron above sends; got: what one below gets; off: how much that is from the exact one; dot, norm: of E7.
KINDS: Final = (
    "share",
    "step",
    "e_split",
    "e_back",
    "e_exact",
    "got_split",
    "got_back",
    "got_exact",
    "off_split",
    "off_back",
    "dot_split",
    "dot_back",
    "norm_split",
    "norm_back",
    "norm_exact",
)
_WRITTEN: Final = re.compile(r"([a-z]{1,5}(?:_[a-z]{1,5})?)((?:\.[0-9]{1,2}){0,3})(?:@([0-9]{1,5}))?")


def parse(text: str) -> Quantity | None:
    """The part that a text such as ``e_split.2.1@1`` names; None where it names none."""
    match = _WRITTEN.fullmatch(text)
    if not match or match[1] not in KINDS:
        return None
    numbers = [int(number) for number in match[2].split(".")[1:]] + [0, 0, 0]
    return Quantity(match[1], numbers[0], numbers[1], numbers[2], int(match[3] or 0))


def part(here: SplittingPlace, q: Quantity) -> Derived | None:
    """Where such a number comes from, with its numbers; None where the network has no such number.

    ``evaluate(worked)`` is ``value``, unless a denominator is zero.
    """
    if q.kind not in KINDS:
        return None
    kind, _, rule = q.kind.partition("_")
    receiver = q.layer - 1 if kind in ("share", "step", "e") else q.layer
    if not 0 <= q.sample <= here.update.trace.samples or bool(q.sample) != (kind != "share"):
        return None
    sent = next((one for one in sent_back(here.network, here.update, q.sample or 1) if one.layer == receiver), None)
    if kind == "e" and rule != "exact" and q.layer < here.network.layers:
        return part(here, replace(q, kind=f"got_{rule}"))
    if kind == "step" and q.layer != here.network.layers:
        return None
    if sent is None:
        return None
    there = replace(here, sent=sent, sample=q.sample or 1)
    sizes = {"share": sent.W.shape, "step": (len(sent.W), 0), "e": (len(sent.W), 0), "dot": (0, 0), "norm": (0, 0)}
    for number, most in zip((q.j, q.i), sizes.get(kind, (sent.W.shape[1], 0)), strict=True):
        if not (1 if most else 0) <= number <= most:
            return None
    makers = {"share": _share, "step": _step, "e": _sent, "got": _got, "off": _off, "dot": _dot, "norm": _norm}
    return makers[kind](there, q, rule)


def _done(left: Expression, numbers: Expression, number: float | None = None) -> Derived:
    found = evaluate(numbers) if number is None else number
    return Derived(left, (numbers,), Number(found, worked=True))


def _share(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    """The fraction of the error of neuron j above that goes to neuron i below (E2)."""
    n, w = here.sent.W.shape[1], here.symbol("W", q.layer, q.j, q.i)
    spelled = Sum(tuple(replace(w, i=i) for i in range(1, n + 1)))
    below = SumOver("i", "", replace(w, i="i")) if n > MOST else spelled
    number = float(here.sent.shares[q.i - 1, q.j - 1])
    return _done(Quotient(w, below), here.filled(Quotient(w, spelled)), number)


def _step(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    """The rate times the error term of an output: what E6 multiplies by the outputs below."""
    slope = () if here.network.crossed else (Function("f'", here.symbol("u", q.layer, q.j)),)
    left = Product((Symbol("eta"), here.symbol("e_back", q.layer, q.j), *slope))
    return _done(left, Product((here.filled(Symbol("eta")), term(here, q.j))))


def _sent(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    """What an output sends, its error; or, of the exact rule, minus the error term of the lecture."""
    own = here.symbol(q.kind, q.layer, q.j)
    if rule == "exact":
        return _done(own, here.filled(Negative(here.symbol("delta", q.layer, q.j))))
    gap = Difference(here.symbol("y", q.layer, q.j), here.symbol("x", q.layer, q.j))
    return here.gives(Equation("E3", own, gap), float(errors(here.update, here.sample)[q.j - 1]))


def _got(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    return {"split": split, "back": back, "exact": exact}[rule](here, q.j)


def _off(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    numbers = Difference(_received(here, rule)[q.j - 1], _received(here, "exact")[q.j - 1])
    left = Difference(Symbol("a", j=q.j), Symbol("g", j=q.j))
    return replace(_done(left, numbers, float(here.sent.difference(rule)[q.j - 1])), layer=_names(rule))


def _dot(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    pairs = zip(_received(here, rule), _received(here, "exact"), strict=True)
    general = SumOver("j", "", Product((Symbol("a", j="j"), Symbol("g", j="j"))))
    return _of_vectors(Symbol("dot"), general, Sum(tuple(Product(pair) for pair in pairs)), rule)


def _norm(here: SplittingPlace, q: Quantity, rule: str) -> Derived:
    letter = "g" if rule == "exact" else "a"
    general = Function("sqrt", SumOver("j", "", Square(Symbol(letter, j="j"))))
    numbers = Function("sqrt", Sum(tuple(Square(one) for one in _received(here, rule))))
    return _of_vectors(Symbol(f"norm_{letter}"), general, numbers, rule)


def _of_vectors(left: Symbol, right: Expression, numbers: Expression, rule: str) -> Derived:
    """A number of E7's two vectors."""
    return replace(_done(left, numbers), general=Equation("E7", left, right), layer=_names(rule))


def _received(here: SplittingPlace, rule: str) -> tuple[Expression, ...]:
    """What every neuron below gets by a rule."""
    n = here.sent.W.shape[1]
    return tuple(here.place.ref(f"got_{rule}", here.sent.layer, j) for j in range(1, n + 1))


def _names(rule: str) -> tuple[Equation, ...]:
    """What a and g stand for, as in E7."""
    exact_one = stands_for("g", "exact")
    return (exact_one,) if rule == "exact" else (stands_for("a", rule), exact_one)
