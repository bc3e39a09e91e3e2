"""Rates that change with the updates, as frozen values (FORMULAS S12): constant, by steps, exponential, cosine."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Final

import numpy as np

from engine.arrays import as_float
from engine.problems import Problem
from engine.rules.layout import Changing
from engine.rules.moves import COSINE, EXPONENTIAL, STEPS, UNCHANGING, rate_at
from engine.rules.rule import check_number

MAX_SPAN: Final = 10_000_000


@dataclass(frozen=True)
class Schedule:
    """How the rate of update t = 0, 1, ... follows from the rate eta that somebody chose.

    Raises
    ------
    Problem
        ``rule_schedule_number``, ``rule_updates`` for a number that is out of its limits.
    """

    name: ClassVar[str] = ""
    code: ClassVar[int] = UNCHANGING

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(one.default, int):
                object.__setattr__(self, one.name, _check_span(one.name, value))
            else:
                limits = (0.0, 1.0, False, True) if one.name == "factor" else (0.0, 1000.0, True, True)
                object.__setattr__(self, one.name, check_number(one.name, value, limits, of_rate=True))

    @property
    def numbers(self) -> dict[str, float]:
        """Its own numbers by their names."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def changing(self) -> Changing:
        """The kernel's view of it."""
        return Changing(self.code, **self.numbers)  # type: ignore[arg-type]

    def rate(self, eta: float, t: int) -> float:
        """The rate of update t, by the kernel's own function."""
        return float(rate_at(self.changing, eta, t))


@dataclass(frozen=True)
class ConstantRate(Schedule):
    """eta_t = eta."""

    name: ClassVar[str] = "constant"


@dataclass(frozen=True)
class StepRate(Schedule):
    """eta_t = eta gamma^floor(t / every): the rate falls by a factor after every so many updates."""

    every: int = 100
    factor: float = 0.5
    name: ClassVar[str] = "step"
    code: ClassVar[int] = STEPS


@dataclass(frozen=True)
class ExponentialRate(Schedule):
    """eta_t = eta gamma^t: the rate falls by a factor after every update."""

    factor: float = 0.99
    name: ClassVar[str] = "exponential"
    code: ClassVar[int] = EXPONENTIAL


@dataclass(frozen=True)
class CosineRate(Schedule):
    """eta_t = low + (eta - low) (1 + cos(pi t / over)) / 2: down half a wave to ``low``, where it stays."""

    over: int = 1000
    low: float = 0.0
    name: ClassVar[str] = "cosine"
    code: ClassVar[int] = COSINE


SCHEDULES: Final[Mapping[str, type[Schedule]]] = {
    one.name: one for one in (ConstantRate, StepRate, ExponentialRate, CosineRate)
}


def _check_span(name: str, value: object) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not 1 <= as_float(value) <= MAX_SPAN:
        raise Problem("rule_updates", name=name, value=value, limit=MAX_SPAN)
    return int(value)  # type: ignore[call-overload,no-any-return]
