"""Data sets for the perceptron: gates, clouds that are separable by their making, the watermelons, and XOR."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Floats, frozen
from engine.data.datasets import DataSource, raw_rows
from engine.problems import Problem


@dataclass(frozen=True, eq=False)
class Points:
    """Points of two classes; ``names`` of the inputs are empty where they have none of their own."""

    X: Floats
    y: Floats
    names: tuple[str, ...] = ()


def _gate(inputs: int, rule: Callable[[Floats], ArrayLike]) -> Points:
    X = np.array([[(row >> (inputs - 1 - k)) & 1 for k in range(inputs)] for row in range(2**inputs)], dtype=float)
    return Points(frozen(X, "X"), frozen(np.asarray(rule(X)).astype(float), "y"))


def _cloud(inputs: int, seed: int) -> Points:
    """Points around a random plane, with a gap of 0.3 on either side of it, rounded to two decimals.

    Rounding moves a point by less than 0.01, so the gap stays and the classes stay separable.
    """
    rng = np.random.default_rng((inputs, seed))
    normal = rng.normal(size=inputs)
    normal /= np.sqrt((normal**2).sum())
    offset = rng.uniform(-0.5, 0.5)
    kept: list[Floats] = []
    while len(kept) < 12 * inputs:
        point = rng.uniform(-2.0, 2.0, size=inputs)
        if abs(point @ normal - offset) > 0.3:
            kept.append(point)
    X = np.array(kept)
    return Points(frozen(X.round(2) + 0.0, "X"), frozen((X @ normal > offset).astype(float), "y"))


def _watermelon() -> Points:
    """Watermelon data 3.0 alpha of Zhou Zhihua: density, sugar content, good or not."""
    rows = raw_rows(DataSource("watermelon"))
    return Points(rows.X, frozen(rows.Y[:, 0], "y"), rows.input_names)


SEEDED: Final = ("cloud", "cloud-3")
_MAKERS: Final[dict[str, Callable[[int], Points]]] = {
    "and": lambda _: _gate(2, lambda X: X.prod(axis=1)),
    "or": lambda _: _gate(2, lambda X: X.max(axis=1)),
    "nand": lambda _: _gate(2, lambda X: 1.0 - X.prod(axis=1)),
    "xor": lambda _: _gate(2, lambda X: X.sum(axis=1) % 2),
    "cloud": lambda seed: _cloud(2, seed),
    "watermelon": lambda _: _watermelon(),
    "and-3": lambda _: _gate(3, lambda X: X.prod(axis=1)),
    "majority": lambda _: _gate(3, lambda X: X.sum(axis=1) >= 2),
    "parity": lambda _: _gate(3, lambda X: X.sum(axis=1) % 2),
    "cloud-3": lambda seed: _cloud(3, seed),
}
DATA: Final = tuple(_MAKERS)


def points(name: str, seed: int = 0) -> Points:
    """The points of a data set; ``seed`` matters for those in ``SEEDED`` only.

    Raises
    ------
    Problem
        ``perceptron_data`` where there is none of that name.
    """
    if name not in _MAKERS:
        raise Problem("perceptron_data", name=name, known=", ".join(DATA))
    return _MAKERS[name](seed)


def drawn_start(inputs: int, seed: int) -> Floats:
    """Starting weights and bias, uniform on [-1, 1) and rounded to two decimals; w is never zero."""
    rng = np.random.default_rng((inputs, 1, seed))
    start = np.zeros(inputs + 1)
    while not start[:-1].any():
        start = rng.uniform(-1.0, 1.0, size=inputs + 1).round(2) + 0.0
    return frozen(start, "w")
