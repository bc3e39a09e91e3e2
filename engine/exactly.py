"""The kernel's own functions as values, for formulas that are written one way and computed another."""

from dataclasses import dataclass

import numpy as np

from engine import activations, losses


@dataclass(frozen=True)
class ExactActivation:
    """f or f' by the kernel's own function."""

    name: str
    slope: bool

    def __call__(self, u: float) -> float:
        return activations.f_prime(self.name, u) if self.slope else activations.f(self.name, u)


@dataclass(frozen=True)
class Softmax:
    """Output j of a softmax layer, or its slope, by the kernel's own function."""

    j: int
    slope: bool

    def __call__(self, *us: float) -> float:
        u = np.array([us])
        x, f_prime = np.zeros_like(u), np.zeros_like(u)
        with np.errstate(all="ignore"):
            activations.softmax(len(us), 0, u, x, f_prime)
        return float((f_prime if self.slope else x)[0, self.j])


@dataclass(frozen=True)
class CrossEntropy:
    """The loss of a sample by the kernel's own function, from net inputs and targets."""

    activation: str

    def __call__(self, *numbers: float) -> float:
        n = len(numbers) // 2
        u, y = np.array(numbers[:n]), np.array(numbers[n:])
        code = activations.CODES[self.activation]
        with np.errstate(all="ignore"):
            return float(losses.sample_loss(losses.CROSS_ENTROPY, code, n, u, u, y))
