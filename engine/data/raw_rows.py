"""Rows of data as they were given, before they are split, scaled or coded."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, frozen, same
from engine.data.checks import MAX_NAME, MAX_ROWS, check_names, check_numbers
from engine.network import MAX_NEURONS
from engine.problems import Problem


@dataclass(frozen=True, eq=False)
class RawRows:
    """Inputs, and for each row either numbers as targets or a class.

    Parameters
    ----------
    X : array_like of shape (m, n)
    Y : array_like of shape (m, k), or of shape (m, 1) where there are classes
        Numbers, or the class of each row, counted from 0.
    input_names : tuple of str, length n
    output_names : tuple of str, length k
        What the columns are called; with classes, what is told apart, such as "species".
    classes : tuple of str
        2 to 16 distinct names; empty where the targets are numbers.

    Raises
    ------
    Problem
    """

    X: Floats
    Y: Floats
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("X", "Y"):
            array = frozen(getattr(self, name), name)
            if array.ndim == 0 or len(array) == 0:
                raise Problem("data_empty")
            if array.ndim != 2:
                raise Problem("data_shape", name=name, dimensions=array.ndim)
            if not 1 <= array.shape[1] <= MAX_NEURONS:
                raise Problem("column_count", name=name, count=array.shape[1], limit=MAX_NEURONS)
            check_numbers(name, array)
            object.__setattr__(self, name, array)
        if len(self.X) != len(self.Y):
            raise Problem("data_rows", inputs=len(self.X), targets=len(self.Y))
        if len(self.X) > MAX_ROWS:
            raise Problem("data_large", count=len(self.X), limit=MAX_ROWS)
        for field, letter, array in (("input_names", "x", self.X), ("output_names", "y", self.Y)):
            names = tuple(getattr(self, field)) or tuple(f"{letter}{k + 1}" for k in range(array.shape[1]))
            check_names(field.removesuffix("_names"), names, array.shape[1])
            object.__setattr__(self, field, names)
        object.__setattr__(self, "classes", tuple(self.classes))
        if self.classes:
            self._check_classes()

    def _check_classes(self) -> None:
        count = len(self.classes)
        if not 2 <= count <= MAX_NEURONS or len(set(self.classes)) != count:
            raise Problem("class_count", count=len(set(self.classes)), limit=MAX_NEURONS)
        check_names("class", self.classes, count)
        if self.Y.shape[1] != 1:
            raise Problem("data_columns", name="Y", count=self.Y.shape[1], expected=1)
        wrong = np.flatnonzero(~np.isin(self.Y[:, 0], np.arange(count)))
        if len(wrong):
            raise Problem("class_number", row=wrong[0] + 1, value=self.Y[wrong[0], 0], limit=count - 1)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RawRows)
            and same((self.X, self.Y), (other.X, other.Y))
            and (self.input_names, self.output_names, self.classes)
            == (other.input_names, other.output_names, other.classes)
        )

    def __hash__(self) -> int:
        return hash((self.X.shape, self.X[0].tobytes(), self.X[-1].tobytes(), self.input_names, self.classes))


def short_name(name: str) -> str:
    """A name cut to what a column may be called."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"
