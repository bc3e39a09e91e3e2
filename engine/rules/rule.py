"""How parameters move: each rule as a frozen value, with the conventions of PyTorch and of Keras (FORMULAS F8, S3-S11).

A rule's own numbers are named by their letters in FORMULAS; what it remembers of each weight and bias is named by
``letters``, and beside that it may remember numbers of its own, of which the first counts its updates. Rules of the
first order take each weight and bias by itself; those of the second solve equations for all of them together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Self

from engine.arrays import as_float
from engine.problems import Problem

# What a number of a rule may be: the lowest, the highest, and whether the lowest and the highest themselves may be.
LIMITS: Final[Mapping[str, tuple[float, float, bool, bool]]] = {
    "mu": (0.0, 1.0, True, False),
    "rho": (0.0, 1.0, True, False),
    "beta1": (0.0, 1.0, True, False),
    "beta2": (0.0, 1.0, True, False),
    "epsilon": (0.0, 1.0, True, True),
    "initial": (0.0, 100.0, True, True),
    "decay": (0.0, 100.0, True, True),
    "damping": (0.0, 1e6, True, True),
    "factor": (1.0, 1000.0, False, True),
}
MOMENTS, RATE, NONE = "moments", "rate", "none"
CORRECTIONS: Final = (MOMENTS, RATE, NONE)


@dataclass(frozen=True)
class UpdateRule:
    """What becomes of a gradient; two rules are equal where they are the same with the same numbers.

    Raises
    ------
    Problem
        ``rule_number`` for a number that is out of its limits.
    """

    name: ClassVar[str] = ""
    letters: ClassVar[tuple[str, ...]] = ()
    matrix: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(one.default, bool):
                object.__setattr__(self, one.name, bool(value))
            elif isinstance(one.default, float):
                object.__setattr__(self, one.name, check_number(one.name, value, self.limits(one.name)))

    @classmethod
    def limits(cls, field: str) -> tuple[float, float, bool, bool]:
        """What a number of this rule may be."""
        return LIMITS[field]

    @property
    def plain(self) -> bool:
        """Whether it takes the gradient as it is, and so has no phase of its own."""
        return False

    @property
    def second(self) -> bool:
        """Whether it is of the second order: its step solves equations with a ``matrix``, H or G, and takes no rate."""
        return bool(self.matrix)

    @property
    def remembers(self) -> bool:
        """Whether it remembers anything from one update to the next."""
        return bool(self.letters)

    @property
    def begins(self) -> tuple[float, ...]:
        """What it remembers at its start, a number for each of its letters."""
        return (0.0,) * len(self.letters)

    @property
    def own(self) -> tuple[float, float, float]:
        """What it remembers once at its start: no update yet, and the two powers of beta to the 0."""
        return 0.0, 1.0, 1.0

    @property
    def kin(self) -> tuple[object, ...]:
        """Rules of the same kin remember the same things: one can go on with what another has left."""
        return (self.name,)

    def keeps(self, before: "UpdateRule") -> bool:
        """Whether it goes on with what ``before`` remembers, or begins anew."""
        return self.remembers and self.kin == before.kin

    @property
    def numbers(self) -> dict[str, float | bool | str]:
        """Its own numbers and switches by their names."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True)
class GradientDescent(UpdateRule):
    """w <- w - eta g (F8)."""

    name: ClassVar[str] = "gradient_descent"

    @property
    def plain(self) -> bool:
        """It takes the gradient as it is."""
        return True


@dataclass(frozen=True)
class Momentum(UpdateRule):
    """A velocity v that the gradients push (S6); with ``nesterov`` one push ahead of it (S7).

    With ``rate_inside`` the rate is in the velocity, as Keras has it: the same until the rate changes.
    """

    mu: float = 0.9
    nesterov: bool = False
    rate_inside: bool = False
    name: ClassVar[str] = "momentum"
    letters: ClassVar[tuple[str, ...]] = ("v",)

    @property
    def kin(self) -> tuple[object, ...]:
        """The two velocities differ by a factor: minus the rate."""
        return self.name, self.rate_inside

    @classmethod
    def keras(cls, **numbers: Any) -> Self:
        """``keras.optimizers.SGD(momentum=0.9)``."""
        return cls(**_with(numbers, rate_inside=True))


@dataclass(frozen=True)
class Adagrad(UpdateRule):
    """The sum s of all squares divides the step (S8); epsilon stands beside the root, or ``inside_root``."""

    epsilon: float = 1e-10
    inside_root: bool = False
    initial: float = 0.0
    name: ClassVar[str] = "adagrad"
    letters: ClassVar[tuple[str, ...]] = ("s",)

    @property
    def begins(self) -> tuple[float, ...]:
        """s begins at ``initial``."""
        return (self.initial,)

    @classmethod
    def keras(cls, **numbers: Any) -> Self:
        """``keras.optimizers.Adagrad()``."""
        return cls(**_with(numbers, epsilon=1e-7, inside_root=True, initial=0.1))


@dataclass(frozen=True)
class RMSprop(UpdateRule):
    """A mean s of squares that forgets divides the step (S9); epsilon stands beside the root, or ``inside_root``."""

    rho: float = 0.99
    epsilon: float = 1e-8
    inside_root: bool = False
    name: ClassVar[str] = "rmsprop"
    letters: ClassVar[tuple[str, ...]] = ("s",)

    @classmethod
    def keras(cls, **numbers: Any) -> Self:
        """``keras.optimizers.RMSprop()``."""
        return cls(**_with(numbers, rho=0.9, epsilon=1e-7, inside_root=True))


@dataclass(frozen=True)
class Adam(UpdateRule):
    """Means m of gradients and v of squares that forget, both corrected for their start at 0 (S10).

    ``correction`` says where: in both ``moments``, as PyTorch has it; in the ``rate``, as Keras has it, where epsilon
    then weighs more in the first updates; or ``none``, which is not Adam and shows what the correction is for.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    inside_root: bool = False
    correction: str = MOMENTS
    name: ClassVar[str] = "adam"
    letters: ClassVar[tuple[str, ...]] = ("m", "v")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.correction not in CORRECTIONS:
            raise Problem("rule_choice", name="correction", value=self.correction, known=", ".join(CORRECTIONS))

    @property
    def kin(self) -> tuple[object, ...]:
        """With and without decay they remember the same."""
        return ("adam",)

    @classmethod
    def keras(cls, **numbers: Any) -> Self:
        """``keras.optimizers.Adam()``."""
        return cls(**_with(numbers, epsilon=1e-7, correction=RATE))


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam, and beside it every parameter shrinks by eta lambda of itself (S11)."""

    decay: float = 0.01
    name: ClassVar[str] = "adamw"

    @classmethod
    def keras(cls, **numbers: Any) -> Self:
        """``keras.optimizers.AdamW()``."""
        return cls(**_with(numbers, epsilon=1e-7, correction=RATE, decay=0.004))


@dataclass(frozen=True)
class Newton(UpdateRule):
    """The step p solves (H + lambda I) p = -g (S2, S3); where that matrix is not positive definite there is none."""

    damping: float = 0.1
    name: ClassVar[str] = "newton"
    matrix: ClassVar[str] = "H"


@dataclass(frozen=True)
class LevenbergMarquardt(UpdateRule):
    """The step p solves (G + mu I) p = -g, with the first of mu, factor mu, ... with which the loss falls (S4).

    Then mu / factor is remembered for the next update. Where the loss falls with none, there is no step.
    """

    mu: float = 0.001
    factor: float = 10.0
    name: ClassVar[str] = "levenberg_marquardt"
    matrix: ClassVar[str] = "G"

    @classmethod
    def limits(cls, field: str) -> tuple[float, float, bool, bool]:
        """Its mu is another than that of momentum."""
        return (1e-20, 1e6, True, True) if field == "mu" else super().limits(field)

    @property
    def remembers(self) -> bool:
        """It remembers its mu."""
        return True

    @property
    def own(self) -> tuple[float, float, float]:
        """No update yet, and the mu of the first."""
        return 0.0, self.mu, 0.0

    @property
    def kin(self) -> tuple[object, ...]:
        """With another mu to start from it begins anew."""
        return self.name, self.mu


RULES: Final[Mapping[str, type[UpdateRule]]] = {
    rule.name: rule for rule in (GradientDescent, Momentum, Adagrad, RMSprop, Adam, AdamW, Newton, LevenbergMarquardt)
}


def check_number(name: str, value: object, limits: tuple[float, float, bool, bool], of_rate: bool = False) -> float:
    """The number as a float, or ``Problem``: ``rule_number``, or ``rule_schedule_number`` for one of a rate."""
    low, high, from_low, to_high = limits
    number = as_float(value)
    if not (low <= number <= high) or (number == low and not from_low) or (number == high and not to_high):
        raise Problem(
            "rule_schedule_number" if of_rate else "rule_number",
            name=name,
            value=value,
            low=f"{low:g}",
            high=f"{high:g}",
        )
    return number


def _with(numbers: dict[str, Any], **usual: Any) -> dict[str, Any]:
    """The numbers that were given, and the usual ones where none were."""
    return usual | numbers
