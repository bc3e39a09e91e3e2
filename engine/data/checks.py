"""What rows of data may be: how many, how large, and what their columns may be called."""

from typing import Final

import numpy as np

from engine.arrays import Floats, require_finite
from engine.network import Network
from engine.problems import Problem

MAX_ROWS: Final = 10_000
MAX_DATA: Final = 1e100  # further out, half a squared error is infinite and a picture has no room
MAX_NAME: Final = 60


def check_data(network: Network, X: Floats, Y: Floats, names: tuple[str, str] = ("X", "Y")) -> None:
    """Raise ``Problem`` where inputs (m, n_0) and targets (m, n_L) do not suit the network."""
    for name, array, expected in ((names[0], X, network.sizes[0]), (names[1], Y, network.sizes[-1])):
        if array.ndim == 0 or len(array) == 0:
            raise Problem("data_empty")
        if array.ndim != 2:
            raise Problem("data_shape", name=name, dimensions=array.ndim)
        if array.shape[1] != expected:
            raise Problem("data_columns", name=name, count=array.shape[1], expected=expected)
    if len(X) != len(Y):
        raise Problem("data_rows", inputs=len(X), targets=len(Y))


def check_rows(network: Network, X: Floats, Y: Floats, X_test: Floats, Y_test: Floats) -> None:
    """Raise ``Problem`` where training rows X (m, n_0), Y (m, n_L) or test rows X_test, Y_test do not do.

    A sentence counts the test rows on from the training rows.
    """
    check_data(network, X, Y)
    if len(X_test) or len(Y_test):
        check_data(network, X_test, Y_test, ("X_test", "Y_test"))
    count = len(X) + len(X_test)
    if count > MAX_ROWS:
        raise Problem("data_large", count=count, limit=MAX_ROWS)
    for name, array in (("X", X), ("Y", Y), ("X_test", X_test), ("Y_test", Y_test)):
        check_numbers(name, array)
    check_targets(network, np.concatenate([Y, Y_test]) if len(Y_test) else Y)


def check_numbers(name: str, array: Floats) -> None:
    """Raise ``Problem`` with the place where a number is not finite or larger than ``MAX_DATA``."""
    require_finite(array, name)
    far = np.argwhere(np.abs(array) > MAX_DATA)
    if len(far):
        place = f"{name}[{', '.join(str(index + 1) for index in far[0])}]"
        raise Problem("data_range", where=place, value=array[tuple(far[0])], limit=f"{MAX_DATA:g}")


def check_targets(network: Network, Y: Floats) -> None:
    """Raise ``Problem`` where targets Y (m, n_L) are no probabilities and the loss needs them to be."""
    if not network.crossed:
        return
    outside = np.argwhere((Y < 0.0) | (Y > 1.0))
    if len(outside):
        raise Problem("target_probability", row=outside[0][0] + 1, value=Y[tuple(outside[0])])
    if network.output.coupled:
        for row, total in enumerate(Y.sum(axis=1), start=1):
            if abs(total - 1.0) > 1e-9:
                raise Problem("target_sum", row=row, value=f"{total:.6g}")


def check_names(what: str, names: tuple[str, ...], expected: int) -> None:
    """Raise ``Problem`` where names of columns are not as many as expected, too long or not printable."""
    if len(names) != expected or not all(
        isinstance(name, str) and len(name) <= MAX_NAME and name.isprintable() for name in names
    ):
        raise Problem("names", what=f"{what}_columns", count=len(names), expected=expected, limit=MAX_NAME)
