"""Inputs made from two: themselves, their squares, their product and their sines, as TensorFlow Playground offers."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Floats, sealed
from engine.data.raw_rows import short_name
from engine.problems import Problem

FEATURES: Final = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
_CALLED: Final = {
    "x1": "{a}",
    "x2": "{b}",
    "x1^2": "{a}²",
    "x2^2": "{b}²",
    "x1*x2": "{a}·{b}",
    "sin(x1)": "sin {a}",
    "sin(x2)": "sin {b}",
}


def in_order(features: Iterable[object]) -> tuple[str, ...]:
    """Known features once each and in the order of ``FEATURES``; the two inputs alone are the same as none.

    Raises
    ------
    Problem
        ``feature_name``
    """
    asked = tuple(features)
    for name in asked:
        if not isinstance(name, str) or name not in FEATURES:
            raise Problem("feature_name", name=name, known=", ".join(FEATURES))
    kept = tuple(name for name in FEATURES if name in asked)
    return () if kept == FEATURES[:2] else kept


def expand(points: ArrayLike, features: tuple[str, ...]) -> Floats:
    """The network's inputs for points of the plane: (m, 2) to (m, k), a column for each feature.

    Without features the points themselves, whatever their number of columns.

    Raises
    ------
    Problem
        ``feature_inputs`` where there are features and the points have not two columns.
    """
    P = np.array(points, dtype=np.float64)
    if not features:
        return sealed(P)
    if P.ndim != 2 or P.shape[1] != 2:
        raise Problem("feature_inputs", count=P.shape[-1] if P.ndim else 0)
    return sealed(np.ascontiguousarray(np.stack([_column(P, name) for name in features], axis=1)))


def _column(P: Floats, name: str) -> Floats:
    a, b = P[:, 0], P[:, 1]
    match name:
        case "x1":
            return a
        case "x2":
            return b
        case "x1^2":
            return a * a
        case "x2^2":
            return b * b
        case "x1*x2":
            return a * b
        case "sin(x1)":
            return _sine(a)
    return _sine(b)


def _sine(column: Floats) -> Floats:
    """One by one: NumPy's own sine may round differently by the length of the array."""
    return np.array([math.sin(number) for number in column.tolist()], dtype=np.float64)


def names(features: tuple[str, ...], inputs: tuple[str, ...]) -> tuple[str, ...]:
    """What the columns of ``expand`` are called, from the names of the inputs."""
    if not features:
        return inputs
    a, b = inputs
    return tuple(short_name(_CALLED[name].format(a=a, b=b)) for name in features)
