"""Whether a line or plane can separate two classes: decided exactly, with a proof either way.

With s_i = 1 for class 1 and -1 for class 0, and every point given the dummy input 1, a separating plane exists just
where the convex hull of the vectors s_i x_i does not hold the origin. Wolfe's algorithm finds the hull's point nearest
to the origin; it runs on fractions, so nothing is rounded. The coordinates are taken as the decimals that are shown
(the shortest text that reads back as the same double): 0.1 is one tenth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from engine.arrays import Floats
from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.timeline import corrections_at_most
from engine.work import pause

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Separation:
    """A plane that separates, of the greatest margin in the space of points with their dummy input."""

    weights: tuple[float, ...]  # w_1 .. w_n and b of the plane, of length 1 with b counted in
    margin: float  # gamma: the least s_i (w^T x_i + b)
    radius: float  # R: the longest of the points with the dummy input

    @property
    def novikoff(self) -> float:
        """(R / gamma)^2: more corrections than that cannot happen from zero weights."""
        return (self.radius / self.margin) ** 2

    def at_most(self, experiment: PerceptronExperiment) -> float:
        """The same for the start of an experiment."""
        along = float(np.dot(self.weights, experiment.start))
        return corrections_at_most(experiment.start, experiment.eta, self.radius, self.margin, along)


@dataclass(frozen=True)
class Meeting:
    """The proof that no plane separates: one point that lies in the convex hulls of both classes."""

    ones: tuple[tuple[int, Fraction], ...]  # positive weights that sum to 1 within the class 1
    zeros: tuple[tuple[int, Fraction], ...]  # within the class 0
    point: Vector  # the weighted mean of the one class, and of the other


def separability(X: Floats, y: Floats) -> Separation | Meeting:
    """A separating plane, or a point in both convex hulls; one of the two always exists."""
    points = tuple(tuple(map(repr, row)) for row in np.asarray(X, dtype=float).tolist())
    return _decided(points, tuple(np.asarray(y, dtype=float).tolist()))


@lru_cache(maxsize=64)
def _decided(points: tuple[tuple[str, ...], ...], y: tuple[float, ...]) -> Separation | Meeting:
    exact = [tuple(map(Fraction, point)) for point in points]
    vectors = [
        tuple((1 if label else -1) * x for x in (*point, Fraction(1))) for point, label in zip(exact, y, strict=True)
    ]
    shares = nearest_to_origin(vectors)
    nearest = _combined(vectors, shares)
    if any(nearest):
        return _separation(nearest, vectors)
    parts = {True: [], False: []}  # type: dict[bool, list[tuple[int, Fraction]]]
    for row, share in sorted(shares.items()):
        parts[y[row] == 1.0].append((row, 2 * share))  # the dummy inputs cancel, so each class has half of the weight
    point = tuple(sum((share * exact[row][k] for row, share in parts[True]), Fraction(0)) for k in range(len(exact[0])))
    return Meeting(tuple(parts[True]), tuple(parts[False]), point)


def _separation(nearest: Vector, vectors: Sequence[Vector]) -> Separation:
    """The nearest point is the normal of the plane, and its length the margin."""
    squared = _dot(nearest, nearest)
    assert all(_dot(nearest, v) >= squared for v in vectors)  # the proof, on exact numbers
    length = _root(squared)
    radius = _root(max(_dot(v, v) for v in vectors))
    return Separation(tuple(float(part / Fraction(length)) for part in nearest), length, radius)


def nearest_to_origin(vectors: Sequence[Vector]) -> dict[int, Fraction]:
    """Wolfe's algorithm: convex weights, by index, of the point of a convex hull that is nearest to the origin.

    It ends, because every round has a smaller distance than the one before and belongs to one of finitely many
    affinely independent sets of vectors; the ending is optimality itself, not a tolerance.
    """
    first = min(range(len(vectors)), key=lambda i: _dot(vectors[i], vectors[i]))
    shares = {first: Fraction(1)}
    while True:
        point = _combined(vectors, shares)
        products = [_dot(point, v) for v in vectors]
        pause()
        lowest = min(range(len(vectors)), key=products.__getitem__)
        if products[lowest] >= _dot(point, point):
            return shares
        shares[lowest] = Fraction(0)
        while True:
            goal = _affine_minimum([vectors[i] for i in shares])
            target = dict(zip(shares, goal, strict=True))
            if all(part > 0 for part in goal):
                shares = target
                break
            way = min(shares[i] / (shares[i] - target[i]) for i in shares if target[i] <= 0 and shares[i] != target[i])
            moved = {i: shares[i] + way * (target[i] - shares[i]) for i in shares}
            shares = {i: part for i, part in moved.items() if part > 0}


def _affine_minimum(vectors: Sequence[Vector]) -> list[Fraction]:
    """Weights that sum to 1 and bring the combination nearest to the origin, whatever their signs."""
    n = len(vectors)
    table = [[_dot(a, b) for b in vectors] + [Fraction(1), Fraction(0)] for a in vectors]
    table.append([Fraction(1)] * n + [Fraction(0), Fraction(1)])
    for k in range(n + 1):
        pivot = next(i for i in range(k, n + 1) if table[i][k])
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [entry / table[k][k] for entry in table[k]]
        for i in range(n + 1):
            if i != k and table[i][k]:
                table[i] = [a - table[i][k] * b for a, b in zip(table[i], table[k], strict=True)]
    return [table[k][-1] for k in range(n)]


def _combined(vectors: Sequence[Vector], shares: dict[int, Fraction]) -> Vector:
    width = len(vectors[0])
    return tuple(sum((share * vectors[i][k] for i, share in shares.items()), Fraction(0)) for k in range(width))


def _dot(a: Vector, b: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def _root(square: Fraction) -> float:
    """The square root as a double, also where the fraction itself has no double."""
    scale = 0
    while square < Fraction(1, 2**200):
        square, scale = square * 2**400, scale + 1
    return math.sqrt(square) / 2.0 ** (200 * scale)
