"""The kernel's own functions as values, for formulas that are written one way and computed another."""

from dataclasses import dataclass

import numpy as np

from engine import activations, kernel, losses


@dataclass(frozen=True)
class Activation:
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
        x, u, f_prime = np.zeros((1, 1, len(us))), np.array(us).reshape(1, 1, -1), np.zeros((1, 1, len(us)))
        with np.errstate(all="ignore"):
            kernel.softmax(len(us), 0, 0, x, u, f_prime)
        return float((f_prime if self.slope else x)[0, 0, self.j])


@dataclass(frozen=True)
class CrossEntropy:
    """The loss of a sample by the kernel's own function, from net inputs and targets."""

    activation: str

    def __call__(self, *numbers: float) -> float:
        n = len(numbers) // 2
        u = np.array(numbers[:n]).reshape(1, 1, -1)
        y = np.array(numbers[n:]).reshape(1, -1)
        code = activations.CODES[self.activation]
        with np.errstate(all="ignore"):
            return float(losses.sample_loss(losses.CROSS_ENTROPY, code, n, u, u, 0, 0, y, 0))
