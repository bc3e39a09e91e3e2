"""A rule's numbers and what it remembers as the kernel reads and fills them: named tuples of numbers and flat arrays.

Flat arrays have a place for each weight and bias, in the order of ``Parameters.pack``.
"""

from typing import NamedTuple

from engine.arrays import Floats


class Changing(NamedTuple):
    """How the rate changes: the code of the schedule, and the numbers that it has."""

    code: int
    every: int = 1
    factor: float = 1.0
    over: int = 1
    low: float = 0.0


class Coefficients(NamedTuple):
    """A rule: its code, its numbers and its switches; those of other rules are not read."""

    code: int
    mu: float = 0.0
    rho: float = 0.0
    beta1: float = 0.0
    beta2: float = 0.0
    epsilon: float = 0.0
    decay: float = 0.0
    damping: float = 0.0
    factor: float = 1.0
    nesterov: bool = False
    rate_inside: bool = False
    inside_root: bool = False
    correction: int = 0


class RuleMemory(NamedTuple):
    """A rule at work: what it is, what it remembers, and room for the numbers of one update."""

    coefficients: Coefficients
    changing: Changing
    numbers: Floats  # (NUMBERS,) how many updates it has made; of Adam beta1^t and beta2^t, of Levenberg-Marquardt mu
    first: Floats  # (P,) v of momentum, s, m of Adam; (0,) where the rule remembers nothing
    second: Floats  # (P,) v of Adam; (0,) elsewhere
    g: Floats  # (P,) the gradient, with that of the penalties
    w: Floats  # (P,) the parameters before
    step: Floats  # (P,) what is added to them
