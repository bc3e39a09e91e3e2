"""The formulas S6 to S12, and S3 and S4 where they train, as trees: what a rule remembers, its step, the rate it takes.

They are in the lecture's letters in every book: none of the books goes beyond gradient descent.
"""

import math
from dataclasses import dataclass
from typing import Final

from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Computed,
    Derivative,
    Difference,
    Expression,
    Function,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Square,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    rebuilt,
)
from engine.formulas.fill import Place, filled
from engine.quantities import EQUATION_KINDS, MADE_BY_RULE, MU_KINDS, STATE_KINDS, Quantity, rate_value, unknowns
from engine.rules.rule import (
    MOMENTS,
    RATE,
    Adagrad,
    Adam,
    AdamW,
    LevenbergMarquardt,
    Momentum,
    Newton,
    RMSprop,
    UpdateRule,
)
from engine.rules.schedule import CosineRate, ExponentialRate, Schedule, StepRate
from engine.update import Update

FORMULAS: Final = ("S6", "S7", "S8", "S9", "S10", "S11", "S12")
ONE: Final = Number(1.0)
ETA: Final = Symbol("eta")
COUNT: Final = r"\tau"  # of the rule's updates, this one too: it begins anew with the rule, and t with the run
NOW: Final = "t"
STEPS: Final = r"\lfloor t/k \rfloor"


def beyond(place: Place) -> bool:
    """Whether no book has a formula for this number: it belongs to a rule, or to a rate that changes."""
    kind, update = place.quantity.kind, place.update
    if kind == "eta":
        return update.scheduled
    if kind in ("delta_W", "delta_b"):
        return not update.rule.plain
    return kind in (*STATE_KINDS, *EQUATION_KINDS, *MU_KINDS, "alpha_t", "plain_W", "plain_b")


def formula(place: Place) -> Equation | None:
    """The formula of such a number; None for what was remembered before, and for what is frozen."""
    q, rule = place.quantity, place.update.rule
    family = q.kind[-1]
    if q.kind == "eta":
        schedule = place.update.schedule
        if isinstance(schedule, CosineRate) and place.update.t >= schedule.over:
            return Equation("S12", ETA, Symbol("low"), where=r"t \ge T")
        return Equation("S12", ETA, scheduled(schedule))
    if q.kind == "alpha_t":
        below = (Difference(ONE, Power(Symbol(beta), COUNT)) for beta in ("beta2", "beta1"))
        root, other = (next(below) for _ in range(2))
        return Equation("S10", Symbol("alpha_t"), Quotient(Product((ETA, Function("sqrt", root))), other))
    if q.kind in EQUATION_KINDS:
        return solution(place)
    if q.kind in MU_KINDS:
        return mu_of(place)
    frozen = family == "b" and place.update.frozen_biases
    if q.kind in ("plain_W", "plain_b"):
        step: Expression = Product((Negative(ETA), pushed(place.update, _parameter(place))))
        return Equation("F8", _own(place), Number(0.0) if frozen else step)
    if q.kind in ("delta_W", "delta_b") and rule.second and not frozen:
        return solution(place)
    if q.kind in ("delta_W", "delta_b"):
        return Equation(step_id(rule), _own(place), Number(0.0) if frozen else step_of(rule, place))
    if q.kind not in MADE_BY_RULE or (frozen and "hat" not in q.kind):
        return None
    state = q.kind.partition(".")[0]
    if state.endswith("_hat"):
        letter = state.removesuffix("_hat")
        power = Power(Symbol("beta1" if letter == "m" else "beta2"), COUNT)
        return Equation("S10", _own(place), Quotient(_state(place, letter), Difference(ONE, power)))
    return Equation(state_id(rule), _own(place), remembered(rule, state, place), assigns=True)


def equations_of(update: Update) -> tuple[Equation, ...]:
    """S3, S4: the equations that a rule of the second order solves, and Cholesky's decomposition that solves them.

    With penalties their right side is the gradient of what descends: of the loss and of the weights' penalties.
    """
    rule, p, C = update.rule, Symbol("p"), Symbol("C")
    damped = Sum((Symbol(rule.matrix), Product((Symbol(_damping(rule)), Symbol("identity")))))
    return (
        Equation(
            step_id(rule), Product((damped, p), matrix=True), Negative(Derivative(Symbol("w"), _descending(update)))
        ),
        Equation(step_id(rule), damped, Product((C, Transpose(C)), matrix=True)),
    )


def _descending(update: Update) -> Expression:
    """What descends: the loss and, summed over the weights of all layers, the penalties."""
    weight, over = Symbol("W", "l", "j", "i"), "l,j,i"
    terms: list[Expression] = [Symbol("loss")]
    if update.l2:
        squares = SumOver(over, "", Square(weight))
        terms.append(Product((Quotient(Symbol("l2"), Number(2.0)), squares)))
    if update.l1:
        terms.append(Product((Symbol("l1"), SumOver(over, "", Function("abs", weight)))))
    return Sum(tuple(terms)) if len(terms) > 1 else terms[0]


def _damping(rule: UpdateRule) -> str:
    return "mu_t" if rule.matrix == "G" else "damping"


def solution(place: Place) -> Equation | None:
    """A number of the solution: of Cholesky's factor C, of z with C z = -g, of the step p with C^T p = z.

    The cells of the matrix have no formula of their own: S5 makes a column at once.
    """
    q, update = place.quantity, place.update
    assert update.second is not None
    formula, kind = step_id(update.rule), q.kind
    if kind in ("H", "G"):
        return None
    k = q.j if kind in ("C", "z") else unknowns(update).index(_named(place)) + 1
    own = Symbol(kind, 0, k, q.i or "") if kind in ("C", "z") else _own(place)
    if update.second.step.problem is not None:
        return Equation(formula, own, Number(0.0))
    if kind == "C":
        return Equation(formula, own, _cholesky(place, k, q.i))
    if kind == "z":
        row = SumOver(f"c<{k}", "", Product((Symbol("C", 0, k, "c"), Symbol("z", 0, "c"))))
        down: Expression = Negative(pushed(update, _parameter_of(unknowns(update)[k - 1])))
        return Equation(formula, own, Quotient(Difference(down, row) if k > 1 else down, Symbol("C", 0, k, k)))
    column = SumOver(f"c>{k}", "", Product((Symbol("C", 0, "c", k), Symbol("p", 0, "c"))))
    z: Expression = Symbol("z", 0, k)
    last = k == len(update.second.places)
    return Equation(formula, own, Quotient(z if last else Difference(z, column), Symbol("C", 0, k, k)))


def _cholesky(place: Place, row: int, column: int) -> Expression:
    """A cell of C from the matrix with lambda or mu on its diagonal."""
    rule = place.update.rule
    cell: Expression = Symbol(rule.matrix, 0, row, column)
    if row == column:
        cell = Sum((cell, Symbol(_damping(rule))))
        squares = SumOver(f"c<{column}", "", Square(Symbol("C", 0, row, "c")))
        return Function("sqrt", Difference(cell, squares) if column > 1 else cell)
    products = SumOver(f"c<{column}", "", Product((Symbol("C", 0, row, "c"), Symbol("C", 0, column, "c"))))
    return Quotient(Difference(cell, products) if column > 1 else cell, Symbol("C", 0, column, column))


def solution_in_numbers(place: Place) -> Expression | None:
    """The same with its numbers, subtracted one after the other as ``rules.bending`` does; None for all else."""
    q, update = place.quantity, place.update
    of_step = q.kind in ("delta_W", "delta_b") and update.second is not None
    of_step = of_step and not (q.kind == "delta_b" and update.frozen_biases)
    if update.second is None or update.second.step.problem is not None or not (of_step or q.kind in ("C", "z")):
        return None
    n, rule = len(update.second.places), update.rule

    def C(row: int, column: int) -> Ref:
        return place.ref("C", 0, row, column)

    if q.kind == "C":
        row, column = q.j, q.i
        first: Expression = place.ref(rule.matrix, 0, row, column)
        if row == column:
            first = Sum((first, place.ref(_damping(rule))))
            return Function("sqrt", less(first, [Square(C(row, c)) for c in range(1, column)]))
        return Quotient(less(first, [Product((C(row, c), C(column, c))) for c in range(1, column)]), C(column, column))
    names = unknowns(update)
    if q.kind == "z":
        k = q.j
        terms: list[Expression] = [Product((C(k, c), place.ref("z", 0, c))) for c in range(1, k)]
        return Quotient(less(Negative(_gradient_of(place, names[k - 1])), terms), C(k, k))
    k = names.index(_named(place)) + 1
    steps = [place.ref(f"delta_{one.kind}", one.layer, one.j, one.i) for one in names]
    terms = [Product((C(c, k), steps[c - 1])) for c in range(k + 1, n + 1)]
    return Quotient(less(place.ref("z", 0, k), terms), C(k, k))


def less(first: Expression, terms: list[Expression]) -> Expression:
    """first - (a + b + ...), computed as first - a - b - ..."""
    if not terms:
        return first
    shown = Difference(first, Sum(tuple(terms)) if len(terms) > 1 else terms[0])
    return Computed(shown, one_after_the_other, (first, *terms))


def one_after_the_other(first: float, *terms: float) -> float:
    """first - a - b - ..."""
    for term in terms:
        first -= term
    return first


def one_by_one(numbers: Expression) -> Expression:
    """mu times a power of its factor, which the kernel multiplies by once for each refusal."""
    match numbers:
        case Product((old, Power(by, int(count)))):
            return Computed(numbers, _multiplied, (old, *(by,) * count))
    return numbers


def _multiplied(*factors: float) -> float:
    return float(math.prod(factors))


def mu_of(place: Place) -> Equation | None:
    """S4: mu grows by its factor for each refusal, and falls by it where the loss fell; the old one is remembered."""
    rule, solved = place.update.rule, place.update.second
    assert isinstance(rule, LevenbergMarquardt)
    assert solved is not None
    by, old = Number(rule.factor), Symbol("old_mu")
    if place.quantity.kind == "old_mu":
        return None
    if place.quantity.kind == "mu_t":
        count = 0 if solved.step.problem is not None else len(solved.step.refused)
        raised = Product((old, Power(by, count) if count > 1 else by))
        return Equation("S4", Symbol("mu_t"), raised if count else old, assigns=True)
    if solved.step.problem is not None:
        return Equation("S4", Symbol("new_mu"), old, assigns=True)
    if solved.mu[1] != solved.step.damping / rule.factor:  # it stays above zero
        return Equation("S4", Symbol("new_mu"), Number(solved.mu[1]), assigns=True)
    return Equation("S4", Symbol("new_mu"), Quotient(Symbol("mu_t"), by), assigns=True)


def _named(place: Place) -> Quantity:
    """The parameter that a step is about."""
    q = place.quantity
    return Quantity(q.kind[-1], q.layer, q.j, q.i)


def _parameter_of(q: Quantity) -> Symbol:
    return Symbol(q.kind, q.layer, q.j, q.i or "")


def _gradient_of(place: Place, q: Quantity) -> Expression:
    """The gradient by a parameter, and the penalties' slopes, with their numbers."""
    return filled(pushed(place.update, _parameter_of(q)), place)


def pushed(update: Update, symbol: Symbol) -> Expression:
    """The gradient that a rule sees: of the loss and, for weights, of the penalties."""
    terms: list[Expression] = [Derivative(symbol)]
    if symbol.kind == "W" and update.l2:
        terms.append(Product((Symbol("l2"), symbol)))
    if symbol.kind == "W" and update.l1:
        terms.append(Product((Symbol("l1"), Function("sign", symbol))))
    return Sum(tuple(terms)) if len(terms) > 1 else terms[0]


def state_id(rule: UpdateRule) -> str:
    """The id of what a rule remembers."""
    ids = {
        Momentum.name: "S6",
        Adagrad.name: "S8",
        RMSprop.name: "S9",
        Newton.name: "S3",
        LevenbergMarquardt.name: "S4",
    }
    return ids.get(rule.name, "S10")


def step_id(rule: UpdateRule) -> str:
    """The id of the step that a rule makes."""
    if isinstance(rule, Momentum) and rule.nesterov:
        return "S7"
    return "S11" if isinstance(rule, AdamW) else state_id(rule)


def remembered(rule: UpdateRule, letter: str, place: Place) -> Expression:
    """What becomes of a letter of the rule's."""
    old, g = _state(place, f"old_{letter}"), pushed(place.update, _parameter(place))
    match rule:
        case Momentum(rate_inside=inside):
            kept = Product((Symbol("mu"), old))
            return Difference(kept, Product((ETA, g))) if inside else Sum((kept, g))
        case Adagrad():
            return Sum((old, Square(g)))
        case RMSprop():
            return _mixed("rho", old, Square(g))
    return _mixed("beta1" if letter == "m" else "beta2", old, g if letter == "m" else Square(g))


def _mixed(share: str, old: Expression, new: Expression) -> Sum:
    """A mean that forgets: so much of what was, and the rest of what comes."""
    return Sum((Product((Symbol(share), old)), Product((Difference(ONE, Symbol(share)), new))))


def step_of(rule: UpdateRule, place: Place) -> Expression:
    """What a rule adds to a weight or a bias."""
    g = pushed(place.update, _parameter(place))
    match rule:
        case Momentum(nesterov=nesterov, rate_inside=inside):
            v = _state(place, "v")
            ahead = Product((Symbol("mu"), v))
            if inside:
                return Difference(ahead, Product((ETA, g))) if nesterov else v
            return Product((Negative(ETA), Sum((g, ahead)) if nesterov else v))
        case Adagrad() | RMSprop():
            return Quotient(Product((Negative(ETA), g)), _root(_state(place, "s"), rule.inside_root))
        case Adam():
            moments = rule.correction == MOMENTS
            m, v = (_state(place, f"{letter}_hat" if moments else letter) for letter in "mv")
            rate = Symbol("alpha_t") if rule.correction == RATE else ETA
            step = Quotient(Product((Negative(rate), m)), _root(v, rule.inside_root))
            if isinstance(rule, AdamW) and rule.decay:
                return Sum((Product((Negative(ETA), Symbol("decay"), _parameter(place))), step))
            return step
    return Product((Negative(ETA), g))


def _root(squares: Symbol, inside: bool) -> Expression:
    """What the step is divided by: a root, and epsilon beside it or inside."""
    epsilon = Symbol("epsilon")
    if inside:
        return Function("sqrt", Sum((squares, epsilon)))
    return Sum((Function("sqrt", squares), epsilon))


def scheduled(schedule: Schedule) -> Expression:
    """The rate of an update by its schedule."""
    base, factor, low = Symbol("base_eta"), Symbol("factor"), Symbol("low")
    match schedule:
        case StepRate():
            return Product((base, Power(factor, STEPS)))
        case ExponentialRate():
            return Product((base, Power(factor, NOW)))
        case CosineRate():
            return _wave(base, low, Quotient(Product((Symbol("pi"), Symbol("now"))), Symbol("over")))
    return base


def rate_in_numbers(update: Update) -> Expression:
    """The same with its numbers, computed by the kernel's own function."""
    shown = _shown_rate(update)
    return Computed(shown, ScheduledRate(update.schedule, update.t), (_ref(update, "base_eta"),))


def _shown_rate(update: Update) -> Expression:
    base, t = _ref(update, "base_eta"), update.t
    match update.schedule:
        case StepRate(every):
            return Product((base, Power(_ref(update, "factor"), t // every)))
        case ExponentialRate():
            return Product((base, Power(_ref(update, "factor"), t)))
        case CosineRate(over) if t < over:
            angle = Quotient(Product((Symbol("pi"), _ref(update, "now"))), _ref(update, "over"))
            return _wave(base, _ref(update, "low"), angle)
        case CosineRate():
            return _ref(update, "low")
    return base


def _wave(base: Expression, low: Expression, angle: Expression) -> Expression:
    fallen = Product((Difference(base, low), Sum((ONE, Function(r"\cos", angle)))))
    return Sum((low, Quotient(fallen, Number(2.0))))


def _ref(update: Update, kind: str) -> Ref:
    return Ref(Quantity(kind), rate_value(update, kind))


@dataclass(frozen=True)
class ScheduledRate:
    """The rate of update t from the one that somebody chose."""

    schedule: Schedule
    t: int

    def __call__(self, eta: float) -> float:
        return self.schedule.rate(eta, self.t)


def corrected(numbers: Expression, update: Update) -> Expression:
    """1 less a power of beta, which the kernel remembers as a product of so many factors."""
    match numbers:
        case Difference(Number(1.0), Power(Ref(Quantity("beta1" | "beta2" as beta)) as of, _)):
            known = Number(update.corrections[beta == "beta2"], worked=True)
            return Computed(Difference(ONE, Power(of, update.count)), _same, (known,))
    return rebuilt(numbers, lambda part: corrected(part, update))


def _same(number: float) -> float:
    return number


def _parameter(place: Place) -> Symbol:
    q = place.quantity
    return Symbol(q.kind[-1], q.layer, q.j or "", q.i or "")


def _state(place: Place, state: str) -> Symbol:
    q = place.quantity
    return Symbol(f"{state}.{q.kind[-1]}", q.layer, q.j or "", q.i or "")


def _own(place: Place) -> Symbol:
    q = place.quantity
    return Symbol(q.kind, q.layer, q.j or "", q.i or "")
