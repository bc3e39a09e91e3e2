"""Where the numbers inside E1-E7 come from: an error, a share, what a neuron gets, a length, a difference."""

import re
from dataclasses import replace
from typing import Final

from engine.expression import Difference, Function, Negative, Product, Quotient, Ref, Square, Sum, evaluate
from engine.quantities import Quantity
from engine.splitting.formulas import MOST, SYMBOLS, Here, Line, back, exact, received, split, term
from engine.splitting.rules import errors, sent_back

# e: what a neuron above sends; got: what one below gets; off: how much that is from the exact one; dot, norm: of E7.
KINDS: Final = (
    "share", "step", "e_split", "e_back", "e_exact", "got_split", "got_back", "got_exact", "off_split", "off_back",
    "dot_split", "dot_back", "norm_split", "norm_back", "norm_exact",
)  # fmt: skip
_WRITTEN: Final = re.compile(r"([a-z]{1,5}(?:_[a-z]{1,5})?)((?:\.[0-9]{1,2}){0,3})(?:@([0-9]{1,5}))?")


def parse(text: str) -> Quantity | None:
    """The part that a text such as ``e_split.2.1@1`` names; None where it names none."""
    match = _WRITTEN.fullmatch(text)
    if not match or match[1] not in KINDS:
        return None
    numbers = [int(number) for number in match[2].split(".")[1:]] + [0, 0, 0]
    return Quantity(match[1], numbers[0], numbers[1], numbers[2], int(match[3] or 0))


def part(here: Here, q: Quantity) -> Line | None:
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


def _share(here: Here, q: Quantity, rule: str) -> Line:
    """The fraction of the error of neuron j above that goes to neuron i below (E2)."""
    n, own = here.sent.W.shape[1], here.letters
    below = " + ".join(own.weight(i, q.j) for i in range(1, n + 1))
    if n > MOST:
        below = rf"\sum_i {own.weight('i', q.j)}"
    weights = tuple(here.ref("W", q.layer, q.j, i) for i in range(1, n + 1))
    worked = Quotient(weights[q.i - 1], Sum(weights))
    left = rf"\frac{{{own.weight(q.i, q.j)}}}{{{below}}}"
    return Line(left, (), worked, float(here.sent.shares[q.i - 1, q.j - 1]))


def _step(here: Here, q: Quantity, rule: str) -> Line:
    """The rate times the error term of an output: what E6 multiplies by the outputs below."""
    worked = Product((here.ref("eta"), term(here, q.j)))
    steep = "" if here.network.loss == "cross_entropy" else rf"\,f'({here.letters.net_input(q.j)})"
    return Line(rf"{here.letters.rate}\,e_{{{q.j}}}{steep}", (), worked, evaluate(worked))


def _sent(here: Here, q: Quantity, rule: str) -> Line:
    """What an output sends, its error; or, of the exact rule, minus the error term of the lecture."""
    own, k = here.letters, q.j
    if rule == "exact":
        delta = here.ref("delta", q.layer, k)
        return Line(own.sent(str(k)), (), Negative(delta), -delta.value)
    gap = Difference(here.ref("y", q.layer, k), here.ref("x", q.layer, k))
    general = (rf"e_{{{k}}} = {own.target(k)} - {own.output(k)}",)
    return Line(f"e_{{{k}}}", general, gap, float(errors(here.update, here.sample)[k - 1]))


def _got(here: Here, q: Quantity, rule: str) -> Line:
    return {"split": split, "back": back, "exact": exact}[rule](here, q.j)


def _off(here: Here, q: Quantity, rule: str) -> Line:
    worked = Difference(_received(here, rule)[q.j - 1], _received(here, "exact")[q.j - 1])
    return Line(f"a_{{{q.j}}} - g_{{{q.j}}}", (_names(here, rule),), worked, float(here.sent.difference(rule)[q.j - 1]))


def _dot(here: Here, q: Quantity, rule: str) -> Line:
    pairs = zip(_received(here, rule), _received(here, "exact"), strict=True)
    worked = Sum(tuple(Product(pair) for pair in pairs))
    general = (rf"a\cdot g = {{\textstyle\sum_j}}\, a_j\,g_j,\quad {_names(here, rule)}",)
    return Line(r"a\cdot g", general, worked, evaluate(worked))


def _norm(here: Here, q: Quantity, rule: str) -> Line:
    letter = "g" if rule == "exact" else "a"
    worked = Function("sqrt", Sum(tuple(Square(one) for one in _received(here, rule))))
    left = rf"\lVert {letter}\rVert"
    general = (rf"{left} = \sqrt{{{{\textstyle\sum_j}}\, {letter}_j^2}},\quad {_names(here, rule)}",)
    return Line(left, general, worked, evaluate(worked))


def _received(here: Here, rule: str) -> tuple[Ref, ...]:
    """What every neuron below gets by a rule."""
    return tuple(received(here, rule, j) for j in range(1, here.sent.W.shape[1] + 1))


def _names(here: Here, rule: str) -> str:
    """What a and g stand for, as in E7."""
    g = r"g = W^{\mathsf T}(-\delta)"
    return g if rule == "exact" else rf"a = {SYMBOLS[rule]},\; {g}"
