"""Classic sets made from a size, a noise and a seed, rounded to three decimals so that they can be worked by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.data.raw_rows import RawRows

MAX_NOISE: Final = 2.0
DECIMALS: Final = 3
_BITS: Final = ("0", "1")


@dataclass(frozen=True)
class Generated:
    """A maker of points, with the size and noise that show its idea best.

    ``make(k, rng)`` returns the noiseless points of rows k (from 0) and their classes 0 or 1. Noise is the standard
    deviation of the normal scatter added to every coordinate.
    """

    make: Callable[[NDArray[np.int64], int, np.random.Generator], tuple[Floats, Floats]]
    size: int
    noise: float
    input_names: tuple[str, ...] = ("x1", "x2")
    output_name: str = "y"


def rows(name: str, size: int, noise: float, seed: int) -> RawRows:
    """The rows of a generated set. Classes take turns, so that any stretch of rows holds both."""
    made = GENERATED[name]
    rng = np.random.default_rng((list(GENERATED).index(name), seed))
    points, classes = made.make(np.arange(size), size, rng)
    scattered = points + noise * rng.standard_normal(points.shape)
    return RawRows(scattered.round(DECIMALS) + 0.0, classes[:, None], made.input_names, (made.output_name,), _BITS)


def _gate(bits: int, rule: Callable[[Floats], Floats]) -> Callable[..., tuple[Floats, Floats]]:
    """The rows of a truth table, counting up, again and again."""
    corners = np.array(list(product((0.0, 1.0), repeat=bits)))
    targets = rule(corners).astype(np.float64)

    def make(k: NDArray[np.int64], size: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        return corners[k % len(corners)], targets[k % len(corners)]

    return make


def _gaussians(k: NDArray[np.int64], size: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Two clouds, around (-1, -1) and (1, 1)."""
    sign = np.where(k % 2 == 1, 1.0, -1.0)
    return np.stack([sign, sign], axis=1), (k % 2).astype(np.float64)


def _ring(k: NDArray[np.int64], size: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A disc of radius 0.5 (class 1), even in its area, inside a ring from radius 1 to 1.5 (class 0)."""
    share, angle = rng.random(size), rng.uniform(0.0, 2.0 * np.pi, size)
    inside = k % 2 == 1
    radius = np.where(inside, 0.5 * np.sqrt(share), np.sqrt(1.0 + 1.25 * share))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), inside.astype(np.float64)


def _spirals(k: NDArray[np.int64], size: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Two arms of an Archimedean spiral, each one and three quarters of a turn, half a turn apart."""
    arm = k % 2
    along = (k // 2 + 1.0) / -(-size // 2)
    angle = 1.75 * 2.0 * np.pi * along + np.pi * arm
    return np.stack([along * np.sin(angle), along * np.cos(angle)], axis=1), arm.astype(np.float64)


def _moons(k: NDArray[np.int64], size: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Two half circles of radius 1 that reach into each other: the upper around (0, 0), the lower around (1, 1/2)."""
    lower = k % 2
    angle = np.pi * (k // 2) / max(1, -(-size // 2) - 1)
    x = np.where(lower == 1, 1.0 - np.cos(angle), np.cos(angle))
    y = np.where(lower == 1, 0.5 - np.sin(angle), np.sin(angle))
    return np.stack([x, y], axis=1), lower.astype(np.float64)


GENERATED: Final[dict[str, Generated]] = {
    "and": Generated(_gate(2, lambda X: X.min(axis=1)), 4, 0.0, ("a", "b"), "a and b"),
    "or": Generated(_gate(2, lambda X: X.max(axis=1)), 4, 0.0, ("a", "b"), "a or b"),
    "nand": Generated(_gate(2, lambda X: 1.0 - X.min(axis=1)), 4, 0.0, ("a", "b"), "a nand b"),
    "xor": Generated(_gate(2, lambda X: X.sum(axis=1) % 2), 4, 0.0, ("a", "b"), "a xor b"),
    "parity": Generated(_gate(3, lambda X: X.sum(axis=1) % 2), 8, 0.0, ("a", "b", "c"), "parity"),
    "gaussians": Generated(_gaussians, 200, 0.5),
    "ring": Generated(_ring, 200, 0.1),
    "spirals": Generated(_spirals, 200, 0.02),
    "moons": Generated(_moons, 200, 0.1),
}
