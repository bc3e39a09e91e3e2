"""One change of the parameters, as a record: the parameters before, all that was computed, the parameters after."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from engine.arrays import Floats, same, sealed
from engine.backprop import Trace
from engine.layout import Descent
from engine.network import Parameters
from engine.penalties import penalised
from engine.rules.moves import adam_rate
from engine.rules.rule import MOMENTS, RATE, GradientDescent, UpdateRule
from engine.rules.schedule import ConstantRate, Schedule
from engine.rules.second import SecondOrderUpdate

State = Mapping[str, Parameters]
Step = tuple[tuple[Floats, ...], tuple[Floats, ...]]  # of weights and of biases, by layers


@dataclass(frozen=True, eq=False)
class Update:
    """The update that leads from t to t + 1.

    Attributes
    ----------
    t : int
    rows : ndarray of int
        Rows of the data (from 0) that it looked at.
    learning_rate, l1, l2 : float
        The rate is that of this update.
    frozen_biases : bool
    before, after : Parameters
    trace : Trace
    delta_W, delta_b : tuple of arrays
        The step: ``after`` is ``before`` with it added. Of gradient descent it is -eta times the gradient (FORMULAS
        F8), for weights with that of the penalties added to it, as ``kernel.descend`` does; of another rule what
        ``rules.moves`` makes of that gradient (S6-S11), or what solves its equations (S3, S4). delta_b is zero where
        biases are frozen.
    rule : UpdateRule
    schedule : Schedule
    chosen_rate : float
        The rate that somebody chose, from which the schedule made that of this update.
    state_before, state : mapping of str to Parameters
        What the rule remembers before and after, by the letters of FORMULAS S: ``state["m"].W[0]``.
    count : int
        Which update of its rule this is, from 1; 0 where none is remembered.
    corrections : tuple of two float
        1 - beta1^t and 1 - beta2^t of Adam.
    ruled : bool
        Whether the updates of this run have a phase for their rule: some rule of it is not plain gradient descent.
    second : SecondOrderUpdate or None
        Of a rule of the second order its equations and their solution.
    """

    t: int
    rows: tuple[int, ...]
    learning_rate: float
    l1: float
    l2: float
    frozen_biases: bool
    before: Parameters
    trace: Trace
    delta_W: tuple[Floats, ...]
    delta_b: tuple[Floats, ...]
    after: Parameters
    rule: UpdateRule = GradientDescent()  # noqa: RUF009
    schedule: Schedule = ConstantRate()  # noqa: RUF009
    chosen_rate: float = 0.0
    state_before: State = field(default_factory=lambda: MappingProxyType({}))
    state: State = field(default_factory=lambda: MappingProxyType({}))
    count: int = 0
    corrections: tuple[float, float] = (1.0, 1.0)
    ruled: bool = False
    second: SecondOrderUpdate | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Update)
            and (self.t, self.rows, self.learning_rate) == (other.t, other.rows, other.learning_rate)
            and (self.l1, self.l2) == (other.l1, other.l2)
            and (self.before, self.trace, self.after) == (other.before, other.trace, other.after)
            and (self.rule, self.schedule, self.count) == (other.rule, other.schedule, other.count)
            and (self.state_before, self.state) == (other.state_before, other.state)
            and same((*self.delta_W, *self.delta_b), (*other.delta_W, *other.delta_b))
        )

    def __hash__(self) -> int:
        return hash((self.t, self.rows))

    @property
    def scheduled(self) -> bool:
        """Whether the rate changes with the updates."""
        return self.schedule != ConstantRate()

    @property
    def corrected(self) -> bool:
        """Whether Adam corrects its moments, which then are numbers of their own."""
        return self.rule.numbers.get("correction") == MOMENTS

    @property
    def alpha(self) -> float | None:
        """Adam's rate where the correction is in it."""
        if self.rule.numbers.get("correction") != RATE:
            return None
        return float(adam_rate(self.learning_rate, *self.corrections))

    @property
    def plain_step(self) -> Step:
        """What gradient descent would add to weights and biases."""
        return descent_step(self.before, self.trace, Descent(self.learning_rate, self.l1, self.l2, self.frozen_biases))

    @property
    def descended(self) -> "Update":
        """The same update as gradient descent makes it: another step, and parameters that follow from it."""
        if self.rule.plain:
            return self
        delta_W, delta_b = self.plain_step
        with np.errstate(all="ignore"):
            after = Parameters(
                W=tuple(W + step for W, step in zip(self.before.W, delta_W, strict=True)),
                b=self.before.b
                if self.frozen_biases
                else tuple(b + step for b, step in zip(self.before.b, delta_b, strict=True)),
            )
        plain = replace(self, rule=GradientDescent(), delta_W=delta_W, delta_b=delta_b, after=after, ruled=False)
        return replace(plain, state_before=MappingProxyType({}), state=MappingProxyType({}), count=0, second=None)


def descent_step(before: Parameters, trace: Trace, descent: Descent) -> Step:
    """-eta times the gradient (F8), that of the penalties in it; zero for biases that are frozen."""
    eta, l1, l2, frozen_biases = descent
    with np.errstate(all="ignore"):
        W = (
            sealed(-eta * penalised(gradient, weights, l1, l2))
            for gradient, weights in zip(trace.grad_W, before.W, strict=True)
        )
        b = (sealed(np.zeros_like(gradient) if frozen_biases else -eta * gradient) for gradient in trace.grad_b)
        return tuple(W), tuple(b)
