"""A change by hand before an update: single weights and biases, whole layers, another rate, rule or schedule."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats, as_float, frozen, same
from engine.network import Parameters
from engine.problems import Problem
from engine.quantities import Quantity
from engine.rules.rule import UpdateRule
from engine.rules.schedule import Schedule

MAX_EDITS: Final = 1000
MAX_EDITED: Final = 100_000  # numbers in all edits together: 60 times every weight of the largest network
MAX_UPDATE: Final = 10_000_000
MAX_LEARNING_RATE: Final = 1000.0

Numbers = tuple[tuple[Quantity, float], ...]
GivenNumbers = Mapping[str, float] | Mapping[Quantity, float] | Numbers


@dataclass(frozen=True, eq=False)
class Edit:
    """A change made by hand before update t; what is not given stays as the run had it.

    Parameters
    ----------
    t : int
    W, b : tuple of arrays, optional
        All weights or all biases, one array a layer, shaped as in ``Parameters``.
    learning_rate : float, optional
        The rate from update t on.
    numbers : mapping or pairs, optional
        Single weights and biases: ``Quantity("W", 2, 1, 4)``, or its text ``"W.2.1.4"``, to a number. Kept in order of
        their places; those of a W or b that is given whole are written into it.
    rule : UpdateRule, optional
        The rule from update t on. Where it remembers the same things as the one before it goes on with them, else it
        begins anew; other edits leave what a rule remembers as it is.
    schedule : Schedule, optional
        How the rate changes from update t on; it counts updates from the start of the run, as every schedule does.

    Raises
    ------
    Problem
    """

    t: int
    W: tuple[Floats, ...] | None = None
    b: tuple[Floats, ...] | None = None
    learning_rate: float | None = None
    numbers: Numbers = ()
    rule: UpdateRule | None = None
    schedule: Schedule | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "t", check_update_number(self.t))
        if self.learning_rate is not None:
            object.__setattr__(self, "learning_rate", check_learning_rate(self.learning_rate))
        if self.rule is not None:
            check_rule(self.rule)
        if self.schedule is not None:
            check_schedule(self.schedule)
        placed = _placed(self.numbers)
        for name in ("W", "b"):
            arrays = getattr(self, name)
            if arrays is not None:
                if not isinstance(arrays, (tuple, list)):
                    raise Problem("parameter_list", name=name, value=arrays)
                whole = tuple(frozen(a, f"{name}{l}") for l, a in enumerate(arrays, start=1))
                object.__setattr__(self, name, _written(whole, [p for p in placed.items() if p[0].kind == name]))
                placed = {quantity: number for quantity, number in placed.items() if quantity.kind != name}
        object.__setattr__(self, "numbers", tuple(sorted(placed.items(), key=lambda pair: _place(pair[0]))))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Edit)
            and (self.t, self.learning_rate, self.numbers) == (other.t, other.learning_rate, other.numbers)
            and (self.rule, self.schedule) == (other.rule, other.schedule)
            and (self.W is None) == (other.W is None)
            and (self.b is None) == (other.b is None)
            and same((*(self.W or ()), *(self.b or ())), (*(other.W or ()), *(other.b or ())))
        )

    def __hash__(self) -> int:
        return hash((self.t, self.learning_rate, self.numbers))

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return sum(array.size for array in (*(self.W or ()), *(self.b or ()))) + len(self.numbers)

    @property
    def parameters(self) -> bool:
        """Whether it changes weights or biases, not the rate, the rule or the schedule alone."""
        return self.W is not None or self.b is not None or bool(self.numbers)

    def covered_by(self, later: "Edit") -> bool:
        """Whether ``later``, at the same t, sets everything that this edit sets."""
        return self.merged(later) == later

    def applied(self, parameters: Parameters) -> Parameters:
        """The parameters after this edit; raises ``Problem`` where it names one that they do not have."""
        W, b = self.W or parameters.W, self.b or parameters.b
        if not self.numbers:
            return Parameters(W, b)
        return Parameters(
            _written(W, [pair for pair in self.numbers if pair[0].kind == "W"]),
            _written(b, [pair for pair in self.numbers if pair[0].kind == "b"]),
        )

    def merged(self, later: "Edit") -> "Edit":
        """This edit and then ``later``, at the same t, as one."""
        rate = self.learning_rate if later.learning_rate is None else later.learning_rate
        kept = [pair for pair in self.numbers if (later.W if pair[0].kind == "W" else later.b) is None]
        rule = self.rule if later.rule is None else later.rule
        schedule = self.schedule if later.schedule is None else later.schedule
        return Edit(self.t, later.W or self.W, later.b or self.b, rate, (*kept, *later.numbers), rule, schedule)


def check_room(edits: Collection[Edit]) -> None:
    """Refuse more than can be kept and sent: ``edits_many`` for updates, ``edits_large`` for numbers."""
    if len(edits) > MAX_EDITS:
        raise Problem("edits_many", count=len(edits), limit=MAX_EDITS)
    if (size := sum(edit.size for edit in edits)) > MAX_EDITED:
        raise Problem("edits_large", count=size, limit=MAX_EDITED)


def _place(quantity: Quantity) -> tuple[str, int, int, int]:
    return quantity.kind, quantity.layer, quantity.j, quantity.i


def _placed(given: Mapping[object, object] | Iterable[tuple[object, object]]) -> dict[Quantity, float]:
    """The numbers by their places; of two for one place the last."""
    placed = {}
    for place, number in given.items() if isinstance(given, Mapping) else given:
        quantity = place if isinstance(place, Quantity) else Quantity.parse(str(place))
        whole = quantity.layer > 0 < quantity.j and (quantity.i > 0) == (quantity.kind == "W") and not quantity.sample
        if quantity.kind not in ("W", "b") or not whole:
            raise Problem("edit_place", value=quantity)
        if not math.isfinite(size := as_float(number)):
            raise Problem("not_finite", where=str(quantity), value=number)
        placed[quantity] = size + 0.0  # a minus before a zero goes: equal edits shall give equal bits
    return placed


def _written(arrays: tuple[Floats, ...], pairs: Iterable[tuple[Quantity, float]]) -> tuple[Floats, ...]:
    """The arrays with single numbers put in; only those that change are copied."""
    made: dict[int, Floats] = {}
    for quantity, number in pairs:
        layer = quantity.layer - 1
        index = (quantity.j - 1, quantity.i - 1) if quantity.kind == "W" else (quantity.j - 1,)
        shape = arrays[layer].shape if layer < len(arrays) else ()
        if len(shape) != len(index) or any(at >= size for at, size in zip(index, shape, strict=True)):
            raise Problem("edit_place", value=quantity)
        made.setdefault(layer, arrays[layer].copy())[index] = number
    return tuple(frozen(made[l], "") if l in made else array for l, array in enumerate(arrays))


def check_learning_rate(value: object) -> float:
    """The rate as a float, or ``Problem("learning_rate")``."""
    number = as_float(value)
    if not 0.0 < number <= MAX_LEARNING_RATE:
        raise Problem("learning_rate", value=value)
    return number


def check_update_number(t: object) -> int:
    """The update number as an int, or ``Problem("update_number")``."""
    if not isinstance(t, (int, np.integer)) or isinstance(t, bool) or not 0 <= t <= MAX_UPDATE:
        raise Problem("update_number", value=t, limit=MAX_UPDATE)
    return int(t)


def check_rule(rule: object) -> UpdateRule:
    """The rule, or ``Problem("rule_kind")``."""
    if not isinstance(rule, UpdateRule) or not rule.name:
        raise Problem("rule_kind", value=rule)
    return rule


def check_schedule(schedule: object) -> Schedule:
    """The schedule, or ``Problem("rule_schedule")``."""
    if not isinstance(schedule, Schedule) or not schedule.name:
        raise Problem("rule_schedule", value=schedule)
    return schedule
